/**
 * One process of a campaign: its router decides on the view that its own subscription folds, and what it decides is
 * recorded as the product records it. Several requests are under way at once, so that each decision is made on a view
 * which lags behind the log. It says when it is ready, and begins when it is told to. Arguments: connection string,
 * database address, seed, decisions.
 */
import { once } from 'node:events';
import type { Appended, DomainEvent, Recorded, StreamName } from '../../event-sourcing/domain/event.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { LiveFolds } from '../../event-sourcing/live-folds.js';
import { RevisionConflict } from '../../event-sourcing/log-errors.js';
import type { Caller, OrgId } from '../../identity/domain/caller.js';
import { Config } from '../../platform/config.js';
import { ApiError } from '../../platform/http/api-error.js';
import { Db } from '../../platform/postgres.js';
import { Vault } from '../../platform/vault.js';
import type { Decision } from '../../routing/domain/decision.js';
import type { RouteRequested } from '../../routing/domain/events.js';
import type { RoutingRequest, RoutingText } from '../../routing/domain/request.js';
import { RequestRecord, Router } from '../../routing/exports.js';
import { isRefusal } from '../domain/reproduce.js';
import { DecisionHistory, openSealed } from './decision-history.js';
import { campaignKey } from './campaign-key.js';

const [connectionString, databaseUrl, seed, decisions] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4]), Number(process.argv[5])];
const twoWeeksMs = 14 * 24 * 3_600_000;
/** About 2.3 steps of the history make one decision. */
const stepMs = Math.floor(twoWeeksMs / (decisions * 2.3));
const requestsUnderWay = 8;

const log = new EventLog(connectionString);
const db = new Db(databaseUrl);
const folds = new LiveFolds(log, null, (error) => {
  throw error;
});
const router = new Router(folds);
const config = new Config({ retention: 'full' } as Config);
/** Neither jobs nor endings go through it here. */
const record = new RequestRecord(log, undefined as never, new Vault(db, campaignKey), config, undefined as never);
await folds.start();
process.send!('ready');
await once(process, 'message');
process.disconnect();

function decide(request: RoutingRequest, text: RoutingText): Decision | null {
  try {
    return router.decide(router.received(request), text).decision;
  } catch (error) {
    if (isRefusal(error) || error instanceof ApiError) return null;
    throw error;
  }
}

async function begin({ request, content, keyId, mode }: RouteRequested, decision: Decision): Promise<Appended> {
  const { text } = JSON.parse((await openSealed(content!))!) as { text: RoutingText };
  const caller: Caller = { orgId: request.orgId as OrgId, keyId: keyId as Caller['keyId'], userId: null, mode, role: 'developer', scope: null, actor: 'key:campaign' as Caller['actor'] };
  return record.begin({ caller, request, text, body: null, decision, hold: null, key: await record.dataKey(caller, null) });
}

const contextOf = ({ metadata: { orgId, actor, commandId, $correlationId: correlationId, at } }: Recorded) => ({ orgId, actor, commandId: `${seed}/${commandId}`, correlationId, at });
const eventOf = ({ type, data }: Recorded): DomainEvent => ({ type, data });

/** Processes write to the same stream of a model or an organization: whoever comes second appends after the other. */
async function appendShared(event: Recorded): Promise<Appended> {
  for (;;) {
    try {
      return await log.append(event.stream, await revisionOf(event.stream), [eventOf(event)], contextOf(event));
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
}

async function revisionOf(stream: StreamName): Promise<bigint | 'no_stream'> {
  for await (const { revision } of log.readBackwards(stream)) return revision;
  return 'no_stream';
}

/** Appends of one stream follow each other; those of several are under way together. */
const underWay = new Map<StreamName, Promise<unknown>>();
async function inTurn(stream: StreamName, append: () => Promise<Appended>): Promise<void> {
  while (underWay.size >= requestsUnderWay) await Promise.race(underWay.values());
  const mine = (underWay.get(stream) ?? Promise.resolve()).then(append).then(() => void (underWay.get(stream) === mine && underWay.delete(stream)));
  underWay.set(stream, mine);
}

let requested: Recorded | null = null;
for (const event of new DecisionHistory({ seed, decisions, stepMs, publishing: 0.015, repricingInUse: 0.8, outages: 0.015 }, decide).events()) {
  const [before, { stream }] = [requested, event];
  if (event.type === 'ModelListed') continue;
  if (event.type === 'RouteRequested') requested = event;
  else if (event.type === 'ModelSelected') await inTurn(stream, () => begin(before!.data as RouteRequested, event.data as Decision));
  else if (stream.startsWith('route-')) await inTurn(stream, () => log.append(stream, event.revision - 1n, [eventOf(event)], contextOf(event)));
  else await inTurn(stream, () => appendShared(event));
}
await Promise.all(underWay.values());
await folds.stop();
await log.close();
await db.close();
