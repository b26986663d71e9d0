/**
 * What an organization's own use and feedback suggest it might prefer. Pure: figures in, suggestions out, each with
 * the evidence it rests on. Rates are judged by the lower end of Wilson's interval, so that three requests prove little.
 */
import type { Money } from '../../money/money.js';
import type { ModelId, Optimization, ProviderSlug, Task } from '../../routing/domain/vocabulary.js';
import type { Preference } from './preferences.js';

/** Requests that share a model and a task. Ids are a few of the latest. */
export interface ModelUse {
  readonly model: ModelId;
  readonly provider: ProviderSlug;
  readonly task: Task;
  readonly requests: number;
  readonly completed: number;
  /** Of the requests with a known price; `priced` counts them. */
  readonly cost: Money;
  readonly priced: number;
  readonly requestIds: readonly string[];
}

export interface ProviderUse {
  readonly provider: ProviderSlug;
  /** Requests whose first choice was of this provider, and those of them that it did not answer. */
  readonly requests: number;
  readonly failures: number;
  readonly failedIds: readonly string[];
}

export interface Said {
  readonly model: ModelId | null;
  readonly classifiedTask: Task;
  readonly correct: boolean;
  readonly suggestedTask: Task | null;
  readonly times: number;
  readonly requestIds: readonly string[];
}

export interface Share<T> {
  readonly value: T;
  readonly requests: number;
  readonly requestIds: readonly string[];
}

/** Everything of one organization, over one window of time. */
export interface Facts {
  readonly models: readonly ModelUse[];
  readonly providers: readonly ProviderUse[];
  readonly feedback: readonly Said[];
  readonly optimizations: readonly Share<Optimization>[];
  readonly tasks: readonly Share<Task>[];
  readonly current: ReadonlyMap<string, Preference['value']>;
}

export interface Suggestion {
  readonly kind: 'failing_provider' | 'model_marked_wrong' | 'cheaper_model' | 'default_task' | 'default_optimization';
  readonly preference: Preference;
  readonly reason: string;
  /** The figures it rests on, by name. */
  readonly figures: Readonly<Record<string, number | string>>;
  readonly requestIds: readonly string[];
  /** Over a window like the one looked at; null where nothing is saved but trouble. */
  readonly expectedSaving: Money | null;
  /** 0 to 1. */
  readonly confidence: number;
}

const fewest = { failures: 5, wrong: 3, compared: 20, shared: 20 };
const failingFrom = 0.3;
const wrongFrom = 0.5;
const shareFrom = 0.8;
/** How much worse a cheaper model's outcomes may look before they count as not equal. */
const tolerated = 0.05;

/** The most certain first. */
export function suggest(facts: Facts): Suggestion[] {
  const all = [...failingProviders(facts), ...wrongModels(facts), ...cheaperModels(facts), ...usualTask(facts), ...usualOptimization(facts)];
  return all.sort((a, b) => b.confidence - a.confidence || (a.reason < b.reason ? -1 : 1));
}

function failingProviders({ providers, current }: Facts): Suggestion[] {
  const excluded = listOf(current, 'excluded_providers');
  return providers.flatMap(({ provider, requests, failures, failedIds }) => {
    const certain = atLeast(failures, requests);
    if (failures < fewest.failures || certain < failingFrom || excluded.includes(provider)) return [];
    return [
      {
        kind: 'failing_provider' as const,
        preference: { key: 'excluded_providers' as const, value: [...excluded, provider] },
        reason: `${provider} did not answer ${failures} of the ${requests} requests it was chosen for.`,
        figures: { requests, failures, failure_rate: rounded(failures / requests) },
        requestIds: failedIds,
        expectedSaving: null,
        confidence: certain,
      },
    ];
  });
}

/** Feedback that names a better task speaks of the classification, not of the model. */
function wrongModels({ feedback, current }: Facts): Suggestion[] {
  const excluded = listOf(current, 'excluded_models') as readonly ModelId[];
  const models = [...new Set(feedback.flatMap(({ model }) => (model === null ? [] : [model])))].filter((model) => !excluded.includes(model));
  return models.flatMap((model) => {
    const said = feedback.filter((entry) => entry.model === model && entry.suggestedTask === null);
    const wrong = said.filter(({ correct }) => !correct);
    const [times, total] = [sum(wrong.map((entry) => entry.times)), sum(said.map((entry) => entry.times))];
    if (times < fewest.wrong || times < total * wrongFrom) return [];
    return [
      {
        kind: 'model_marked_wrong' as const,
        preference: { key: 'excluded_models' as const, value: [...excluded, model] },
        reason: `Answers of ${model} were marked wrong ${times} of ${total} times.`,
        figures: { feedback: total, marked_wrong: times, wrong_rate: rounded(times / total) },
        requestIds: wrong.flatMap(({ requestIds }) => requestIds).slice(0, 10),
        expectedSaving: null,
        confidence: atLeast(times, total),
      },
    ];
  });
}

