/**
 * A little world with one wallet: processes that hold and settle, a worker that debits, payments that come in twice
 * and out of order, crashes. Chance comes from a seed alone, time from a clock that only the story moves, and every
 * call to the log may be overtaken, so a failure is reproduced by its seed.
 */
import type { CommandContext, StreamName } from '../../event-sourcing/domain/event.js';
import { RevisionConflict } from '../../event-sourcing/log-errors.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { min, pico, times, toPico, type Money } from '../../money/money.js';
import type { FundsHold } from '../domain/holding.js';
import { usageTypes } from '../domain/usage.js';
import { LeaseExpiry } from '../commands/expire-lease.js';
import { PaymentSettler, paymentTypes } from '../commands/settle-payments.js';
import { UsageSettler } from '../commands/settle-usage.js';
import { Wallets } from '../commands/wallets.js';
import { Holds } from '../holds.js';
import { Judge } from './judge.js';
import { MemoryLog } from './memory-log.js';

export const orgId = 'org_acme' as OrgId;
const leaseMs = 60_000;
const patienceMs = 1_000;

interface Process {
  readonly wallets: Wallets;
  readonly holds: Holds;
  readonly expiry: LeaseExpiry;
  /** How far its live subscription has come. */
  seen: number;
  alive: boolean;
  /** Resolves when it dies: nobody waits for what it was doing. */
  readonly death: Promise<void>;
  die(): void;
}

interface Timer {
  readonly atMs: number;
  readonly process: Process;
  readonly work: () => void;
}

interface Flow {
  readonly requestId: string;
  readonly hold: FundsHold;
}

