/** `greatrouter parked`: the events that projections could not apply, and their draining once the cause is gone. */
import type { EventLog } from '../../libs/event-sourcing/event-log.js';
import { drainParked, parkedStreams, type Drained, type ParkedStream } from '../../libs/event-sourcing/projections/parked.js';
import type { Projection } from '../../libs/event-sourcing/projections/projection.js';
import { Db } from '../../libs/platform/postgres.js';
import { scrub } from '../../libs/platform/logger.js';
import { table } from './table.js';

export async function parkedList(databaseUrl: string, projection: string | null): Promise<ParkedStream[]> {
  const db = new Db(databaseUrl, 1);
  try {
    return await parkedStreams(db, projection);
  } finally {
    await db.close();
  }
}

/** Tries every parked stream again, of one projection or of all. */
export async function parkedRetry({ databaseUrl, log, projections }: { databaseUrl: string; log: EventLog; projections: readonly Projection[] }): Promise<Drained[]> {
  const drained: Drained[] = [];
  for (const projection of projections) drained.push(...(await drainParked({ url: databaseUrl, log, projection })));
  return drained;
}

export function parkedStreamsText(streams: readonly ParkedStream[]): string {
  if (streams.length === 0) return 'nothing is parked';
  return table(
    ['PROJECTION', 'STREAM', 'EVENTS', 'SINCE', 'FIRST', 'ERROR'],
    streams.map(({ projection, stream, events, since, type, revision, error }) => [projection, stream, String(events), since.toISOString(), `${type}@${revision}`, scrub(error)]),
  );
}

export function drainedText(drained: readonly Drained[]): string {
  if (drained.length === 0) return 'nothing was parked';
  return drained.map(({ stream, events, error }) => (error === null ? `${stream}: ${events} events applied` : `${stream}: still parked (${scrub(String(error))})`)).join('\n');
}
