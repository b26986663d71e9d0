/** What a piece of work costs with each model, exactly and in proportion to the market. */
import { costBounds } from './market.js';
import type { Learnt } from './learnt.js';
import { traitBit, type ModelTable } from './model-table.js';
import type { Needs } from './needs.js';
import type { RoutingPolicy } from './policy.js';
import { ln } from './portable-math.js';
import type { RoutingRequest } from './request.js';
import type { Money } from '../../money/money.js';
import { exactCostOf, outputTokenIndex, type PriceVector, type WorkVector } from './work.js';

export interface CostInput {
  readonly request: RoutingRequest;
  readonly needs: Needs;
  readonly table: ModelTable;
  readonly learnt: Learnt;
  readonly policy: RoutingPolicy;
}

/** Made for one request; asked of every model. */
export class CostScale {
  /** The work as the model asked last would do it: its answer has its own length. */
  readonly work: WorkVector;
  private readonly cheap: number;
  private readonly dear: number;
  private readonly lnDear: number;
  private readonly span: number;
  private readonly most: number;

  constructor(private readonly input: CostInput) {
    this.work = input.needs.work.slice();
    [this.cheap, this.dear] = costBounds(input.needs);
    this.lnDear = ln(this.dear);
    this.span = this.lnDear - ln(this.cheap);
    this.most = input.request.profile.maxOutputTokens ?? Infinity;
  }

  /** The price in force for this request of a row that has one; `work` becomes its work. */
  priceOf(row: number): PriceVector {
    const { table, needs, learnt, request, policy } = this.input;
    if (needs.language) {
      const tokens = needs.answerTokens + (table.traits[row]! & thinks ? needs.thinkingTokens : 0);
      this.work[outputTokenIndex] = Math.ceil(Math.min(this.most, tokens * learnt.lengthFactor(row, needs.task, policy.learning.priorAnswers)));
    }
    return table.priceAt(row, request.profile.inputTokens, request.at) ?? table.price[row]!;
  }

  /** The whole work with a row, exact: what is recorded. */
  exact(row: number): Money {
    return exactCostOf(this.priceOf(row), this.work);
  }

  /** 1 at the cheap end, 0 at the dear end, by the logarithm between. */
  position(cost: number): number {
    if (cost <= this.cheap) return 1;
    return cost >= this.dear ? 0 : (this.lnDear - ln(cost)) / this.span;
  }
}

const thinks = traitBit('reasoning');
