/**
 * Budgets of keys and organizations, checked in memory before a request is recorded. Each is leased in slices from its
 * stream, so that the processes together stop before it is passed. A slice not used for a while is given back, one that
 * is used is renewed, and one whose process died expires (commands/budget-watch.ts).
 */
import { randomUUID } from 'node:crypto';
import type { CommandContext, Recorded } from '../event-sourcing/domain/event.js';
import type { EventLog } from '../event-sourcing/event-log.js';
import type { LiveFold } from '../event-sourcing/live-folds.js';
import type { KeyId, OrgId } from '../identity/domain/caller.js';
import { negate, subtract, add, zero, type Money } from '../money/money.js';
import type { OrganizationBudget } from './domain/billing.js';
import { budget, budgetsAt, budgetStream, type BudgetCommand, type BudgetEvent, type BudgetLeased, type BudgetOfPeriod, type BudgetState, type KeyBudgetTerms } from './domain/budget.js';

/** Who asks for how much, and when. */
export interface Spending {
  readonly orgId: OrgId;
  readonly keyId: KeyId | null;
  readonly requestId: string;
  readonly upTo: Money;
  readonly at: string;
}

/** The limits that are set, from the live subscription: of keys by identity's events, of organizations by ours. */
export class BudgetTerms implements LiveFold {
  readonly version = '1';
  readonly types = ['ApiKeyIssued', 'ApiKeyChanged', 'OrganizationBudgetSet'];
  private keys = new Map<string, KeyBudgetTerms>();
  private organizations = new Map<string, OrganizationBudget>();

  /** @param name of its snapshot: each kind of process has its own. */
  constructor(readonly name = 'budget-terms') {}

  apply(event: Recorded): void {
    if (event.type === 'OrganizationBudgetSet') this.organizations.set(event.metadata.orgId!, event.data as OrganizationBudget);
    else {
      const { keyId, terms } = event.data as { keyId: string; terms: { budget: KeyBudgetTerms | null } };
      if (terms.budget) this.keys.set(keyId, terms.budget);
      else this.keys.delete(keyId);
    }
  }

  snapshot(): unknown {
    return { keys: [...this.keys], organizations: [...this.organizations] };
  }

  restore(snapshot: unknown): void {
    const { keys, organizations } = snapshot as { keys: [string, KeyBudgetTerms][]; organizations: [string, OrganizationBudget][] };
    this.keys = new Map(keys);
    this.organizations = new Map(organizations);
  }

  of({ orgId, keyId, at }: Pick<Spending, 'orgId' | 'keyId' | 'at'>): readonly BudgetOfPeriod[] {
    const key = keyId === null ? undefined : this.keys.get(keyId);
    const organization = this.organizations.get(orgId);
    if (!key && !organization) return [];
    return [...(key ? budgetsAt(at, orgId, keyId!, key) : []), ...(organization ? budgetsAt(at, orgId, 'organization', organization) : [])];
  }
}

export interface BudgetSettings {
  /** This process, as it stands in the requests it serves. */
  readonly holder: string;
  /** How long a slice outlives a silent process, milliseconds. */
  readonly sliceMs: number;
  /** A slice that is not used for so long goes back, milliseconds. */
  readonly idleMs: number;
  now(): number;
  onError(error: unknown): void;
}

/** What this process has of one budget. */
interface Slice {
  budget: BudgetOfPeriod;
  free: Money;
  open: number;
  /** The log knows of it. */
  isOut: boolean;
  /** Not used from then on, by this process's clock, until it is renewed. */
  usableUntilMs: number;
  lastUsedMs: number;
  /** What is being done with it in the log: one thing at a time. */
  busy: Promise<unknown> | null;
  /** So much could not be had, at that time. */
  lacked: { readonly amount: Money; readonly atMs: number } | null;
}

/** A budget that had not enough is not asked again for this long. */
const askAgainMs = 250;
/** Not used in the last part of its life: appends in flight must land before it can expire. */
const marginOfLife = 4;

export class Budgets {
  private readonly slices = new Map<string, Slice>();
  private readonly byRequest = new Map<string, { readonly slices: readonly Slice[]; readonly amount: Money }>();

  constructor(
    private readonly log: Pick<EventLog, 'decide'>,
    private readonly terms: BudgetTerms,
    private readonly settings: BudgetSettings,
  ) {}

  /** Null when every budget allows it, and it is held from each; else the budget that does not. @throws LogUnavailable */
  async hold(spending: Spending): Promise<BudgetOfPeriod | null> {
    const budgets = this.terms.of(spending);
    if (budgets.length === 0 || this.byRequest.has(spending.requestId)) return null;
    for (;;) {
      const slices = budgets.map((each) => this.sliceOf(each));
      const short = slices.find((slice) => !this.covers(slice, spending.upTo));
      if (!short) {
        this.take(slices, spending);
        return null;
      }
      if (!(await this.fill(short, spending.upTo))) return short.budget;
    }
  }

  settle(requestId: string, cost: Money): void {
    const held = this.byRequest.get(requestId);
    if (!held) return;
    this.byRequest.delete(requestId);
    for (const slice of held.slices) {
      slice.free = add(slice.free, held.amount, negate(cost));
      slice.open--;
    }
  }

