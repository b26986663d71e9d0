/**
 * Tells an organization when its balance is low and when half, four fifths and all of a budget are spent: each once.
 * What is to be told is an event first; sending it is another reactor's work.
 */
import type { CommandContext, Recorded } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import { RevisionConflict } from '../../event-sourcing/log-errors.js';
import type { KeyId, OrgId } from '../../identity/domain/caller.js';
import { fromPico, toPico } from '../../money/money.js';
import type { NoticeTerms } from '../domain/billing.js';
import type { BudgetOfPeriod } from '../domain/budget.js';
import type { WalletDebited } from '../domain/events.js';
import { budgetNotices, type Notice } from '../domain/notice.js';
import { balanceOf } from '../domain/wallet.js';
import type { SpendingQuery } from '../read-model/spending.js';
import type { Wallets } from './wallets.js';

export interface NoticeSources {
  readonly log: Pick<EventLog, 'append'>;
  readonly wallets: Wallets;
  /** The budgets that are set. */
  budgetsOf(about: { orgId: OrgId; keyId: KeyId | null; at: string }): readonly BudgetOfPeriod[];
  /** What is set as of a position; waits for it. */
  noticeTermsOf(orgId: OrgId, asOf: bigint): Promise<NoticeTerms>;
  readonly spending: SpendingQuery;
  /** Whether the spending of everything up to a position is counted; waits for it. */
  counted(position: bigint): Promise<boolean>;
}

/** How many notices are remembered as told, to ask the log less often. */
const remembered = 10_000;

export class NoticeRaiser {
  private readonly told = new Set<string>();

  constructor(
    private readonly from: NoticeSources,
    private readonly now: () => number = Date.now,
  ) {}

  async raise(events: readonly Recorded[]): Promise<void> {
    const byWallet = new Map<OrgId, Recorded[]>();
    for (const event of events) {
      const orgId = event.metadata.orgId as OrgId;
      const changes = byWallet.get(orgId);
      if (changes) changes.push(event);
      else byWallet.set(orgId, [event]);
    }
    for (const [orgId, changes] of byWallet) {
      await this.raiseForBudgets(orgId, changes);
      await this.raiseForBalance(orgId, changes.at(-1)!.position.commit);
    }
  }

  private async raiseForBudgets(orgId: OrgId, events: readonly Recorded[]): Promise<void> {
    const budgets = new Map<string, BudgetOfPeriod>();
    for (const event of events) {
      if (event.type !== 'WalletDebited') continue;
      const { keyId, endedAt } = event.data as WalletDebited;
      for (const budget of this.from.budgetsOf({ orgId, keyId, at: endedAt })) budgets.set(`${budget.scope} ${budget.period}`, budget);
    }
    if (budgets.size === 0) return;
    if (!(await this.from.counted(events.at(-1)!.position.commit))) throw new Error('the spending against budgets is not counted yet');
    for (const budget of budgets.values()) {
      for (const notice of budgetNotices(budget, await this.from.spending.spent(orgId, budget.scope, budget.period))) await this.tell(orgId, notice);
    }
  }

  private async raiseForBalance(orgId: OrgId, asOf: bigint): Promise<void> {
    const { lowBalance, topUp } = await this.from.noticeTermsOf(orgId, asOf);
    if (lowBalance === null) return;
    const wallet = await this.from.wallets.refreshed(orgId);
    const balance = balanceOf(wallet);
    if (balance >= fromPico(lowBalance)) return;
    await this.tell(orgId, {
      stream: `notice-${orgId}+balance+${lowBalance}+${wallet.credits}`,
      event: { type: 'LowBalanceReached', data: { balance: toPico(balance), threshold: lowBalance, topUp } },
    });
  }

  private async tell(orgId: OrgId, { stream, event }: Notice): Promise<void> {
    if (this.told.has(stream)) return;
    const context: CommandContext = { orgId, actor: 'system:notices', commandId: stream, correlationId: stream, at: new Date(this.now()).toISOString() };
    try {
      await this.from.log.append(stream, 'no_stream', [event], context);
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
    if (this.told.size >= remembered) this.told.clear();
    this.told.add(stream);
  }
}
