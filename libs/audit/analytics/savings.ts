import { fromPico, pico, toDollars, zero } from '../../money/money.js';
import type { Decision } from '../../routing/domain/decision.js';
import type { Terminal } from '../../routing/domain/events.js';
import { Rows, type Analysis } from './analysis.js';

/**
 * What routing saved against always asking the strongest of the recorded candidates, and what it spent above always
 * asking the cheapest. Both are estimates of the same moment, so they are compared with the estimate of the choice.
 */
export const savings: Analysis = {
  name: 'savings',
  tells: 'cost of the chosen models against always-strongest and always-cheapest among the candidates of each decision',
  types: ['ModelSelected', 'InferenceCompleted', 'InferenceFailed', 'InferenceCancelled'],
  begin() {
    const days = new Rows(() => ({ decisions: 0, compared: 0, chosen: zero, strongest: zero, cheapest: zero, real: zero }));
    return {
      take({ type, data, metadata }) {
        const day = days.at(metadata.at.slice(0, 10));
        if (type !== 'ModelSelected') {
          const { cost } = data as Terminal;
          if (cost !== null) day.real = pico(day.real + fromPico(cost));
          return;
        }
        const { candidates, estimatedCost } = data as Decision;
        day.decisions += 1;
        const priced = candidates.filter((candidate) => candidate.estimatedCost !== null);
        if (estimatedCost === null || priced.length === 0) return;
        const strongest = priced.reduce((best, next) => (next.components.quality > best.components.quality ? next : best));
        const costs = priced.map((candidate) => fromPico(candidate.estimatedCost!));
        day.compared += 1;
        day.chosen = pico(day.chosen + fromPico(estimatedCost));
        day.strongest = pico(day.strongest + fromPico(strongest.estimatedCost!));
        day.cheapest = pico(day.cheapest + costs.reduce((least, next) => (next < least ? next : least)));
      },
      result: () => ({
        basis: 'estimates at decision time; the candidates of a decision are its five best',
        days: days.entries().map(([day, { decisions, compared, chosen, strongest, cheapest, real }]) => ({
          day, decisions, compared, real_cost_dollars: toDollars(real), chosen_dollars: toDollars(chosen), always_strongest_dollars: toDollars(strongest), always_cheapest_dollars: toDollars(cheapest),
          saved_against_strongest_dollars: toDollars(pico(strongest - chosen)),
        })),
      }),
    };
  },
};
