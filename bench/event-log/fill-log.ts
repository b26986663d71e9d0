/** Writes a generated history into a log, many streams at once. */
import type { Recorded } from '../../libs/event-sourcing/domain/event.js';
import type { EventLog } from '../../libs/event-sourcing/event-log.js';

const streamsAtOnce = 64;

/** By stream, each in its order. */
export function streamsOf(history: readonly Recorded[]): Recorded[][] {
  const streams = new Map<string, Recorded[]>();
  for (const event of history) {
    const known = streams.get(event.stream);
    if (known) known.push(event);
    else streams.set(event.stream, [event]);
  }
  return [...streams.values()];
}

export const appendStream = (log: EventLog, stream: readonly Recorded[]) => {
  const { metadata, stream: name } = stream[0]!;
  return log.append(name, 'no_stream', stream.map(({ type, data }) => ({ type, data })), { ...metadata, correlationId: metadata.$correlationId });
};

export async function fillLog(log: EventLog, history: readonly Recorded[]): Promise<void> {
  const streams = streamsOf(history);
  const appending = async () => {
    for (let stream = streams.pop(); stream; stream = streams.pop()) await appendStream(log, stream);
  };
  await Promise.all(Array.from({ length: streamsAtOnce }, appending));
}
