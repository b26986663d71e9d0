/** One process of a campaign: decides on the view that its own subscription folds, and appends: connection string, seed, decisions. */
import type { DomainEvent, Recorded, StreamName } from '../../event-sourcing/domain/event.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { LiveFolds } from '../../event-sourcing/live-folds.js';
import { RevisionConflict } from '../../event-sourcing/log-errors.js';
import { RoutingView, routingViewTypes } from '../../routing/domain/view.js';
import { DecisionHistory } from './decision-history.js';

const [connectionString, seed, decisions] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
const twoWeeksMs = 14 * 24 * 3_600_000;
/** About 2.3 steps of the history make one decision. */
const stepMs = Math.floor(twoWeeksMs / (decisions * 2.3));

const log = new EventLog(connectionString);
const view = new RoutingView();
const folds = new LiveFolds(log, null, (error) => {
  throw error;
});
folds.register({ name: 'routing', version: '1', types: routingViewTypes, apply: (event) => view.apply(event) });
await folds.start();

const contextOf = ({ metadata: { orgId, actor, commandId, $correlationId: correlationId, at } }: Recorded) => ({ orgId, actor, commandId: `${seed}/${commandId}`, correlationId, at });
const eventOf = ({ type, data }: Recorded): DomainEvent => ({ type, data });

/** Processes write to the same stream of a model or an organization: whoever comes second appends after the other. */
async function appendShared(event: Recorded): Promise<void> {
  for (;;) {
    try {
      return void (await log.append(event.stream, await revisionOf(event.stream), [eventOf(event)], contextOf(event)));
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
}

async function revisionOf(stream: StreamName): Promise<bigint | 'no_stream'> {
  for await (const { revision } of log.readBackwards(stream)) return revision;
  return 'no_stream';
}

let requested: Recorded | null = null;
for (const event of new DecisionHistory({ seed, decisions, stepMs }, view).events()) {
  if (event.type === 'ModelListed') continue;
  if (event.type === 'RouteRequested') requested = event;
  else if (event.type === 'ModelSelected') await log.append(event.stream, 'no_stream', [eventOf(requested!), eventOf(event)], contextOf(event));
  else if (event.stream.startsWith('route-')) await log.append(event.stream, event.revision - 1n, [eventOf(event)], contextOf(event));
  else await appendShared(event);
}
await folds.stop();
await log.close();
