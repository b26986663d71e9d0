/**
 * The price of a model that changes with the clock or with the size of a request. What is in force depends only on which
 * of its conditions hold (a date has come, an hour is a peak hour, the input is above a tier), so one price is made for
 * each set of them that has occurred, not one for each request.
 */
import type { CatalogModel } from '../../catalog/domain/model.js';
import type { TokenPricing } from '../../catalog/domain/pricing.js';
import { priceVector, type PriceVector } from './work.js';

/** So many conditions fit into one whole number, a bit each. */
const conditionsTold = 50;

export class ChangingPrice {
  private readonly prices = new Map<number, PriceVector | null>();
  private readonly told: boolean;

  constructor(
    private readonly model: CatalogModel,
    private readonly pricing: TokenPricing,
  ) {
    const { scheduled = [], time_of_day: peaks = [], tiers = [] } = pricing;
    this.told = scheduled.length + peaks.length + tiers.length <= conditionsTold;
  }

  /** @param at when the request was received (ISO 8601, UTC). Null without a price. */
  for(inputTokens: number, at: string): PriceVector | null {
    if (!this.told) return priceVector(this.model, { inputTokens, at });
    const holding = this.holding(inputTokens, at);
    let price = this.prices.get(holding);
    if (price === undefined) this.prices.set(holding, (price = priceVector(this.model, { inputTokens, at })));
    return price;
  }

  private holding(inputTokens: number, at: string): number {
    const { scheduled, time_of_day: peaks, tiers } = this.pricing;
    let holding = 1;
    if (scheduled) for (const { from } of scheduled) holding = 2 * holding + (at >= from ? 1 : 0);
    if (peaks) {
      const time = at.slice(11, 16);
      for (const { from_utc: from, to_utc: to } of peaks) holding = 2 * holding + (time >= from && time < to ? 1 : 0);
    }
    if (tiers) for (const { above_input_tokens: above } of tiers) holding = 2 * holding + (inputTokens > above ? 1 : 0);
    return holding;
  }
}
