/** Proofs as they are handed out: under a signed head, and only of events that the asker may see. */
import { Injectable } from '@nestjs/common';
import type { EventMetadata } from '../../event-sourcing/domain/event.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import type { StoredEvent } from '../../event-sourcing/stored-event.js';
import { Config } from '../../platform/config.js';
import { invalid, notFound, unavailable } from '../../platform/http/api-error.js';
import type { TreeHeadSigned } from '../domain/tree-head.js';
import { HeadSigner } from './head-signer.js';
import { TreeProofs } from './tree-proofs.js';

@Injectable()
export class Proofs {
  private readonly signer: HeadSigner;

  constructor(
    private readonly log: EventLog,
    private readonly tree: TreeProofs,
    config: Config,
  ) {
    this.signer = new HeadSigner(log, config.masterKey, null);
  }

  /** @throws ApiError 503 before the first head is signed, within a minute of the first event. */
  async head() {
    const { head, keys } = await this.signed();
    return { origin: head.origin, size: head.size, root_hash: head.rootHash, position: head.position, note: head.note, keys };
  }

  /** @throws ApiError 404 where no event that this organization may see stands at the position. */
  async inclusion(orgId: string, position: bigint, size: number | null) {
    const event = await this.eventAt(orgId, position);
    const { head } = await this.signed();
    const within = size ?? head.size;
    if (within > (await this.tree.size())) throw invalid('size', `the tree has ${await this.tree.size()} events, not ${within}`);
    const leaf = await this.tree.leafAt(position);
    if (leaf === null || leaf >= within) {
      if (size !== null) throw invalid('size', `the event at position ${position} is not among the first ${size}`);
      throw unavailable(`the event at position ${position} is not under a signed tree head yet; one is signed every minute`, 'not_signed_yet', 60);
    }
    return {
      event: {
        stream: event.stream, revision: event.revision.toString(), type: event.type, id: event.id, position: position.toString(),
        metadata: Buffer.from(event.metadata).toString('base64'), data: Buffer.from(event.data).toString('base64'),
      },
      leaf_index: leaf,
      size: within,
      path: base64(await this.tree.inclusion(leaf, within)),
      root_hash: within === head.size ? head.rootHash : (await this.tree.root(within)).toString('base64'),
      note: within === head.size ? head.note : null,
    };
  }

  async consistency(from: number, to: number | null) {
    const last = to ?? (await this.signed()).head.size;
    const size = await this.tree.size();
    if (last > size) throw invalid('to', `the tree has ${size} events, not ${last}`);
    if (from > last) throw invalid('from', `the tree has ${last} events, not ${from}`);
    const [fromRoot, toRoot, path] = [await this.tree.root(from), await this.tree.root(last), await this.tree.consistency(from, last)];
    return { from, to: last, from_root: fromRoot.toString('base64'), to_root: toRoot.toString('base64'), path: base64(path) };
  }

  private async signed(): Promise<{ head: TreeHeadSigned; keys: readonly string[] }> {
    const { last, keys } = await this.signer.heads();
    if (!last) throw unavailable('no tree head is signed yet; the first is signed within a minute of the first event', 'not_signed_yet', 60);
    return { head: last, keys };
  }

  private async eventAt(orgId: string, position: bigint): Promise<StoredEvent> {
    const unknown = () => notFound(`There is no event at position ${position} that this organization may see.`, 'event_not_found', 'position');
    for await (const event of this.log.readStored({ from: { commit: position, prepare: position }, max: 1 })) {
      const { orgId: owner } = JSON.parse(Buffer.from(event.metadata).toString('utf8')) as EventMetadata;
      if (event.position.commit !== position || (owner !== null && owner !== orgId)) throw unknown();
      return event;
    }
    throw unknown();
  }
}

const base64 = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('base64'));