  /** Gives back slices that are not used, and renews the others. */
  async tend(): Promise<void> {
    const now = this.settings.now();
    for (const slice of [...this.slices.values()]) {
      if (slice.busy) continue;
      if (slice.open === 0 && now - slice.lastUsedMs > this.settings.idleMs) await this.giveBack(slice);
      else if (slice.isOut && slice.usableUntilMs - now < this.settings.sliceMs / 2) await this.alone(slice, () => this.renew(slice));
    }
  }

  async stop(): Promise<void> {
    for (const slice of [...this.slices.values()]) {
      await slice.busy;
      await this.giveBack(slice);
    }
  }

  private covers(slice: Slice, upTo: Money): boolean {
    return slice.free >= upTo && (!slice.isOut || this.settings.now() < slice.usableUntilMs);
  }

  private take(slices: readonly Slice[], { requestId, upTo }: Spending): void {
    for (const slice of slices) {
      slice.free = subtract(slice.free, upTo);
      slice.open++;
    }
    this.byRequest.set(requestId, { slices, amount: upTo });
  }

  private sliceOf(budgetOfPeriod: BudgetOfPeriod): Slice {
    const stream = budgetStream(budgetOfPeriod);
    const slice = this.slices.get(stream) ?? { budget: budgetOfPeriod, free: zero, open: 0, isOut: false, usableUntilMs: 0, lastUsedMs: 0, busy: null, lacked: null };
    slice.budget = budgetOfPeriod;
    slice.lastUsedMs = this.settings.now();
    this.slices.set(stream, slice);
    return slice;
  }

  /** False when there is not enough left. One at a time: who comes meanwhile waits for it and looks again. */
  private async fill(slice: Slice, upTo: Money): Promise<boolean> {
    if (slice.busy) {
      await slice.busy;
      return true;
    }
    const atLeast = subtract(upTo, slice.free);
    if (atLeast <= zero) return this.alone(slice, () => this.renew(slice));
    if (slice.lacked && atLeast >= slice.lacked.amount && this.settings.now() - slice.lacked.atMs < askAgainMs) return false;
    return this.alone(slice, () => this.lease(slice, atLeast));
  }

  private async alone<T>(slice: Slice, work: () => Promise<T>): Promise<T> {
    const doing = work();
    slice.busy = doing.catch(() => undefined);
    try {
      return await doing;
    } finally {
      slice.busy = null;
    }
  }

  private async lease(slice: Slice, atLeast: Money): Promise<boolean> {
    const { holder } = this.settings;
    const end = this.nextEnd();
    const { events, state } = await this.decide(slice.budget, { type: 'LeaseBudget', holder, limit: slice.budget.limit, atLeast, isOut: slice.isOut, expiresAt: end.expiresAt });
    const leased = events.find(({ type }) => type === 'BudgetLeased') as { data: BudgetLeased } | undefined;
    if (leased) {
      slice.free = add(slice.free, BigInt(leased.data.amount) as Money);
      this.prolong(slice, end.usableUntilMs);
      return true;
    }
    if (this.isLost(slice, state)) return true;
    slice.lacked = { amount: atLeast, atMs: this.settings.now() };
    return false;
  }

  private async renew(slice: Slice): Promise<true> {
    const end = this.nextEnd();
    const { events, state } = await this.decide(slice.budget, { type: 'RenewSlice', holder: this.settings.holder, expiresAt: end.expiresAt });
    if (events.length > 0) this.prolong(slice, end.usableUntilMs);
    else this.isLost(slice, state);
    return true;
  }

  /** A slice that expired is accounted for: what ends on it ends on nothing, and the next request begins another. */
  private isLost(slice: Slice, { slices }: BudgetState): boolean {
    if (!slice.isOut || slices.has(this.settings.holder)) return false;
    this.forget(slice);
    return true;
  }

  private forget(slice: Slice): void {
    const stream = budgetStream(slice.budget);
    if (this.slices.get(stream) === slice) this.slices.delete(stream);
  }

  private prolong(slice: Slice, usableUntilMs: number): void {
    slice.isOut = true;
    slice.usableUntilMs = usableUntilMs;
  }

  private nextEnd(): { expiresAt: string; usableUntilMs: number } {
    const { sliceMs } = this.settings;
    const expiresMs = this.settings.now() + sliceMs;
    return { expiresAt: new Date(expiresMs).toISOString(), usableUntilMs: expiresMs - sliceMs / marginOfLife };
  }

  /** All that is free. When it could not be told, the slice expires by itself. */
  private async giveBack(slice: Slice): Promise<void> {
    const ends = slice.open === 0;
    const amount = slice.free;
    slice.free = zero;
    const giving = async () => {
      const command: BudgetCommand = { type: 'ReturnBudget', holder: this.settings.holder, amount, ends };
      if (slice.isOut && (ends || amount > zero)) await this.decide(slice.budget, command).catch((error: unknown) => this.settings.onError(error));
      if (ends) this.forget(slice);
    };
    await this.alone(slice, giving);
  }

  private decide(budgetOfPeriod: BudgetOfPeriod, command: BudgetCommand) {
    const commandId = randomUUID();
    const context: CommandContext = { orgId: budgetOfPeriod.orgId, actor: 'system:budgets', commandId, correlationId: commandId, at: new Date(this.settings.now()).toISOString() };
    return this.log.decide<BudgetState, BudgetCommand, BudgetEvent>(budgetStream(budgetOfPeriod), budget, command, context);
  }
}
