/** What a piece of work costs with each model, exactly and in proportion to the market. */
import { costBounds } from './market.js';
import type { Learnt } from './learnt.js';
import { traits, type ModelTable } from './model-table.js';
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
  // Taken out of the input once, not for every model: what comes with a request comes in objects of many shapes.
  private readonly language: boolean;
  private readonly answerTokens: number;
  private readonly thinkingTokens: number;
  private readonly traits: Uint32Array;
  private readonly learnt: Learnt;
  private readonly priorAnswers: number;

  constructor(private readonly input: CostInput) {
    this.work = input.needs.work.slice();
    this.language = input.needs.language;
    this.answerTokens = input.needs.answerTokens;
    this.thinkingTokens = input.needs.thinkingTokens;
    this.traits = input.table.traits;
    this.learnt = input.learnt;
    this.priorAnswers = input.policy.learning.priorAnswers;
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

  /** The whole work with each row, in pico-dollars, to compare; and the tokens of its answer. */
  compareAll(rows: Int32Array, count: number, { comparableCost, outputTokens }: { comparableCost: Float64Array; outputTokens: Float64Array }): void {
    const { work, inputTokens } = this;
    const { rates, variesFrom } = this.input.table;
    for (let place = 0; place < count; place += 1) {
      const row = rows[place]!;
      this.workWith(row);
      outputTokens[place] = work[outputTokenIndex]!;
      comparableCost[place] = variesFrom[row]! >= inputTokens ? costOf(rates, work, row * quantities.length) : costOf(this.priceInForce(row), work);
    }
  }

  private workWith(row: number): void {
    if (!this.language) return;
    // By a product: whether a model thinks is no branch that a processor foresees.
    const tokens = this.answerTokens + ((this.traits[row]! >>> thinks) & 1) * this.thinkingTokens;
    this.work[outputTokenIndex] = Math.ceil(Math.min(this.most, tokens * this.learnt.lengthFactor(row, this.task, this.priorAnswers)));
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

const thinks = traits.indexOf('reasoning');
