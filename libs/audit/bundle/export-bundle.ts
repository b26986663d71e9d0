/**
 * The audit bundle: the events of a range with their proofs, the decisions among them with their verdicts, every
 * signed tree head, and the verifier. An auditor needs nothing else, and no network.
 */
import { createHash, type Hash } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { StoredEvent } from '../../event-sourcing/stored-event.js';
import type { EventMetadata } from '../../event-sourcing/domain/event.js';
import { treeHeadStream, type TreeHeadKeyRotated, type TreeHeadSigned } from '../domain/tree-head.js';
import { inRange, judgedDecisions, type DecisionRange, type Replayer } from '../replay/verify-decisions.js';
import type { TreeProofs } from '../tree/tree-proofs.js';
import { Archive } from './archive.js';
import { clockSlackMs, startOfRange } from './start-of-range.js';

export interface BundleOptions {
  /** Written by the log's clock at or after, ISO 8601. */
  readonly from?: string;
  /** Before. */
  readonly to?: string;
  /** Events of one organization, and those of nobody in particular; everything when absent. */
  readonly orgId?: string;
  readonly path: string;
  readonly createdAt: string;
}

export interface BundleReport {
  readonly events: number;
  readonly decisions: number;
  readonly reproduced: number;
  readonly size: number;
}

const verifier = new URL('../verifier/verify.mjs', import.meta.url);

