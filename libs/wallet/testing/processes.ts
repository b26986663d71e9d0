/** API processes and a worker on one real log, as far as wallets are concerned. Each has its own memory. */
import { randomUUID } from 'node:crypto';
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { CommandContext, Recorded } from '../../event-sourcing/domain/event.js';
import { LiveFolds } from '../../event-sourcing/live-folds.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { toPico, type Money } from '../../money/money.js';
import { LeaseExpiry } from '../commands/expire-lease.js';
import { Wallets } from '../commands/wallets.js';
import type { FundsHold } from '../domain/holding.js';
import { walletEventTypes } from '../domain/events.js';
import { Holds } from '../holds.js';
import type { Reactor } from '../../event-sourcing/reactors/reactor.js';
import { walletReactors } from '../reactors.js';

export const context = (orgId: OrgId | null, at = new Date().toISOString()): CommandContext => {
  const commandId = randomUUID();
  return { orgId, actor: 'system:test', commandId, correlationId: commandId, at };
};

export interface ApiProcess {
  readonly holds: Holds;
  /** As when the process is killed: nothing is given back. */
  die(): Promise<void>;
}

export interface ApiSettings {
  readonly leaseMs?: number;
  readonly patienceMs?: number;
  readonly graceMs?: number;
}

export async function startApi(log: EventLog, holder: string, { leaseMs = 20_000, patienceMs = 1_000, graceMs = 0 }: ApiSettings = {}): Promise<ApiProcess> {
  const wallets = new Wallets(log);
  const expiry = new LeaseExpiry(wallets, log, graceMs);
  const fail = (error: unknown) => {
    throw error;
  };
  const holds = new Holds(wallets, null, {
    billing: 'prepaid', holder, leaseMs, patienceMs, now: Date.now, after: (ms, work) => void setTimeout(work, ms).unref(), onError: fail,
    reclaim: (orgId, state) => expiry.expireAll(orgId, state, context(orgId)),
  });
  const folds = new LiveFolds(log, null, fail);
  folds.register({ name: 'holds', version: '1', types: walletEventTypes, apply: (event) => holds.apply(event) });
  await folds.start();
  return { holds, die: () => folds.stop() };
}

/** One answered request, from hold to terminal event, without the provider between. */
export async function answer(log: EventLog, { holds }: ApiProcess, orgId: OrgId, price: { upTo: Money; cost: Money }): Promise<'served' | 'insufficient'> {
  const requestId = randomUUID();
  const at = new Date().toISOString();
  const held = await holds.hold({ orgId, keyId: null, mode: 'live', requestId, upTo: price.upTo, at });
  if (held.kind !== 'held') return 'insufficient';
  const hold: FundsHold = { leaseId: held.leaseId, amount: toPico(held.amount) };
  await begin(log, orgId, requestId, hold);
  await end(log, orgId, requestId, hold, price.cost);
  holds.settle(requestId, price.cost);
  return 'served';
}

export const begin = (log: EventLog, orgId: OrgId, requestId: string, hold: FundsHold) =>
  log.append(`route-${requestId}`, 'no_stream', [{ type: 'RouteRequested', data: { mode: 'live', hold } }], context(orgId));

export const end = (log: EventLog, orgId: OrgId, requestId: string, hold: FundsHold, cost: Money | null) =>
  log.append(
    `route-${requestId}`,
    0n,
    [{ type: 'InferenceCompleted', data: { mode: 'live', keyId: null, model: 'a/b', provider: 'a', cost: cost === null ? null : toPico(cost), costStatus: 'exact', hold } }],
    context(orgId),
  );

export const credit = (log: EventLog, orgId: OrgId, amount: Money) =>
  new Wallets(log).execute(orgId, { type: 'CreditWallet', at: new Date().toISOString(), creditId: randomUUID(), amount, origin: 'manual', reference: 'test', sourcePosition: null }, context(orgId));

/** Runs every reactor over the whole log until nothing new comes of it, in batches as the worker would. */
export async function react(log: EventLog, batchSize = 100): Promise<void> {
  const wallets = new Wallets(log);
  for (const reactor of walletReactors(log, wallets)) await runOnce(log, reactor, batchSize);
}

async function runOnce(log: EventLog, reactor: Reactor, batchSize: number): Promise<void> {
  let batch: Recorded[] = [];
  const subscription = log.subscribe({ types: reactor.types });
  for await (const message of subscription) {
    if (message.kind === 'event') batch.push(message.event);
    if (batch.length > 0 && (batch.length >= batchSize || message.kind === 'caught-up')) {
      await reactor.handle(batch);
      batch = [];
    }
    if (message.kind === 'caught-up') break;
  }
  await subscription.unsubscribe();
}
