/** Parked messages: links in a stream of their own, with the reason, until somebody replays them. */
import { append } from '../append.js';
import { resolve } from '../links.js';
import { lowestReadable, METADATA_TYPE, metastreamOf } from '../metadata.js';
import { readStreamForward } from '../read-stream.js';
import { jsonEvent, newEventId, type EventStore } from '../store/event-store.js';
import { dataOf, LINK_TYPE, revisionOf, streamOf } from '../store/record.js';
import { messageOf, type Message } from './message.js';
import { PAGE } from '../paging.js';

const LINK = Buffer.from(LINK_TYPE);

export class ParkedMessages {
  /** Parked revisions that were replayed and are not done. They leave the stream only when all of them are. */
  private readonly replaying = new Set<number>();
  /** Parked revisions below this were replayed. */
  private replayedTo = 0;

  constructor(
    private readonly store: EventStore,
    readonly stream: string,
  ) {}

  get count(): number {
    const { metadata, last } = this.store.streams.get(this.stream);
    return last === -1 ? 0 : Math.max(0, last + 1 - lowestReadable(metadata, last));
  }

  /** Resolves when the link is on disk. */
  async park(message: Message, reason: string): Promise<void> {
    const { event, link, order } = message;
    const target = event === undefined ? dataOf(link!) : Buffer.from(`${revisionOf(event)}@${streamOf(event)}`);
    const metadata = Buffer.from(JSON.stringify({ added: new Date(this.store.clock()).toISOString(), reason, subscriptionEventNumber: order }));
    await append(this.store, this.stream, 'any', [{ id: newEventId(), type: LINK, json: false, data: target, metadata }]);
  }

  /** The parked messages that were not replayed yet, up to revision `stopAt` (exclusive), to be delivered again. */
  takeForReplay(stopAt: number): Message[] {
    const messages: Message[] = [];
    for (let from: number | undefined = this.replayedTo; from !== undefined && from < stopAt; ) {
      const page = readStreamForward(this.store, this.stream, from, PAGE);
      for (const entry of page.entries) {
        const parkedRevision = revisionOf(entry.record);
        if (parkedRevision >= stopAt) break;
        messages.push(messageOf(resolve(this.store, entry, true), { order: parkedRevision, position: entry.position, parkedRevision }));
        this.replaying.add(parkedRevision);
        this.replayedTo = parkedRevision + 1;
      }
      from = page.next;
    }
    return messages;
  }

  /** A replayed message is done (or parked anew). When the last one is, all of them are truncated. */
  replayed(parkedRevision: number): void {
    if (!this.replaying.delete(parkedRevision) || this.replaying.size > 0) return;
    const metadata = jsonEvent(Buffer.from(METADATA_TYPE), Buffer.from(JSON.stringify({ $tb: this.replayedTo })));
    void append(this.store, metastreamOf(this.stream), 'any', [metadata]);
  }
}