/** @throws Error when no tree head is signed yet. */
export async function exportBundle(replayer: Replayer, tree: TreeProofs, options: BundleOptions): Promise<BundleReport> {
  const { heads, keys } = await signedHeads(replayer.log);
  const last = heads.at(-1);
  if (!last) throw new Error('no tree head is signed yet; the worker signs the first within a minute of the first event');
  const folder = await mkdtemp(join(tmpdir(), 'greatrouter-bundle-'));
  try {
    const parts = new Parts(folder);
    const events = await writeEvents(parts, replayer.log, tree, { ...options, size: last.size, upTo: BigInt(last.position) });
    const decisions = await writeDecisions(parts, replayer, options, events);
    await parts.write('tree-heads.jsonl', heads.map(({ note }) => ({ note })));
    await parts.write('consistency.jsonl', await consistencyOf(heads, tree));
    await parts.text('keys.txt', `${keys.join('\n')}\n`);
    await parts.text('verify.mjs', await readFile(verifier, 'utf8'));
    await parts.text('README.txt', readme);
    const manifest = {
      format: 'greatrouter-audit-bundle-v1', origin: last.origin, created_at: options.createdAt, from: options.from ?? null, to: options.to ?? null, organization_id: options.orgId ?? null,
      events: events.count, decisions: decisions.count, first_leaf: events.first, last_leaf: events.last, contiguous: options.orgId === undefined, size: last.size, files: await parts.close(),
    };
    const archive = new Archive(options.path);
    await archive.add('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
    for (const name of Object.keys(manifest.files)) await archive.addFile(name, join(folder, name));
    await archive.close();
    return { events: events.count, decisions: decisions.count, reproduced: decisions.reproduced, size: last.size };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function signedHeads(log: EventLog): Promise<{ heads: TreeHeadSigned[]; keys: string[] }> {
  const [heads, keys]: [TreeHeadSigned[], string[]] = [[], []];
  for await (const { type, data } of log.read(treeHeadStream)) {
    if (type === 'TreeHeadSigned') heads.push(data as TreeHeadSigned);
    if (type === 'TreeHeadKeyRotated') keys.push((data as TreeHeadKeyRotated).key);
  }
  return { heads, keys };
}

interface EventRange extends BundleOptions {
  readonly size: number;
  readonly upTo: bigint;
}

async function writeEvents(parts: Parts, log: EventLog, tree: TreeProofs, { from, to, orgId, size, upTo }: EventRange) {
  const requests = new Set<string>();
  let [count, first, last]: [number, number | null, number | null] = [0, null, null];
  let position = 0n;
  const [fromMs, toMs] = [from === undefined ? -Infinity : Date.parse(from), to === undefined ? Infinity : Date.parse(to)];
  const start = await startOfRange(log, tree, { size, fromMs });
  let leaf = start.leaf - 1;
  for await (const event of log.readStored(start.from ? { from: start.from } : {})) {
    if (event.position.commit > upTo || event.createdMs >= toMs + clockSlackMs) break;
    leaf += 1;
    if (event.createdMs < fromMs || event.createdMs >= toMs || (orgId !== undefined && !maySee(event, orgId))) continue;
    const path = (await tree.inclusion(leaf, size)).map((hash) => hash.toString('base64'));
    await parts.line('events.jsonl', {
      leaf, position: event.position.commit.toString(), stream: event.stream, revision: event.revision.toString(), type: event.type, id: event.id,
      metadata: Buffer.from(event.metadata).toString('base64'), data: Buffer.from(event.data).toString('base64'), path,
    });
    if (event.type === 'ModelSelected') requests.add(event.stream.slice('route-'.length));
    position = event.position.commit;
    count += 1;
    first ??= leaf;
    last = leaf;
  }
  if (count === 0) await parts.text('events.jsonl', '');
  return { count, first, last, requests, position };
}

const maySee = (event: StoredEvent, orgId: string): boolean => {
  const { orgId: owner } = JSON.parse(Buffer.from(event.metadata).toString('utf8')) as EventMetadata;
  return owner === null || owner === orgId;
};

async function writeDecisions(parts: Parts, replayer: Replayer, range: DecisionRange, { requests, position }: { requests: ReadonlySet<string>; position: bigint }) {
  let [count, reproduced] = [0, 0];
  const wanted = inRange(range.orgId === undefined ? {} : { orgId: range.orgId });
  for await (const { decision, verdict: replay } of judgedDecisions(replayer, { head: position, from: range.from, wanted: (each) => requests.has(each.requestId) && wanted(each) })) {
    await parts.line('decisions.jsonl', { request_id: decision.requestId, decision: decision.decision, replay });
    count += 1;
    if (replay.kind === 'reproduced') reproduced += 1;
  }
  if (count === 0) await parts.text('decisions.jsonl', '');
  return { count, reproduced };
}

async function consistencyOf(heads: readonly TreeHeadSigned[], tree: TreeProofs): Promise<object[]> {
  const proofs: object[] = [];
  for (const [i, { size }] of heads.entries()) {
    if (i === 0) continue;
    const from = heads[i - 1]!.size;
    proofs.push({ from, to: size, path: (await tree.consistency(from, size)).map((hash) => hash.toString('base64')) });
  }
  return proofs;
}

/** The files of a bundle while they are written, with their hashes. */
class Parts {
  private readonly open = new Map<string, { file: WriteStream; hash: Hash }>();

  constructor(private readonly folder: string) {}

  line(name: string, value: object): Promise<void> {
    return this.text(name, `${JSON.stringify(value)}\n`);
  }

  async write(name: string, values: readonly object[]): Promise<void> {
    await this.text(name, '');
    for (const value of values) await this.line(name, value);
  }

  async text(name: string, text: string): Promise<void> {
    let part = this.open.get(name);
    if (!part) this.open.set(name, (part = { file: createWriteStream(join(this.folder, name)), hash: createHash('sha256') }));
    part.hash.update(text);
    if (!part.file.write(text)) await once(part.file, 'drain');
  }

  /** SHA-256 of each file, by name. */
  async close(): Promise<Record<string, string>> {
    const hashes: Record<string, string> = {};
    for (const [name, { file, hash }] of this.open) {
      file.end();
      await finished(file);
      hashes[name] = hash.digest('hex');
    }
    return hashes;
  }
}

const readme = `An audit bundle of GreatRouter.

  node verify.mjs <this archive> --key <the verifier key you were given> --head <a tree head you were given>

says yes, or names what is wrong. It needs Node.js 20 or newer and nothing else. Better than the verifier in here is
one that you kept from before: whoever could change this archive could change the verifier in it.

  manifest.json      what the bundle holds, and the SHA-256 of each file
  events.jsonl       the events, their bytes in base64, with the audit path of each to the newest tree head (RFC 6962)
  decisions.jsonl    each decision, and what became of it when it was made again
  tree-heads.jsonl   every signed tree head (C2SP tlog-checkpoint)
  consistency.jsonl  the proof that each tree begins with the one before
  keys.txt           the keys that sign, oldest first
`;
