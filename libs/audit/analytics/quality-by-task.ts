import type { Feedback } from '../../feedback/domain/feedback.js';
import { Rows, share, type Analysis } from './analysis.js';

/** How often feedback found the routing right, with a 95 % interval (Wilson, 1927), which is honest for few opinions. */
export const qualityByTask: Analysis = {
  name: 'quality-by-task',
  tells: 'how often feedback found the routing right, by task and by model',
  types: ['FeedbackGiven'],
  begin() {
    const counters = () => ({ right: 0, wrong: 0 });
    const [tasks, models] = [new Rows(counters), new Rows(counters)];
    return {
      take({ data }) {
        const { classifiedTask, model, correct } = data as Feedback;
        for (const row of [tasks.at(classifiedTask), ...(model === null ? [] : [models.at(model)])]) row[correct ? 'right' : 'wrong'] += 1;
      },
      result: () => ({ tasks: tasks.entries().map(([task, row]) => ({ task, ...judged(row) })), models: models.entries().map(([model, row]) => ({ model, ...judged(row) })) }),
    };
  },
};

function judged({ right, wrong }: { right: number; wrong: number }) {
  const n = right + wrong;
  const z = 1.96;
  const [p, spread] = [right / n, z * Math.sqrt((right * wrong) / n / n / n + (z * z) / (4 * n * n))];
  const centre = p + (z * z) / (2 * n);
  const whole = 1 + (z * z) / n;
  return { opinions: n, right, share_right: share(right, n), low: share(centre - spread, whole), high: share(centre + spread, whole) };
}