export class World {
  readonly log: MemoryLog;
  readonly judge: Judge;
  private judged = 0;
  private clock = Date.parse('2026-11-30T23:50:00.000Z');
  private readonly processes: Process[] = [];
  private readonly worker: { wallets: Wallets; settler: UsageSettler; payments: PaymentSettler; expiry: LeaseExpiry };
  private readonly orphans: Flow[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly ended: { readonly requestId: string; readonly cost: Money }[] = [];
  private timers: Timer[] = [];
  private failure: unknown;
  private settledTo = 0;
  private paidTo = 0;
  private made = 0;
  refused = 0;
  /** Had to wait for money that others gave back. */
  servedLate = 0;

  constructor(
    private readonly random: () => number,
    processes: number,
    mayOwe: boolean,
  ) {
    this.log = new MemoryLog(() => this.overtaken());
    this.judge = new Judge(mayOwe);
    const wallets = new Wallets(this.log);
    this.worker = { wallets, settler: new UsageSettler(wallets, this.log, () => this.clock), payments: new PaymentSettler(wallets, this.log, () => this.clock), expiry: new LeaseExpiry(wallets, this.log, 0) };
    for (let n = 0; n < processes; n++) this.start();
  }

  /** A process starts, or one takes the place of another that died. */
  start(): void {
    const wallets = new Wallets(this.log);
    const expiry = new LeaseExpiry(wallets, this.log, 0);
    const holds = new Holds(wallets, null, {
      billing: 'prepaid', holder: `process-${this.processes.length}`, leaseMs, patienceMs, now: () => this.clock,
      after: (ms, work) => void this.timers.push({ atMs: this.clock + ms, process, work }),
      reclaim: (id, state) => expiry.expireAll(id, state, this.context('reclaim')),
      onError: (error) => {
        throw error;
      },
    });
    let die = () => {};
    const death = new Promise<void>((resolve) => (die = resolve));
    const process: Process = { wallets, holds, expiry, seen: 0, alive: true, death, die };
    this.processes.push(process);
  }

  /** A purchase is told, and may have been told before. */
  credit = (id: string, amount: Money): void =>
    this.run(() => this.told(`purchase-${id}`, 'PurchaseCredited', { purchaseId: id, orgId, amount: toPico(amount) }));

  refund = (id: string, amount: Money): void =>
    this.run(() => this.told(`purchase-${id}`, 'PurchaseReversed', { purchaseId: id, reversalId: id, orgId, amount: toPico(amount) }));

  private async told(stream: StreamName, type: string, data: object): Promise<void> {
    try {
      await this.log.append(stream, 'no_stream', [{ type, data }], this.context(stream));
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }

  /** The worker takes in purchases that are new, and now and then all of them again. */
  pay(): void {
    const from = this.random() < 0.3 ? 0 : this.paidTo;
    const events = this.log.all.slice(from).filter((event) => (paymentTypes as readonly string[]).includes(event.type));
    this.paidTo = this.log.all.length;
    this.run(async () => {
      for (const event of events) await this.worker.payments.settle(event);
    });
  }

  /** One request, from hold to terminal event, on a process that may die under it. */
  request(upTo: Money, how: 'costs' | 'unpriced' | 'fails'): void {
    const process = this.somebody();
    if (process) this.run(() => Promise.race([process.death, this.serve(process, `r${this.made++}`, upTo, how)]));
  }

  private async serve(process: Process, requestId: string, upTo: Money, how: 'costs' | 'unpriced' | 'fails'): Promise<void> {
    const askedAt = this.clock;
    const held = await process.holds.hold({ orgId, keyId: null, mode: 'live', requestId, upTo, at: this.at() });
    if (held.kind !== 'held') {
      this.refused++;
      return;
    }
    if (!process.alive) return;
    if (this.clock > askedAt) this.servedLate++;
    const hold = { leaseId: held.leaseId, amount: toPico(held.amount) };
    await this.log.append(`route-${requestId}`, 'no_stream', [{ type: 'RouteRequested', data: { mode: 'live', hold } }], this.context(requestId));
    await this.overtaken();
    if (!process.alive) {
      this.orphans.push({ requestId, hold });
      return;
    }
    const cost = how === 'costs' ? min(upTo, times(pico(1n), Math.floor(this.random() * Number(upTo) * 1.3))) : null;
    await this.end({ requestId, hold }, how === 'fails' ? 'InferenceFailed' : 'InferenceCompleted', cost);
    if (process.alive) process.holds.settle(requestId, cost);
  }

  private async end({ requestId, hold }: Flow, type: string, cost: Money | null): Promise<void> {
    const data = { mode: 'live', keyId: null, model: 'a/b', provider: 'a', cost: cost === null ? null : toPico(cost), costStatus: 'exact', hold };
    await this.log.append(`route-${requestId}`, 0n, [{ type, data }], this.context(requestId));
    if (cost !== null) this.ended.push({ requestId, cost });
  }

  /** The price of a request is repaired; the worker adjusts what it debits. */
  reprice(): void {
    const index = Math.floor(this.random() * this.ended.length);
    const [request] = this.ended.splice(index, 1);
    if (!request) return;
    const data = { mode: 'live', repricingId: `again ${request.requestId}`, previousCost: toPico(request.cost), cost: toPico(times(pico(1n), Math.floor(this.random() * 3_000))), reason: 'repaired' };
    this.run(() => this.log.append(`route-${request.requestId}`, 1n, [{ type: 'InferenceRepriced', data }], this.context(request.requestId)));
  }

  /** The live subscription of one process brings what is new, as far as chance has it. */
  live(): void {
    const process = this.somebody();
    const upTo = this.log.all.length - Math.floor(this.random() * 3);
    while (process && process.seen < upTo) {
      const event = this.log.all[process.seen++]!;
      if (event.stream.startsWith('wallet-')) process.holds.apply(event);
    }
  }

  /** The worker debits what is new, and now and then what it has debited already. */
  debit(): void {
    const from = Math.floor(this.settledTo * (this.random() < 0.3 ? this.random() : 1));
    const events = this.log.all.slice(from).filter((event) => (usageTypes as readonly string[]).includes(event.type));
    this.settledTo = this.log.all.length;
    this.run(() => this.worker.settler.settle(events));
  }

  /** kill -9: what is in flight stays as it is, and another process takes its place. */
  crash(): void {
    const process = this.somebody();
    if (!process) return;
    process.alive = false;
    process.die();
    this.start();
  }

  retire(): void {
    const process = this.somebody();
    if (process) this.run(() => process.holds.stop());
  }

  /** The watchdog closes what dead processes left open, with or without a bill. */
  closeOrphans(): void {
    for (const flow of this.orphans.splice(0)) {
      const cost = this.random() < 0.5 ? null : times(pico(1n), Math.floor(this.random() * Number(flow.hold.amount)));
      this.run(() => this.end(flow, 'InferenceCancelled', cost));
    }
  }

  expire(): void {
    this.run(async () => this.worker.expiry.expireAll(orgId, await this.worker.wallets.refreshed(orgId), this.context('expire')));
  }

  /** Time goes by, and with it whatever was to happen then. */
  pass(ms: number): void {
    const until = this.clock + ms;
    for (let next = this.nextTimer(); next && next.atMs <= until; next = this.nextTimer()) {
      this.timers = this.timers.filter((timer) => timer !== next);
      this.clock = Math.max(this.clock, next.atMs);
      next.work();
    }
    this.clock = until;
  }

  private nextTimer(): Timer | undefined {
    this.timers = this.timers.filter(({ process }) => process.alive);
    return this.timers.reduce<Timer | undefined>((first, timer) => (first && first.atMs <= timer.atMs ? first : timer), undefined);
  }

  /** Ends every call in flight and lets the judge read on. Rejects with the first thing that went wrong. */
  async settle(): Promise<void> {
    for (;;) {
      // Calls to the log take microtasks only: after this, whoever is not done waits for time or for news.
      await new Promise(setImmediate);
      if (this.failure !== undefined) throw this.failure;
      if (this.running.size === 0) break;
      if (this.random() < 0.7) this.live();
      this.pass(Math.max(1, (this.nextTimer()?.atMs ?? this.clock) - this.clock));
    }
    while (this.judged < this.log.all.length) this.judge.read(this.log.all[this.judged++]!);
  }

  /** Everybody comes to rest: what remains must be exactly what was not spent. */
  async comeToRest(): Promise<void> {
    await this.settle();
    for (const process of this.processes) if (process.alive) this.run(() => process.holds.stop());
    await this.settle();
    this.closeOrphans();
    await this.settle();
    this.pass(10 * leaseMs);
    this.expire();
    await this.settle();
    this.settledTo = 0;
    this.paidTo = 0;
    this.debit();
    this.pay();
    await this.settle();
    this.judge.last();
  }

  private run(work: () => Promise<unknown>): void {
    const running: Promise<void> = work()
      .catch((error: unknown) => (this.failure ??= error))
      .then(() => void this.running.delete(running));
    this.running.add(running);
  }

  private somebody(): Process | undefined {
    const alive = this.processes.filter((process) => process.alive);
    return alive[Math.floor(this.random() * alive.length)];
  }

  private async overtaken(): Promise<void> {
    for (let steps = Math.floor(this.random() * 6); steps > 0; steps--) await null;
  }

  private readonly at = (): string => new Date(this.clock).toISOString();

  private context(commandId: string): CommandContext {
    return { orgId, actor: 'system:test', commandId: `${commandId} ${this.log.all.length}`, correlationId: commandId, at: this.at() };
  }
}
