/**
 * Budgets of keys and organizations, checked in memory before a request is recorded. Each is leased in slices from its
 * stream, so that the processes together stop before it is passed. A slice not used for a while is given back.
 */
import { randomUUID } from 'node:crypto';
import type { CommandContext, Recorded, StreamName } from '../event-sourcing/domain/event.js';
import type { EventLog } from '../event-sourcing/event-log.js';
import type { LiveFold } from '../event-sourcing/live-folds.js';
import type { KeyId, OrgId } from '../identity/domain/caller.js';
import { negate, subtract, add, zero, type Money } from '../money/money.js';
import type { OrganizationBudget } from './domain/billing.js';
import { budget, budgetsAt, dayOf, monthOf, type BudgetCommand, type BudgetEvent, type BudgetOfPeriod, type BudgetState, type KeyBudgetTerms } from './domain/budget.js';

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
  readonly holder: string;
  /** A slice that is not used for so long goes back, milliseconds. */
  readonly idleMs: number;
  now(): number;
  onError(error: unknown): void;
}

/** What this process has of one budget. */
interface Slice {
  readonly budget: BudgetOfPeriod;
  free: Money;
  open: number;
  lastUsedMs: number;
  filling: Promise<boolean> | null;
  /** So much could not be had, at that time. */
  lacked: { readonly amount: Money; readonly atMs: number } | null;
}

/** A budget that had not enough is not asked again for this long. */
const askAgainMs = 250;

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
    const slices = budgets.map((each) => this.sliceOf(each));
    for (;;) {
      const short = slices.find(({ free }) => free < spending.upTo);
      if (!short) break;
      if (!(await this.fill(short, spending.upTo))) return short.budget;
    }
    for (const slice of slices) {
      slice.free = subtract(slice.free, spending.upTo);
      slice.open++;
    }
    this.byRequest.set(spending.requestId, { slices, amount: spending.upTo });
    return null;
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

  /** Gives back slices that are not used, and forgets periods that are over. */
  async tend(): Promise<void> {
    const now = this.settings.now();
    const idle = [...this.slices.values()].filter(({ open, lastUsedMs }) => open === 0 && now - lastUsedMs > this.settings.idleMs);
    await this.giveBack(idle);
  }

  async stop(): Promise<void> {
    await this.giveBack([...this.slices.values()]);
  }

  private sliceOf(budgetOfPeriod: BudgetOfPeriod): Slice {
    const id = streamOf(budgetOfPeriod);
    const present = this.slices.get(id);
    const slice: Slice = present
      ? Object.assign(present, { budget: budgetOfPeriod })
      : { budget: budgetOfPeriod, free: zero, open: 0, lastUsedMs: 0, filling: null, lacked: null };
    slice.lastUsedMs = this.settings.now();
    this.slices.set(id, slice);
    return slice;
  }

  /** False when there is not enough left. One at a time: who comes meanwhile waits for it and looks again. */
  private async fill(slice: Slice, upTo: Money): Promise<boolean> {
    if (slice.filling) {
      await slice.filling;
      return true;
    }
    const atLeast = subtract(upTo, slice.free);
    if (slice.lacked && atLeast >= slice.lacked.amount && this.settings.now() - slice.lacked.atMs < askAgainMs) return false;
    slice.filling = this.lease(slice, atLeast);
    try {
      return await slice.filling;
    } finally {
      slice.filling = null;
    }
  }

  private async lease(slice: Slice, atLeast: Money): Promise<boolean> {
    const { events } = await this.decide(slice.budget, { type: 'LeaseBudget', holder: this.settings.holder, limit: slice.budget.limit, atLeast });
    const leased = events.find(({ type }) => type === 'BudgetLeased');
    if (leased) slice.free = add(slice.free, BigInt(leased.data.amount) as Money);
    else slice.lacked = { amount: atLeast, atMs: this.settings.now() };
    return leased !== undefined;
  }

  private async giveBack(slices: readonly Slice[]): Promise<void> {
    const today = new Date(this.settings.now()).toISOString();
    for (const slice of slices) {
      if (slice.open === 0) this.slices.delete(streamOf(slice.budget));
      const amount = slice.free;
      slice.free = zero;
      if (amount <= zero || !['total', dayOf(today), monthOf(today)].includes(slice.budget.period)) continue;
      await this.decide(slice.budget, { type: 'ReturnBudget', holder: this.settings.holder, amount }).catch((error: unknown) => this.settings.onError(error));
    }
  }

  private decide(budgetOfPeriod: BudgetOfPeriod, command: BudgetCommand) {
    const commandId = randomUUID();
    const context: CommandContext = { orgId: budgetOfPeriod.orgId, actor: 'system:budgets', commandId, correlationId: commandId, at: new Date(this.settings.now()).toISOString() };
    return this.log.decide<BudgetState, BudgetCommand, BudgetEvent>(streamOf(budgetOfPeriod), budget, command, context);
  }
}

const streamOf = ({ orgId, scope, period }: BudgetOfPeriod): StreamName => `budget-${orgId}+${scope}+${period}`;
