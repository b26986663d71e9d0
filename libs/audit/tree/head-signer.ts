/** Signs the tree as it grows, and hands each head to the outside: a file or an address that somebody else keeps. */
import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CommandContext } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import { treeHeads, treeHeadStream, type TreeHeadEvent, type TreeHeadCommand, type TreeHeads, type TreeHeadSigned } from '../domain/tree-head.js';
import { originOf, signedNote, signingKey, type SigningKey } from './signing.js';

const publishPatienceMs = 10_000;

export class HeadSigner {
  private state: TreeHeads = treeHeads.initial;
  /** Of the last event of the stream that is folded. */
  private revision = -1n;
  /** Positions of the stream's own events that the last head does not cover: growth that needs no new head. */
  private uncovered: readonly bigint[] = [];

  /** @param publishTo a file or an http(s) address; null publishes nowhere. */
  constructor(
    private readonly log: EventLog,
    private readonly masterKey: Buffer,
    private readonly publishTo: string | null,
  ) {}

  async heads(): Promise<TreeHeads> {
    for await (const { type, data, revision, position } of this.log.read(treeHeadStream, this.revision + 1n)) {
      this.state = treeHeads.evolve(this.state, { type, data } as TreeHeadEvent);
      this.revision = revision;
      this.uncovered = [...this.uncovered, position.commit].filter((own) => own > BigInt(this.state.last?.position ?? 0));
    }
    return this.state;
  }

  /**
   * The new head; null when the tree grew by nothing but its own heads. The head is in the log before it is handed out.
   * @throws Refused when the tree is smaller than one that was signed.
   */
  async sign({ size, root, position }: { size: number; root: Buffer; position: bigint }, at: string): Promise<TreeHeadSigned | null> {
    if ((await this.heads()).keys.length === 0) await this.rotate(at);
    const { keys, last, handOver } = this.state;
    if (last && size >= last.size && size - last.size <= this.uncovered.length && !handOver) return null;
    const [current, former] = await this.keysOf(keys.length);
    const note = signedNote(current.name, size, root, handOver && former ? [current, former] : [current]);
    const head = { origin: current.name, size, rootHash: root.toString('base64'), position: position.toString(), note };
    if (!(await this.write({ type: 'SignTreeHead', head }, `sign ${size} ${keys.length}`, at))) return null;
    await this.publish(note);
    return head;
  }

  /** From the next head on a new key signs; that head carries both signatures, so that trust passes on. */
  async rotate(at: string): Promise<TreeHeads> {
    const generation = (await this.heads()).keys.length + 1;
    const [key] = await this.keysOf(generation);
    await this.write({ type: 'RotateKey', generation, key: key.verifierKey }, `key ${generation}`, at);
    return this.state;
  }

  /** @returns whether it changed anything. @throws RevisionConflict when another process signed meanwhile. */
  private async write(command: TreeHeadCommand, commandId: string, at: string): Promise<boolean> {
    const events = treeHeads.decide(command, this.state);
    if (events.length === 0) return false;
    await this.log.append(treeHeadStream, this.revision < 0n ? 'no_stream' : this.revision, events, contextOf(commandId, at));
    await this.heads();
    return true;
  }

  private async keysOf(generation: number): Promise<[current: SigningKey, former: SigningKey | null]> {
    const origin = originOf((await this.log.identity()) ?? 'empty');
    return [signingKey(this.masterKey, origin, generation), generation > 1 ? signingKey(this.masterKey, origin, generation - 1) : null];
  }

  /** A file holds the newest head; beside it, `.history` holds every one. */
  private async publish(note: string): Promise<void> {
    if (this.publishTo === null) return;
    if (/^https?:\/\//.test(this.publishTo)) {
      const answer = await fetch(this.publishTo, { method: 'POST', body: note, headers: { 'content-type': 'text/plain; charset=utf-8' }, signal: AbortSignal.timeout(publishPatienceMs) });
      if (!answer.ok) throw new Error(`the keeper of tree heads answered ${answer.status}`);
      return;
    }
    await mkdir(dirname(this.publishTo), { recursive: true });
    await appendFile(`${this.publishTo}.history`, `${note}\n`);
    await writeFile(`${this.publishTo}.tmp`, note);
    await rename(`${this.publishTo}.tmp`, this.publishTo);
  }
}

const contextOf = (commandId: string, at: string): CommandContext => ({ orgId: null, actor: 'system:audit', commandId, correlationId: treeHeadStream, at });
