/** What a piece of work costs with each model, exactly and in proportion to the market. */
import { costBounds } from './market.js';
import type { Learnt } from './learnt.js';
import { traitBit, type ModelTable } from './model-table.js';
import type { Needs } from './needs.js';
import type { RoutingPolicy } from './policy.js';
import { ln } from './portable-math.js';
import type { RoutingRequest } from './request.js';
import type { Money } from '../../money/money.js';
import { tasks } from './vocabulary.js';
import { costOf, exactCostOf, outputTokenIndex, quantities, type PriceVector, type WorkVector } from './work.js';

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
  private readonly inputTokens: number;
  /** The place of the task among all. */
  private readonly task: number;

  constructor(private readonly input: CostInput) {
    this.work = input.needs.work.slice();
    [this.cheap, this.dear] = costBounds(input.needs);
    this.lnDear = ln(this.dear);
    this.span = this.lnDear - ln(this.cheap);
    this.most = input.request.profile.maxOutputTokens ?? Infinity;
    this.inputTokens = input.request.profile.inputTokens;
    this.task = tasks.indexOf(input.needs.task);
  }

  /** The price in force for this request of a row that has one; `work` becomes its work. */
  priceOf(row: number): PriceVector {
    this.workWith(row);
    return this.priceInForce(row);
  }

  /** The whole work with a row, in pico-dollars, to compare; `work` becomes its work. */
  comparable(row: number): number {
    this.workWith(row);
    const { rates, variesFrom } = this.input.table;
    return variesFrom[row]! >= this.inputTokens ? costOf(rates, this.work, row * quantities.length) : costOf(this.priceInForce(row), this.work);
  }

  private workWith(row: number): void {
    const { table, needs, learnt, policy } = this.input;
    if (!needs.language) return;
    const tokens = needs.answerTokens + (table.traits[row]! & thinks ? needs.thinkingTokens : 0);
    this.work[outputTokenIndex] = Math.ceil(Math.min(this.most, tokens * learnt.lengthFactor(row, this.task, policy.learning.priorAnswers)));
  }

  private priceInForce(row: number): PriceVector {
    const { table, request } = this.input;
    return table.priceAt(row, this.inputTokens, request.at) ?? table.price[row]!;
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
