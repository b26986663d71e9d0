/** A generated history, written into a real log: the positions that its decisions name become those of that log. */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { Decision } from '../../routing/domain/decision.js';

/** @returns the ids of the requests, by organization. */
export async function appendHistory(log: EventLog, events: Iterable<Recorded>): Promise<ReadonlyMap<string, readonly string[]>> {
  const real = new Map<string, string>([['0', '0']]);
  const requests = new Map<string, string[]>();
  for (const event of events) {
    const { orgId, actor, commandId, $correlationId: correlationId, at } = event.metadata;
    const data = event.type === 'ModelSelected' ? { ...event.data, position: real.get((event.data as Decision).position)! } : event.data;
    const { position } = await log.append(event.stream, event.revision === 0n ? 'no_stream' : event.revision - 1n, [{ type: event.type, data }], { orgId, actor, commandId, correlationId, at });
    real.set(event.position.commit.toString(), position.toString());
    if (event.type === 'RouteRequested') requests.set(orgId!, [...(requests.get(orgId!) ?? []), event.stream.slice('route-'.length)]);
  }
  return requests;
}
