/** Audit over a real log and a real database: stories, verified replay, proofs, erasure. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MemoryLog } from '../event-sourcing/projections/testing/memory-log.js';
import { project } from '../event-sourcing/projections/testing/projecting.js';
import { ProjectionsModule } from '../event-sourcing/projections/projections.module.js';
import type { Sealed } from '../event-sourcing/domain/sealed.js';
import { EventLog } from '../event-sourcing/event-log.js';
import type { Recorded } from '../event-sourcing/domain/event.js';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { testLog, type TestLog } from '../event-sourcing/testing/log.js';
import { logsProjection } from '../activity/exports.js';
import { Config } from '../platform/config.js';
import { Db } from '../platform/postgres.js';
import { testServer, type TestServer } from '../platform/testing/http.js';
import { testDatabase, type TestDatabase } from '../platform/testing/postgres.js';
import { Vault } from '../platform/vault.js';
import { defaultPolicy } from '../routing/domain/policy.js';
import { DeciderRegistry } from '../routing/exports.js';
import { AuditModule } from './audit.module.js';
import { Texts } from './replay/texts.js';
import { Replays } from './read-model/replays.js';
import { runReplay } from './replay/replay-job.js';
import { Queues } from '../platform/queues.js';
import { testLogger } from '../platform/testing/logger.js';
import { verifyDecisions } from './replay/verify-decisions.js';
import { appendHistory } from './testing/append-history.js';
import { DecisionHistory } from './testing/decision-history.js';
import { HeadSigner } from './tree/head-signer.js';
import { originOf, signedNote, signingKey } from './tree/signing.js';
import { TileStore } from './tree/tile-store.js';
import { TreeKeeper } from './tree/tree-keeper.js';
import { TreeProofs } from './tree/tree-proofs.js';
import { verifyTree } from './tree/verify-tree.js';
import { exportBundle } from './bundle/export-bundle.js';
import { leafData, leafHash, parseKey, readArchive, readTreeHead, verifyBundle, verifyConsistency, verifyInclusion } from './verifier/verify.mjs';
import { newFolder, removeFolder } from '../platform/testing/folder.js';

const masterKey = Buffer.alloc(32, 7);
const at = '2026-11-25T12:00:00.000Z';
const decisions = 60;

describe('audit', () => {
  let log: TestLog;
  let database: TestDatabase;
  let server: TestServer;
  let vault: Vault;
  let queues: Queues;
  let dataDir: string;
  let requests: ReadonlyMap<string, readonly string[]>;
  let orgId: string;
  let requestId: string;

  beforeAll(async () => {
    [log, database, dataDir] = await Promise.all([testLog(), testDatabase(), newFolder('audit')]);
    vault = new Vault(database.db, masterKey);
    const keys = new Map(await Promise.all(['org_0', 'org_1'].map(async (org) => [org, (await vault.keyFor({ orgId: org, subject: null }))!] as const)));
    requests = await appendHistory(log.log, new DecisionHistory({ decisions, organizations: 2, seal: (text, org) => vault.seal(keys.get(org)!, text) }).events());
    const written = new MemoryLog();
    for await (const event of log.log.readAll()) written.append(event);
    await project({ url: database.url, db: database.db, log: written, projections: [logsProjection] });
    queues = new Queues({ databaseUrl: database.url, redisUrl: null }, testLogger());
    server = await testServer([AuditModule, ProjectionsModule], [
      { provide: Db, useValue: database.db },
      { provide: EventLog, useValue: log.log },
      { provide: Vault, useValue: vault },
      { provide: Queues, useValue: queues },
      { provide: LiveFolds, useValue: new LiveFolds(log.log, null, () => {}) },
      { provide: Config, useValue: new Config({ dataDir, masterKey } as Config) },
    ]);
    [orgId, [requestId]] = [...requests][0]! as unknown as [string, [string]];
  });
  afterAll(async () => {
    await server.close();
    await queues.close();
    await log.close();
    await database.drop();
    await removeFolder(dataDir);
  });

  const get = (path: string, org = orgId) => server.request(org, 'GET', `/v1/audit/${path}`);
  const file = () => join(dataDir, 'heads', 'latest');
  const signer = () => new HeadSigner(log.log, masterKey, file());
  const verify = () => verifyDecisions({ log: log.log, texts: new Texts(vault), deciders: new DeciderRegistry() }, {});
  const bytes = (hashes: unknown) => (hashes as string[]).map((hash) => Buffer.from(hash, 'base64'));

  it('reproduces every decision of the log', async () => {
    expect(await verify()).toMatchObject({ decisions, reproduced: decisions, classification: { recomputed: decisions }, differences: [] });
  });

  it('lists decisions and tells the whole story of one', async () => {
    const { json: page } = await get('decisions?limit=5');
    expect(page['decisions']).toHaveLength(5);
    const { status, json: story } = await get(`decisions/${requestId}`);
    expect(status).toBe(200);
    expect(story).toMatchObject({ request_id: requestId, organization_id: orgId, replay: { kind: 'reproduced', classification: 'recomputed' }, request: { prompt: { state: 'kept' } } });
    const { candidates, excluded, decision, events } = story as unknown as { candidates: { model: string; price: object }[]; excluded: object[]; decision: { candidateCount: number }; events: { type: string; position: string }[] };
    expect(candidates).toHaveLength(decision.candidateCount);
    expect(candidates[0]!.price).toMatchObject({ currency: 'USD', unit: expect.any(String) });
    expect(story).toMatchObject({ decision: { price: { currency: 'USD' } }, attempts: expect.arrayContaining([expect.objectContaining({ outcome: 'answered', tookMs: expect.any(Number) })]) });
    expect(excluded.length).toBeGreaterThan(100);
    expect(events.map(({ type }) => type).slice(0, 2)).toEqual(['RouteRequested', 'ModelSelected']);
    expect(Number(events[0]!.position)).toBeGreaterThan(0);
  });

  it('tells it in sentences', async () => {
    const { text, headers } = await get(`decisions/${requestId}?format=text`);
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(text).toMatch(/^Request .* was received on 2026-/);
    expect(text).toContain('the router decides the same, byte for byte');
    expect(text).not.toMatch(/undefined|\[object|NaN/);
  });

  it('reproduces one decision on request', async () => {
    const { json } = await server.request(orgId, 'POST', `/v1/audit/decisions/${requestId}/reproduce`);
    expect(json).toMatchObject({ reproduced: true, verdict: { kind: 'reproduced' } });
  });

  it.each(['decisions/0193627e-0000-7000-8000-000000000001', 'decisions/nonsense', 'decisions/..%2f..%2fetc'])('answers 404 for %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it.each([
    ['GET', '/v1/audit/decisions/a%00b', 'requestId'],
    ['POST', '/v1/audit/decisions/a%00b/reproduce', 'requestId'],
    ['GET', '/v1/audit/decisions?model=a%00b', 'model'],
    ['GET', '/v1/audit/decisions?cursor=a%00b', 'cursor'],
    ['GET', '/v1/audit/proof/inclusion?position=1%00', 'position'],
    ['GET', '/v1/replays/a%00b', 'id'],
    ['GET', '/v1/replays/a%00b?format=csv', 'id'],
    ['POST', '/v1/replays/a%00b/cancel', 'id'],
    ['GET', '/v1/policy?name=a%00', 'name'],
  ] as const)('refuses a NUL: %s %s', async (method, path, param) => {
    const answer = await server.request(orgId, method, path);
    expect([answer.status, (answer.json['error'] as { param: string }).param]).toEqual([400, param]);
  });

  it.each([['from=2999-01-01', 'from'], ['from=2026-02-02&to=2026-02-01', 'from'], ['to=2026-02-31', 'to']])('refuses to list decisions of %s', async (range, param) => {
    const { status, json } = await get(`decisions?${range}`);
    expect([status, (json['error'] as { param: string }).param]).toEqual([400, param]);
  });

  it("does not tell an organization of another's request", async () => {
    const other = [...requests.keys()].find((org) => org !== orgId)!;
    const answers = [await get(`decisions/${requestId}`, other), await server.request(other, 'POST', `/v1/audit/decisions/${requestId}/reproduce`)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  });

  describe('tamper evidence', () => {
    const keeper = () => new TreeKeeper(log.log, new TileStore(database.db));
    const positionOf = async (id: string) => ((await get(`decisions/${id}`)).json as unknown as { events: { position: string }[] }).events[1]!.position;

    it('has no proof before a head is signed, and says so', async () => {
      expect((await get('tree-head')).status).toBe(503);
    });

    it('signs the tree, writes the head outside, and signs nothing new when only its own heads were added', async () => {
      const grown = await keeper().catchUp();
      const head = await signer().sign(grown, at);
      expect(head).toMatchObject({ size: grown.size });
      expect(await signer().sign(await keeper().catchUp(), at)).toBeNull();
      const { json } = await get('tree-head');
      expect(await readFile(file(), 'utf8')).toBe(json['note']);
      expect(readTreeHead(json['note'] as string, (json['keys'] as string[]).map((key) => parseKey(key)!))).toMatchObject({ size: grown.size, signers: [{}] });
    });

    it('proves that an event is in the signed tree, and that the tree only grew', async () => {
      const { json: proof } = await get(`proof/inclusion?position=${await positionOf(requestId)}`);
      const event = proof['event'] as Record<string, string>;
      const leaf = leafHash(leafData({ ...(event as { stream: string; revision: string; type: string; id: string }), metadata: Buffer.from(event['metadata']!, 'base64'), data: Buffer.from(event['data']!, 'base64') }));
      const checked = { index: proof['leaf_index'] as number, size: proof['size'] as number, leaf, path: bytes(proof['path']), root: Buffer.from(proof['root_hash'] as string, 'base64') };
      expect(verifyInclusion(checked)).toBe(true);
      expect((proof['note'] as string).split('\n')[2]).toBe(proof['root_hash']);
      const { json: grew } = await get('proof/consistency?from=100');
      expect(verifyConsistency({ from: 100, to: grew['to'] as number, fromRoot: bytes([grew['from_root']])[0]!, toRoot: bytes([grew['to_root']])[0]!, path: bytes(grew['path']) })).toBe(true);
    });

    it.each([
      ['proof/inclusion?position=abc', 400, 'position'],
      ['proof/inclusion', 400, 'position'],
      ['proof/inclusion?position=99999999999', 404, 'position'],
      ['proof/consistency?from=5&to=3', 400, 'from'],
      ['proof/consistency?from=1&to=99999999', 400, 'to'],
      ['proof/consistency?from=99999999', 400, 'from'],
    ])('refuses %s', async (path, status, param) => {
      const answer = await get(path);
      expect([answer.status, (answer.json['error'] as { param: string }).param]).toEqual([status, param]);
    });

    it("does not prove another organization's events", async () => {
      const other = [...requests.keys()].find((org) => org !== orgId)!;
      expect((await get(`proof/inclusion?position=${await positionOf(requestId)}`, other)).status).toBe(404);
    });

    it('hands over from one key to the next: the head after a rotation carries both signatures', async () => {
      const [before] = (await signer().heads()).keys;
      await signer().rotate(at);
      await signer().sign(await keeper().catchUp(), at);
      const { json } = await get('tree-head');
      const keys = (json['keys'] as string[]).map((key) => parseKey(key)!);
      expect(keys).toHaveLength(2);
      expect(readTreeHead(json['note'] as string, keys)!.signers.map(({ text }) => text).sort()).toEqual(keys.map(({ text }) => text).sort());
      expect(readTreeHead(json['note'] as string, [parseKey(before!)!])!.signers).toHaveLength(1);
    });
  });

  describe('the bundle', () => {
    const path = () => join(dataDir, 'bundle.tar.gz');
    const replayer = () => ({ log: log.log, texts: new Texts(vault), deciders: new DeciderRegistry() });
    const exported = (orgOnly?: string) => exportBundle(replayer(), new TreeProofs(new TileStore(database.db)), { path: path(), createdAt: at, ...(orgOnly ? { orgId: orgOnly } : {}) });
    const files = async () => readArchive(await readFile(path()));
    /** The bundle with one file changed, and the manifest changed with it, as a forger would. */
    const forged = async (name: string, change: (lines: string[]) => string[], counts: (manifest: Record<string, unknown>) => object = () => ({})) => {
      const changed = await files();
      changed.set(name, Buffer.from(`${change(Buffer.from(changed.get(name)!).toString('utf8').trimEnd().split('\n')).join('\n')}\n`));
      const manifest = JSON.parse(Buffer.from(changed.get('manifest.json')!).toString('utf8')) as Record<string, unknown>;
      const hashes = { ...(manifest['files'] as object), [name]: createHash('sha256').update(changed.get(name)!).digest('hex') };
      changed.set('manifest.json', Buffer.from(JSON.stringify({ ...manifest, ...counts(manifest), files: hashes })));
      return verifyBundle(changed);
    };
    const fewer = (manifest: Record<string, unknown>) => ({ events: (manifest['events'] as number) - 1 });

    it('is verified offline, by the file that is in it', async () => {
      expect(await exported()).toMatchObject({ decisions, reproduced: decisions });
      expect(verifyBundle(await files())).toEqual([]);
      await writeFile(join(dataDir, 'verify.mjs'), (await files()).get('verify.mjs')!);
      const { stdout } = await promisify(execFile)(process.execPath, [join(dataDir, 'verify.mjs'), path(), '--head', join(dataDir, 'heads', 'latest')]);
      expect(stdout).toMatch(/^✓ yes: \d+ events and 60 decisions/);
    });

    it('is verified under the key that an auditor held before a rotation', async () => {
      const first = parseKey((await signer().heads()).keys[0]!)!;
      expect(verifyBundle(await files(), { keys: [first] })).toEqual([]);
      const stranger = parseKey(signingKey(Buffer.alloc(32, 1), first.name, 1).verifierKey)!;
      expect(verifyBundle(await files(), { keys: [stranger] }).join()).toContain('None of the keys in the bundle is one that you hold');
    });

    const flipped = (line: string) => {
      const event = JSON.parse(line) as { data: string };
      const data = Buffer.from(event.data, 'base64');
      data[0]! ^= 1;
      return JSON.stringify({ ...event, data: data.toString('base64') });
    };
    /** An event at the place, and with the audit path, of another. */
    const placed = (line: string, at: string) => {
      const { leaf, path: proof } = JSON.parse(at) as { leaf: number; path: string[] };
      return JSON.stringify({ ...(JSON.parse(line) as object), leaf, path: proof });
    };
    const pushed = (line: string) => {
      const event = JSON.parse(line) as { leaf: number };
      return JSON.stringify({ ...event, leaf: event.leaf + 1 });
    };
    it.each<[string, string, (lines: string[]) => string[], ((manifest: Record<string, unknown>) => object) | undefined, RegExp]>([
      ['one flipped byte', 'events.jsonl', (lines) => lines.with(650, flipped(lines[650]!)), undefined, /Event 650 .* is not in the signed tree: its bytes were changed: byte 0 of its data is .* and was 0x7b/],
      ['a removed event', 'events.jsonl', (lines) => lines.toSpliced(640, 1), fewer, /^Event 640 is missing: it was removed\.$/],
      ['a removed event that is not even in the count', 'events.jsonl', (lines) => lines.toSpliced(640, 1), undefined, /The manifest counts/],
      ['two reordered events', 'events.jsonl', (lines) => lines.with(640, lines[641]!).with(641, lines[640]!), undefined, /^Event 640 .* is out of order: it stands behind event 641\.$/],
      ['two events that were exchanged, with the places they claim', 'events.jsonl', (lines) => lines.with(640, placed(lines[643]!, lines[640]!)).with(643, placed(lines[640]!, lines[643]!)), undefined, /^Events 640 and 643 were exchanged: Event 640 .* belongs where event 643 stands\.$/],
      ['an inserted event', 'events.jsonl', (lines) => lines.toSpliced(640, 0, flipped(lines[640]!)), (manifest) => ({ events: (manifest['events'] as number) + 1 }), /^Event 640 .* was inserted: another event is at its place in the signed tree, and is here too\.$/],
      ['an inserted event that pushes the others back', 'events.jsonl', (lines) => lines.flatMap((line, i) => (i < 640 ? [line] : i === 640 ? [flipped(line), pushed(line)] : [pushed(line)])), (manifest) => ({ events: (manifest['events'] as number) + 1, last_leaf: (manifest['last_leaf'] as number) + 1 }), /^Event 640 .* was inserted: it is not in the signed tree, and pushes back what follows\.\nEvents 641 to \d+ are 1 place behind where they stand in the signed tree: 1 inserted before them, or they were moved\.$/],
      ['a forged head', 'tree-heads.jsonl', (lines) => lines.map((line) => line.replace(/\\n\d+\\n/, '\\n77\\n')), undefined, /^Tree head 0 of 77 events is forged: the signature by the key [0-9a-f]{8} does not fit what it says\.$/m],
      ['a head of another log', 'tree-heads.jsonl', (lines) => lines.map((line) => line.replace('greatrouter/', 'greatrouter/0')), undefined, /^Tree head 0 of \d+ events is of another log: its origin is greatrouter\/0.*, not greatrouter\//m],
      ['a changed decision', 'decisions.jsonl', (lines) => lines.with(3, lines[3]!.replace('"optimization":"', '"optimization":"x')), undefined, /^The decision of request .* is not the one in its event: optimization is "x(\w+)" and was recorded as "\1"\.$/],
      ['a changed price', 'decisions.jsonl', (lines) => lines.with(3, lines[3]!.replace(/"input":"(\d+)"/, '"input":"$19"')), undefined, /^The decision of request .* is not the one in its event: [\w.]*\.input is "(\d+)9" and was recorded as "\1"\.$/],
      ['a decision that was left out', 'decisions.jsonl', (lines) => lines.toSpliced(3, 1), (manifest) => ({ decisions: (manifest['decisions'] as number) - 1 }), /^The decision of request .* is missing: its event is there\.$/],
    ])('names %s', async (_, name, change, counts, finding) => {
      expect((await forged(name, change, counts)).join('\n')).toMatch(finding);
    });

    it('holds one organization alone, when that is asked', async () => {
      await exported(orgId);
      const all = await files();
      expect(verifyBundle(all)).toEqual([]);
      const owners = Buffer.from(all.get('events.jsonl')!).toString('utf8').trimEnd().split('\n').map((line) => {
        const { metadata } = JSON.parse(line) as { metadata: string };
        return (JSON.parse(Buffer.from(metadata, 'base64').toString('utf8')) as { orgId: string | null }).orgId;
      });
      expect(new Set(owners)).toEqual(new Set([null, orgId]));
      expect(await forged('keys.txt', () => ['nonsense'])).toEqual([expect.stringContaining('no verifier key'), expect.stringContaining('keys.txt holds no key')]);
    });

    it('finds nothing wrong in the log itself, and names a held head that does not fit', async () => {
      const store = new TileStore(database.db);
      expect((await verifyTree(log.log, store)).findings).toEqual([]);
      const key = signingKey(masterKey, originOf((await log.log.identity())!), 1);
      const rewritten = signedNote(key.name, 500, Buffer.alloc(32, 9), [key]);
      expect((await verifyTree(log.log, store, [rewritten])).findings).toEqual([expect.stringMatching(/^the head of 500 events that was handed in has another root than the log, and the later head of \d+ events fits it: two histories were signed/)]);
      expect((await verifyTree(log.log, store, [rewritten.replace('500', '501')])).findings).toEqual([expect.stringContaining('is forged: the signature by the key')]);
    });

    it.each<[string, (origin: string) => string, RegExp]>([
      ['by a key that is not of this log', (origin) => signedNote(origin, 400, Buffer.alloc(32, 9), [signingKey(Buffer.alloc(32, 1), origin, 1)]), /^a tree head that was handed in of 400 events is forged: it is signed by [0-9a-f]{8}, and the keys of this log are [0-9a-f]{8}/],
      ['by a key that no head of the log handed over to', (origin) => signedNote(origin, 400, Buffer.alloc(32, 9), [signingKey(masterKey, origin, 9)]), /is forged: it is signed by/],
      ['of another log', () => signedNote('greatrouter/other', 400, Buffer.alloc(32, 9), [signingKey(masterKey, 'greatrouter/other', 1)]), /of 400 events is of another log: its origin is greatrouter\/other, not greatrouter\//],
      ['of events that are not there any more', (origin) => signedNote(origin, 90_000, Buffer.alloc(32, 9), [signingKey(masterKey, origin, 1)]), /^the head of 90000 events that was handed in was signed, and the log has \d+ events: its end was cut off$/],
      ['that is none', () => 'hello', /is not a tree head$/],
    ])('names a head %s', async (_, note, finding) => {
      expect((await verifyTree(log.log, new TileStore(database.db), [note(originOf((await log.log.identity())!))])).findings).toEqual([expect.stringMatching(finding)]);
    });

    it('tells the tree that was changed from the log that was', async () => {
      await database.db.query(`UPDATE merkle_tiles SET hashes = overlay(hashes placing '\\x00ff00ff'::bytea from 33) WHERE level = 0 AND tile = 2`);
      expect((await verifyTree(log.log, new TileStore(database.db))).findings).toEqual([
        expect.stringMatching(/^the tree's tables were changed, not the log: the signed heads fit the log, and from place 513 on the tables do not \(1 difference\)/),
        expect.stringMatching(/^the tree's table of tiles was changed: tile 0 of level 1 is not/),
      ]);
    });
  });

  describe('what-if replays', () => {
    const post = (path: string, body: object = {}) => server.request(orgId, 'POST', path, body);
    const work = (id: string) => runReplay({ log: log.log, texts: new Texts(vault), deciders: new DeciderRegistry() }, new Replays(database.db), id, new AbortController().signal);

    it('are jobs that tell what would have changed, as JSON and as CSV', async () => {
      const { status, json } = await post('/v1/replays', { variants: [{ name: 'same' }, { name: 'forced', model: 'openai/gpt-5' }] });
      expect([status, json['status']]).toEqual([202, 'queued']);
      const id = json['replay_id'] as string;
      expect((await server.request(orgId, 'GET', `/v1/replays/${id}?format=csv`)).status).toBe(409);
      await work(id);
      const { json: done } = await server.request(orgId, 'GET', `/v1/replays/${id}`);
      expect(done).toMatchObject({ status: 'completed', progress: 1, decisions: requests.get(orgId)!.length });
      const [same] = (done['result'] as { variants: Record<string, unknown>[] }).variants;
      expect(same).toMatchObject({ changed: 0, cost_after_dollars: same!['cost_before_dollars'] });
      const { text } = await server.request(orgId, 'GET', `/v1/replays/${id}?format=csv`);
      expect(text.split('\r\n')[1]).toMatch(/^same,all,,\d+,0,0,/);
      expect(((await server.request(orgId, 'GET', '/v1/replays')).json['replays'] as object[])[0]).toMatchObject({ replay_id: id });
      const other = [...requests.keys()].find((org) => org !== orgId)!;
      expect((await server.request(other, 'GET', `/v1/replays/${id}`)).status).toBe(404);
    });

    it('can be cancelled, and are then not run', async () => {
      const { json } = await post('/v1/replays', { variants: [{}] });
      const id = json['replay_id'] as string;
      expect((await post(`/v1/replays/${id}/cancel`)).json).toMatchObject({ status: 'cancelled' });
      await work(id);
      expect((await server.request(orgId, 'GET', `/v1/replays/${id}`)).json).toMatchObject({ status: 'cancelled', result: null });
    });

    it.each([
      [{ variants: [] }, 'variants'],
      [{ variants: Array.from({ length: 6 }, () => ({})) }, 'variants'],
      [{ variants: [{ policy: 'nobody' }] }, 'variants.0.policy'],
      [{ variants: [{ policy: { fallbacks: 4 } }] }, expect.stringContaining('variants.0.policy')],
      [{ variants: [{ preferences: { colour: 'red' } }] }, 'variants.0.preferences.colour'],
      [{ variants: [{ preferences: { default_optimization: 'fast' } }] }, 'variants.0.preferences.default_optimization'],
      [{ variants: [{ prices: { m: { input_per_million_tokens: -1, output_per_million_tokens: 1 } } }] }, 'variants.0.prices.m'],
      [{ variants: [{ catalog_as_of: '99999999999' }] }, 'variants.0.catalog_as_of'],
      [{ variants: [{}], from: '2026-11-02', to: '2026-11-01' }, 'from'],
      [{ variants: [{}], from: '2999-01-01' }, 'from'],
      [{ variants: [{}], from: 'yesterday' }, 'from'],
      [{ variants: [{ name: 'a' }, { name: 'a' }] }, 'variants'],
      [{ variants: [{ polcy: 'default' }] }, 'variants.0.polcy'],
      [{ variants: [{ name: 'a\0' }] }, 'variants.0.name'],
      [{ variants: [{ model: 5 }] }, 'variants.0.model'],
      [{ variants: ['default'] }, expect.stringContaining('variants')],
      [{ variants: [{}], key_id: 'a\0' }, 'key_id'],
      [{ variants: [{}], model: '' }, 'model'],
      [{ variants: [{}], from: '2026-02-30' }, 'from'],
      [{ variants: [{}], from: '2026-01-01', to: '2026-02-31' }, 'to'],
      [{ variants: [{ catalog_as_of: '99999999999' }] }, 'variants.0.catalog_as_of'],
      [{ variants: [{}], colour: 'red' }, 'colour'],
    ])('refuse %j', async (body, param) => {
      const answer = await post('/v1/replays', body);
      expect([answer.status, (answer.json['error'] as { param: string }).param]).toEqual([400, param]);
    });
  });

  describe('analytics', () => {
    it('runs every analysis, as of any position', async () => {
      const { json } = await server.request(orgId, 'GET', '/v1/analytics');
      for (const { name } of json['analyses'] as { name: string }[]) {
        const now = await server.request(orgId, 'GET', `/v1/analytics/${name}`);
        expect([name, now.status, now.json['analysis']]).toEqual([name, 200, name]);
        const then = await server.request(orgId, 'GET', `/v1/analytics/${name}?as_of=${String(now.json['position'])}`);
        expect(then.json).toEqual(now.json);
        for (const end of [String(await log.log.head()), new Date().toISOString(), new Date().toISOString().slice(0, 10)]) {
          expect((await server.request(orgId, 'GET', `/v1/analytics/${name}?as_of=${end}`)).json).toEqual(now.json);
        }
        expect((await server.request(orgId, 'GET', `/v1/analytics/${name}?as_of=2020-01-01`)).json['position']).toBe('0');
      }
    });

    it('know what was written at the very time they are asked for', async () => {
      const events: Recorded[] = [];
      for await (const event of log.log.readAll()) if (event.type === 'ModelSelected') events.push(event);
      const { position: { commit }, createdMs } = events.findLast((event, i) => event.createdMs !== events[i + 1]?.createdMs)!;
      const at = (asOf: string) => server.request(orgId, 'GET', `/v1/analytics/prompt-drift?as_of=${asOf}`);
      expect(BigInt((await at(new Date(createdMs).toISOString())).json['position'] as string)).toBeGreaterThanOrEqual(commit);
    });

    it.each([
      ['nothing', 404, 'name'],
      ['savings?from=2026-11-02&to=2026-11-01', 400, 'from'],
      ['savings?from=2999-01-01', 400, 'from'],
      ['savings?as_of=99999999999', 400, 'as_of'],
      ['savings?as_of=soon', 400, 'as_of'],
      ['savings?as_of=2999-01-01T00:00:00Z', 400, 'as_of'],
      ['savings?as_of=2026-02-31', 400, 'as_of'],
      ['savings?as_of=1%00', 400, 'as_of'],
      ['savings?from=2026-02-31', 400, 'from'],
      ['savings?to=2026-02-31', 400, 'to'],
      ['savings?from=2026-02-01T25:00:00Z', 400, 'from'],
      ['sav%00ings', 400, 'name'],
    ])('refuses %s', async (path, status, param) => {
      const answer = await server.request(orgId, 'GET', `/v1/analytics/${path}`);
      expect([answer.status, (answer.json['error'] as { param: string }).param]).toEqual([status, param]);
    });
  });

  describe('erasure', () => {
    const prompts = ['haiku about the first snow', 'infinitely many primes', 'lighthouse in a storm', 'the train leaves at nine'];
    const sealedTexts = /\{"keyId":"[^"]+","iv":"[^"]+","text":"[^"]+"\}/g;
    /** Every text of the organization that can be read in what is stored, in the clear or by its data key. */
    const readable = async (stored: readonly string[]) => {
      const opened = await Promise.all(stored.flatMap((text) => text.match(sealedTexts) ?? []).map((found) => vault.open(JSON.parse(found) as Sealed)));
      return [...stored, ...opened].filter((text) => text !== null && prompts.some((prompt) => text.includes(prompt)));
    };
    const eventsOfIt = async () => {
      const events: string[] = [];
      for await (const { metadata, data } of log.log.readAll()) if (metadata.orgId === orgId) events.push(JSON.stringify(data));
      return events;
    };

    it('is of text that can be read before it: in the log, and is told on the page of its decision', async () => {
      expect((await readable(await eventsOfIt())).length).toBeGreaterThan(5);
      expect((await get(`decisions/${requestId}`)).json).toMatchObject({ request: { prompt: { state: 'kept' } } });
    });

    it('forgets the text of an organization, and everything else still verifies', async () => {
      const { json } = await server.request(orgId, 'POST', '/v1/audit/erase', {});
      expect(json).toMatchObject({ erased_keys: 1 });
      const erased = requests.get(orgId)!.length;
      expect(await verify()).toMatchObject({ decisions, reproduced: decisions, classification: { erased, recomputed: decisions - erased } });
      const story = await get(`decisions/${requestId}`);
      expect(story.json).toMatchObject({ request: { prompt: { state: 'erased' } }, replay: { kind: 'reproduced', classification: 'erased' } });
      expect((await get(`decisions/${requestId}?format=text`)).text).toContain('The prompt has been erased');
    });

    it('leaves no text in the log, in any table, nor in one that is built again from the log', async () => {
      expect(await readable(await eventsOfIt())).toEqual([]);
      const rebuilt = await testDatabase();
      try {
        const written = new MemoryLog();
        for await (const event of log.log.readAll()) written.append(event);
        await project({ url: rebuilt.url, db: rebuilt.db, log: written, projections: [logsProjection] });
        for (const { db } of [database, rebuilt]) {
          const tables = await db.query<{ name: string }>(`SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`);
          expect(tables.length).toBeGreaterThan(20);
          const [seen] = await db.query<{ row: string }>('SELECT t::text AS row FROM logs t WHERE request_id = $1', [requestId]);
          expect(seen!.row).toContain(orgId);
          for (const { name } of tables) {
            const rows = await db.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
            expect([name, await readable(rows.map(({ row }) => row))]).toEqual([name, []]);
          }
        }
      } finally {
        await rebuilt.drop();
      }
    });

    it('is told in the log, again only when there is something new to tell', async () => {
      await server.request(orgId, 'POST', '/v1/audit/erase', {});
      const told: string[] = [];
      for await (const { type } of log.log.read(`org-${orgId}`)) told.push(type);
      expect(told).toEqual(['DataKeyDestroyed']);
    });

    it('finds a prompt that was changed in the log', async () => {
      const key = (await vault.keyFor({ orgId: 'org_9', subject: null }))!;
      const sealed = vault.seal(key, 'a text');
      const tampered = { ...sealed, text: Buffer.from('something else that is long enough').toString('base64') };
      const texts = new Texts(vault);
      expect(await texts.of({ content: tampered, promptHash: null, request: { requestId: 'x' } } as never)).toEqual({ kind: 'damaged' });
    });
  });

  describe('the policy', () => {
    const policy = (query = '', org = orgId) => server.request(org, 'GET', `/v1/policy${query}`);
    const publish = (version: number) =>
      log.log.append('policy-thrift', version === 1 ? 'no_stream' : BigInt(version - 2), [{ type: 'RoutingPolicyPublished', data: { name: 'thrift', version, policy: { ...defaultPolicy.policy, fallbacks: version }, note: '' } }], { orgId: null, actor: 'cli', commandId: `p${version}`, correlationId: 'p', at });

    it('is the one that ships, until another is published', async () => {
      expect((await policy()).json).toEqual({ ...defaultPolicy, position: '0' });
      expect((await policy('?name=thrift')).status).toBe(404);
    });

    it('is told as of any point, the same to two organizations, and as of now exactly as it is', async () => {
      const [first, second] = [await publish(1), await publish(2)];
      const now = await policy('?name=thrift');
      expect(now.json).toMatchObject({ name: 'thrift', version: 2, policy: { fallbacks: 2 }, position: second.position.toString() });
      expect(now.headers['x-gr-position']).toBe(second.position.toString());
      const head = await log.log.head();
      for (const org of requests.keys()) expect((await policy(`?name=thrift&as_of=${head}`, org)).json).toEqual(now.json);
      expect((await policy(`?name=thrift&as_of=${first.position}`)).json).toMatchObject({ version: 1, position: first.position.toString() });
      expect((await policy(`?name=thrift&as_of=${first.position - 1n}`)).status).toBe(404);
    });

    it.each([
      ['?name=Not a name', 'name'],
      ['?as_of=99999999999', 'as_of'],
      ['?as_of=soon', 'as_of'],
    ])('refuses %s', async (query, param) => {
      const answer = await policy(query);
      expect([answer.status, (answer.json['error'] as { param: string }).param]).toEqual([400, param]);
    });
  });
});
