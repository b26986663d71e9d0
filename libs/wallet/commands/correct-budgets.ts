/**
 * Costs that no slice of a budget paid for: of work that was left to a job, and prices that came late or were repaired.
 * They count against the budgets of the day and month in which the request came in, and against the life of its key.
 */
import type { CommandContext, Recorded } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { KeyId, OrgId } from '../../identity/domain/caller.js';
import { fromPico, subtract, zero, type Money } from '../../money/money.js';
import type { InferenceRepriced, RouteRequested, Terminal } from '../../routing/domain/events.js';
import { terminalTypes } from '../../routing/domain/terminal.js';
import { budget, budgetStream, type BudgetCommand, type BudgetEvent, type BudgetOfPeriod, type BudgetState } from '../domain/budget.js';

export const lateCostTypes = ['InferenceRepriced', ...terminalTypes] as const;

/** Only these may be left to jobs; of all other ends nothing has to be looked up. */
const longTasks: readonly string[] = ['video', 'music', 'image', 'speech'];

interface LateCost {
  readonly correctionId: string;
  readonly amount: Money;
}

export class BudgetCorrector {
  /** @param budgetsOf the budgets that are set. */
  constructor(
    private readonly log: Pick<EventLog, 'read' | 'decide'>,
    private readonly budgetsOf: (about: { orgId: OrgId; keyId: KeyId | null; at: string }) => readonly BudgetOfPeriod[],
    private readonly now: () => number = Date.now,
  ) {}

  async correct(event: Recorded): Promise<void> {
    if ((event.data as Terminal | InferenceRepriced).mode !== 'live') return;
    if (event.type !== 'InferenceRepriced' && !longTasks.includes((event.data as Terminal).task)) return;
    const story: Recorded[] = [];
    for await (const each of this.log.read(event.stream)) story.push(each);
    const late = lateCost(event, story);
    if (!late || late.amount === zero) return;
    const { keyId, request } = story.find(({ type }) => type === 'RouteRequested')!.data as RouteRequested;
    for (const each of this.budgetsOf({ orgId: request.orgId, keyId, at: request.at })) await this.write(each, { ...late, requestId: request.requestId });
  }

  private async write(of: BudgetOfPeriod, correction: LateCost & { requestId: string }): Promise<void> {
    const commandId = `correction ${correction.correctionId}`;
    const context: CommandContext = { orgId: of.orgId, actor: 'system:budget-corrections', commandId, correlationId: correction.requestId, at: new Date(this.now()).toISOString() };
    await this.log.decide<BudgetState, BudgetCommand, BudgetEvent>(budgetStream(of), budget, { type: 'CorrectBudget', ...correction }, context);
  }
}

function lateCost(event: Recorded, story: readonly Recorded[]): LateCost | null {
  if (event.type === 'InferenceRepriced') {
    const { repricingId, previousCost, cost } = event.data as InferenceRepriced;
    return { correctionId: repricingId, amount: subtract(fromPico(cost), previousCost === null ? zero : fromPico(previousCost)) };
  }
  const { cost } = event.data as Terminal;
  return cost !== null && story.some(({ type }) => type === 'InferenceDeferred') ? { correctionId: `job ${event.stream}`, amount: fromPico(cost) } : null;
}