/** The cheapest model of the same task that has proven equal, where it would have saved something. */
function cheaperModels({ models, current }: Facts): Suggestion[] {
  const preferred = listOf(current, 'preferred_providers');
  const proven = models.filter(({ completed, priced }) => completed >= fewest.compared && priced >= fewest.compared);
  return proven.flatMap((dear) => {
    const equals = proven.filter((other) => other.task === dear.task && other.model !== dear.model && averageOf(other) < averageOf(dear) && isEqual(other, dear));
    const cheap = equals.reduce<ModelUse | null>((best, other) => (best === null || averageOf(other) < averageOf(best) ? other : best), null);
    if (!cheap || preferred.includes(cheap.provider)) return [];
    const saving = ((averageOf(dear) - averageOf(cheap)) * BigInt(dear.requests)) as Money;
    return [
      {
        kind: 'cheaper_model' as const,
        preference: { key: 'preferred_providers' as const, value: [...preferred, cheap.provider] },
        reason: `For ${dear.task}, ${cheap.model} answered as reliably as ${dear.model} for less.`,
        figures: {
          model: dear.model, requests: dear.requests, success_rate: rounded(dear.completed / dear.requests),
          cheaper_model: cheap.model, cheaper_requests: cheap.requests, cheaper_success_rate: rounded(cheap.completed / cheap.requests),
        },
        requestIds: [...cheap.requestIds, ...dear.requestIds].slice(0, 10),
        expectedSaving: saving,
        confidence: atLeast(cheap.completed, cheap.requests),
      },
    ];
  });
}

const averageOf = ({ cost, priced }: ModelUse): bigint => cost / BigInt(priced);
const isEqual = (other: ModelUse, than: ModelUse): boolean => other.completed / other.requests >= than.completed / than.requests - tolerated;

/** Corrections weigh more than habit: somebody took the trouble to say what was meant. */
function usualTask({ feedback, tasks, current }: Facts): Suggestion[] {
  const meant = feedback.filter(({ correct, suggestedTask }) => !correct && suggestedTask !== null);
  const corrected = largest([...new Set(meant.map(({ suggestedTask }) => suggestedTask!))].map((value) => {
    const same = meant.filter(({ suggestedTask }) => suggestedTask === value);
    return { value, requests: sum(same.map(({ times }) => times)), requestIds: same.flatMap(({ requestIds }) => requestIds) };
  }));
  const said = sum(feedback.map(({ times }) => times));
  const byFeedback = corrected && corrected.requests >= fewest.wrong && corrected.requests >= said * wrongFrom;
  const usual = byFeedback ? corrected : dominant(tasks);
  if (!usual || current.get('default_task') === usual.value) return [];
  const total = byFeedback ? said : sum(tasks.map(({ requests }) => requests));
  return [
    {
      kind: 'default_task',
      preference: { key: 'default_task', value: usual.value },
      reason: byFeedback ? `${usual.requests} of ${total} pieces of feedback say that ${usual.value} was meant.` : `${usual.requests} of ${total} requests were ${usual.value}.`,
      figures: { [byFeedback ? 'feedback' : 'requests']: total, of_this_task: usual.requests, share: rounded(usual.requests / total) },
      requestIds: usual.requestIds.slice(0, 10),
      expectedSaving: null,
      confidence: atLeast(usual.requests, total),
    },
  ];
}

function usualOptimization({ optimizations, current }: Facts): Suggestion[] {
  const usual = dominant(optimizations);
  if (!usual || (current.get('default_optimization') ?? 'balanced') === usual.value) return [];
  const total = sum(optimizations.map(({ requests }) => requests));
  return [
    {
      kind: 'default_optimization',
      preference: { key: 'default_optimization', value: usual.value },
      reason: `${usual.requests} of ${total} requests asked for ${usual.value}.`,
      figures: { requests: total, of_this_optimization: usual.requests, share: rounded(usual.requests / total) },
      requestIds: usual.requestIds,
      expectedSaving: null,
      confidence: atLeast(usual.requests, total),
    },
  ];
}

function dominant<T>(shares: readonly Share<T>[]): Share<T> | null {
  const total = sum(shares.map(({ requests }) => requests));
  const top = largest(shares);
  return top && total >= fewest.shared && top.requests >= total * shareFrom ? top : null;
}

const largest = <T>(shares: readonly Share<T>[]): Share<T> | null =>
  shares.reduce<Share<T> | null>((top, share) => (top === null || share.requests > top.requests ? share : top), null);

const listOf = (current: Facts['current'], key: 'excluded_providers' | 'excluded_models' | 'preferred_providers'): readonly string[] =>
  (current.get(key) as readonly string[] | undefined) ?? [];

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
const rounded = (rate: number): number => Math.round(rate * 1_000) / 1_000;

/** Lower end of Wilson's score interval at 95 % (E. B. Wilson, 1927): how high the rate is at least. */
function atLeast(hits: number, of: number): number {
  if (of === 0) return 0;
  const z = 1.96;
  const rate = hits / of;
  const centre = rate + (z * z) / (2 * of);
  const spread = z * Math.sqrt((rate * (1 - rate) + (z * z) / (4 * of)) / of);
  return rounded((centre - spread) / (1 + (z * z) / of));
}
