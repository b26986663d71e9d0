import type { Decision } from '../../routing/domain/decision.js';
import { tasks, complexityTiers } from '../../routing/domain/vocabulary.js';
import { Rows, share, type Analysis } from './analysis.js';

/**
 * How the mix of prompts moves: shares of tasks and tiers by week, and how far each week is from the one before, as
 * the population stability index (below 0.1 hardly, above 0.25 clearly another mix).
 */
export const promptDrift: Analysis = {
  name: 'prompt-drift',
  tells: 'how the mix of tasks and of difficulties moves from week to week',
  types: ['ModelSelected'],
  begin() {
    const weeks = new Rows(() => ({ decisions: 0, tasks: new Map<string, number>(), tiers: new Map<string, number>() }));
    return {
      take({ data, metadata }) {
        const { classification } = data as Decision;
        const week = weeks.at(mondayOf(metadata.at));
        week.decisions += 1;
        week.tasks.set(classification.task, (week.tasks.get(classification.task) ?? 0) + 1);
        week.tiers.set(classification.complexity_tier, (week.tiers.get(classification.complexity_tier) ?? 0) + 1);
      },
      result() {
        const entries = weeks.entries();
        return {
          weeks: entries.map(([week, row], i) => {
            const before = entries[i - 1]?.[1];
            return {
              week, decisions: row.decisions, tasks: shares(row.tasks, tasks, row.decisions), tiers: shares(row.tiers, complexityTiers, row.decisions),
              task_drift: before ? stability(before.tasks, row.tasks, tasks) : null, tier_drift: before ? stability(before.tiers, row.tiers, complexityTiers) : null,
            };
          }),
        };
      },
    };
  },
};

function mondayOf(at: string): string {
  const day = new Date(`${at.slice(0, 10)}T00:00:00.000Z`);
  return new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10);
}

const shares = (counts: ReadonlyMap<string, number>, of: readonly string[], whole: number) => Object.fromEntries(of.map((name) => [name, share(counts.get(name) ?? 0, whole)]));

/** Half an occurrence is added to each, so that what was never seen does not make it infinite. */
function stability(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>, of: readonly string[]): number {
  const total = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, n) => sum + n, 0) + of.length / 2;
  const part = (counts: ReadonlyMap<string, number>, name: string) => ((counts.get(name) ?? 0) + 0.5) / total(counts);
  const index = of.reduce((sum, name) => sum + (part(after, name) - part(before, name)) * Math.log(part(after, name) / part(before, name)), 0);
  return Math.round(index * 1e4) / 1e4;
}
