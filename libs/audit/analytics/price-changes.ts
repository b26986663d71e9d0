import type { ModelRepriced } from '../../catalog/domain/catalog.js';
import type { Pricing } from '../../catalog/domain/pricing.js';
import { fromPico, pico, toDollars, zero } from '../../money/money.js';
import type { Terminal } from '../../routing/domain/events.js';
import { Rows, type Analysis } from './analysis.js';

/** Every change of price, and what the requests after it would have cost at the price before it: exact, from their tokens. */
export const priceChanges: Analysis = {
  name: 'price-changes',
  tells: 'changes of prices, and what each has cost or saved since',
  types: ['ModelRepriced', 'InferenceCompleted'],
  begin() {
    const models = new Rows(() => ({ changes: 0, before: null as Pricing | null, after: null as Pricing | null, requests: 0, difference: zero }));
    return {
      take({ type, data }) {
        if (type === 'ModelRepriced') {
          const { id, previous, pricing } = data as ModelRepriced;
          Object.assign(models.at(id), { changes: models.at(id).changes + 1, before: previous, after: pricing });
          return;
        }
        const { model, usage } = data as Terminal;
        const row = models.at(model);
        const [before, after] = [costOf(row.before, usage), costOf(row.after, usage)];
        if (before === null || after === null) return;
        row.requests += 1;
        row.difference = pico(row.difference + after - before);
      },
      result: () => ({
        models: models.entries().filter(([, { changes }]) => changes > 0).map(([model, { changes, before, after, requests, difference }]) => ({ model, changes, before, after, requests_since: requests, cost_difference_dollars: toDollars(difference) })),
      }),
    };
  },
};

/** Null where the price is not by the token or the usage is not known. */
function costOf(pricing: Pricing | null, usage: Terminal['usage']): bigint | null {
  if (pricing?.unit !== 'token' || !usage) return null;
  return fromPico(pricing.rates.input ?? '0') * BigInt(usage.inputTokens) + fromPico(pricing.rates.output ?? '0') * BigInt(usage.outputTokens);
}
