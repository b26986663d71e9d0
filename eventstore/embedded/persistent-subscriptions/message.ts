/** A message of a group: an event on its way to exactly one consumer, until it is done. */
import type { ResolvedEvent } from '../links.js';
import { dataOf, idOf, isLink, streamOf } from '../store/record.js';

export interface Message extends ResolvedEvent {
  /** Consumers name this id: the link's if there is a link. */
  readonly id: string;
  /** Revision in the stream, or position in $all: what checkpoints count. */
  readonly order: number;
  /** Position of the event (or link) in the log. */
  readonly position: number;
  /** How often it was delivered before. */
  readonly retryCount: number;
  /** Revision in the parked stream, if this is a replay from there. Those do not hold back the checkpoint. */
  readonly parkedRevision?: number;
}

export const messageOf = (resolved: ResolvedEvent, place: { order: number; position: number; parkedRevision?: number }): Message => ({
  ...resolved,
  ...place,
  id: idKey(idOf(resolved.link ?? resolved.event!)),
  retryCount: 0,
});

export const idKey = (id: Buffer): string => id.toString('latin1');

/** The stream an event was written to; of a link that leads nowhere, the one it names. */
export function sourceStreamOf({ event, link }: ResolvedEvent): string {
  const record = event ?? link!;
  if (!isLink(record)) return streamOf(record);
  const text = dataOf(record).toString('utf8');
  return text.slice(text.indexOf('@') + 1);
}
