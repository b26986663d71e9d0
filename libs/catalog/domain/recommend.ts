/**
 * Models for a wish in words or for a task: what the facts rule out is left out, the rest is ordered by how well it fits
 * the words, its published quality, its price and its speed. A help for choosing by hand; the router decides by `decide`.
 */
import { fromPico, type PicoDollars } from '../../money/money.js';
import type { Optimization, Task } from '../../routing/domain/vocabulary.js';
import { understand, type Intent, type Preference } from './intent.js';
import { tasksOf, type CatalogModel, type TaskType } from './model.js';
import { focuses, qualityOf, type Standing } from './rankings.js';
import type { CatalogSnapshot } from './snapshot.js';
import { words } from './text-index.js';
import { forAMillion, type Pricing } from './pricing.js';

export interface RecommendQuery {
  readonly task: Task | null;
  readonly task_type: TaskType | null;
  readonly prompt: string | null;
  /** What the prompt asks for if it is work to be done rather than a wish about models; null when nobody can say. */
  readonly work: Task | null;
  readonly optimization: Optimization;
  readonly limit: number;
}

export interface Recommendation {
  readonly model: CatalogModel;
  /** 0 to 1. */
  readonly score: number;
  readonly reasons: readonly string[];
}

export interface Recommendations {
  readonly recommendations: readonly Recommendation[];
  /** What was read out of the prompt; null without one. */
  readonly understood: Intent | null;
  /** Wishes that no model meets together with the others, and that were let go, the softest first. */
  readonly relaxed: readonly string[];
}

interface Judged {
  readonly model: CatalogModel;
  readonly standing: Standing;
  /** For what was asked, 0 to 1. */
  readonly quality: number;
}

interface Weights {
  readonly quality: number;
  readonly cheapness: number;
  readonly speed: number;
}
const weightsOf: Readonly<Record<Optimization, Weights>> = {
  'price-optimized': { quality: 0.25, cheapness: 0.6, speed: 0.05 },
  balanced: { quality: 0.45, cheapness: 0.3, speed: 0.1 },
  'output-optimized': { quality: 0.8, cheapness: 0.03, speed: 0.05 },
};
/** For being made for the task rather than also fit for it. */
const ownTask = 0.05;
/** Weight of the words that only names and descriptions can answer. */
const textWeight = 0.6;

export function recommend(snapshot: CatalogSnapshot, query: RecommendQuery): Recommendations {
  const intent = query.prompt === null ? null : understand(query.prompt, makersOf(snapshot));
  const left = words(intent?.rest ?? '');
  const task = query.task ?? (query.task_type === null && intent ? taskOf(intent, left, snapshot, query.work) : null);
  const { kept, relaxed } = satisfying(snapshot.routable(), demands(query, intent, task));
  const weights = weigh(query.optimization, intent);
  const relevance = snapshot.textIndex.relevance(left);
  const inFocus = focusOf(task, intent);
  const scored = kept.map((model) => {
    const standing = snapshot.rankings.get(model.id)!;
    const own = model.task === task ? ownTask : 0;
    const quality = qualityOf(standing, inFocus);
    const score = own + scoreOf({ model, standing, quality }, weights, intent) + textWeightFor(left) * (relevance.get(model.id) ?? 0);
    return { model, standing, quality, score };
  });
  scored.sort((a, b) => b.score - a.score || (a.model.id < b.model.id ? -1 : 1));
  const most = Math.max(scored[0]?.score ?? 1, 1);
  return {
    recommendations: scored.slice(0, query.limit).map(({ score, ...judged }) => ({
      model: judged.model,
      score: Number(Math.max(0, score / most).toFixed(4)),
      reasons: reasonsFor(judged, intent),
    })),
    understood: intent,
    relaxed,
  };
}

/** A prompt to be answered shares chance words with descriptions: the more words are left over, the less each says. */
const textWeightFor = (left: readonly string[]) => textWeight * (left.length <= 4 ? 1 : 2 / left.length);

interface Demand {
  readonly name: string;
  readonly holds: (model: CatalogModel) => boolean;
}

/** What must hold, hardest first: when nothing meets all, the last are let go first. */
function demands(query: RecommendQuery, intent: Intent | null, task: Task | null): readonly Demand[] {
  const list: Demand[] = [];
  const add = (name: string, holds: Demand['holds']) => list.push({ name, holds });
  if (task) add(`task ${task}`, (model) => tasksOf(model).includes(task));
  if (query.task_type) add(`task_type ${query.task_type}`, (model) => model.task_type === query.task_type);
  if (intent === null) return list;

  const types = query.task_type === null && intent.tasks.includes(task ?? 'text') ? intent.task_types : [];
  if (types.length > 0 && task !== 'text') add(`task_type ${types.join(' or ')}`, (model) => types.includes(model.task_type));
  if (intent.providers.length > 0) add(`provider ${intent.providers.join(' or ')}`, (model) => intent.providers.includes(model.provider));
  for (const slug of intent.without_providers) add(`not ${slug}`, (model) => model.provider !== slug);
  for (const capability of intent.capabilities) add(capability, (model) => can(model, capability));
  for (const capability of intent.without) add(`without ${capability}`, (model) => !model.capabilities.includes(capability));
  if (intent.open_weights) add('open weights', (model) => model.open_weights === true);
  if (intent.min_context !== null) add(`context of ${intent.min_context} tokens`, (model) => (model.context_window ?? 0) >= intent.min_context!);
  if (intent.max_price) add(`at most ${intent.max_price.unit} price`, (model) => costsAtMost(model, intent.max_price!));
  return list;
}

/**
 * Media words beat the text and code that surround them: "a song about debugging" is music. A line with no task in it
 * asks for text, unless it is short and names a model.
 */
function taskOf(intent: Intent, left: readonly string[], snapshot: CatalogSnapshot, work: Task | null): Task | null {
  if (work !== null && !intent.about_models) return work;
  const order: readonly Task[] = intent.capabilities.includes('vision') ? ['code', 'text'] : ['music', 'video', 'image', 'speech', 'web_search', 'code', 'text'];
  if (intent.tasks.length > 0) return order.find((task) => intent.tasks.includes(task)) ?? intent.tasks[0]!;
  return left.length <= 4 && left.some((word) => snapshot.textIndex.names(word)) ? null : 'text';
}

/** Music and image models made before such flags existed say it by their modality. */
const can = (model: CatalogModel, capability: string) =>
  model.capabilities.includes(capability) || (capability === 'vision' && model.modalities.input.includes('image') && model.category === 'llm');

function costsAtMost(model: CatalogModel, { amount, unit }: NonNullable<Intent['max_price']>): boolean {
  const { pricing } = model;
  if (pricing === null) return false;
  const most = fromPico(amount);
  if (unit === 'million') {
    const rate = perPiece(pricing);
    return rate !== undefined && forAMillion(rate) <= most;
  }
  return pricing.unit !== 'token' && pricing.unit === unit && fromPico(pricing.price) <= most;
}

/** The rate people quote by the million: of output tokens, or of characters. */
function perPiece(pricing: Pricing): PicoDollars | undefined {
  if (pricing.unit === 'token') return pricing.rates.output ?? pricing.rates.audio_output;
  return pricing.unit === 'character' ? pricing.price : undefined;
}

function satisfying(models: readonly CatalogModel[], wished: readonly Demand[]): { kept: readonly CatalogModel[]; relaxed: readonly string[] } {
  let demanded = wished;
  const relaxed: string[] = [];
  for (;;) {
    const kept = models.filter((model) => demanded.every((demand) => demand.holds(model)));
    if (kept.length > 0 || demanded.length === 0) return { kept, relaxed };
    relaxed.push(demanded.at(-1)!.name);
    demanded = demanded.slice(0, -1);
  }
}

function focusOf(task: Task | null, intent: Intent | null): ReadonlySet<string> {
  const kinds = [task ?? '', ...(intent?.capabilities ?? []), intent?.min_context ? 'long_context' : ''];
  return new Set(kinds.flatMap((kind) => focuses[kind] ?? []));
}

function weigh(optimization: Optimization, intent: Intent | null): Weights {
  let weights = weightsOf[optimization];
  const wants = (preference: Preference) => intent?.prefers.includes(preference) ?? false;
  if (wants('cheap') && !wants('best')) weights = { ...weights, cheapness: weights.cheapness + 0.45, quality: weights.quality * 0.7 };
  if (wants('best') && !wants('cheap')) weights = { ...weights, quality: weights.quality + 0.45, cheapness: weights.cheapness * 0.2 };
  if (wants('fast')) weights = { ...weights, speed: weights.speed + 0.6 };
  return weights;
}

/** Days since 1970 over which a release counts as recent. */
const recentDays = 365;

function scoreOf({ model, standing, quality }: Judged, weights: Weights, intent: Intent | null): number {
  const wants = (preference: Preference) => intent?.prefers.includes(preference) ?? false;
  let score = weights.quality * quality + weights.cheapness * (1 - standing.cost) + weights.speed * standing.speed;
  if (model.catalog_visibility === 'featured') score += wants('popular') ? 0.4 : 0.04;
  if (wants('multilingual')) score += model.benchmarks['arena_text_elo'] !== undefined || /translat/i.test(model.name) ? 0.15 : 0;
  if (wants('new')) score += 0.5 * Math.max(0, 1 - (today(model) - standing.released) / recentDays);
  if (wants('small')) score += model.parameters && model.parameters.total <= 15 ? 0.5 : 0;
  if (wants('large')) score += model.parameters && model.parameters.total >= 100 ? 0.3 : 0;
  if (intent?.capabilities.includes('reasoning')) score += 0.2 * quality;
  return score;
}

/** The catalogue's own day: it has no clock, and its facts are as of their last check. */
const today = (model: CatalogModel) => Date.parse(model.provenance.checked) / 86_400_000;

function reasonsFor({ model, standing, quality }: Judged, intent: Intent | null): readonly string[] {
  const reasons: string[] = [];
  for (const capability of intent?.capabilities ?? []) if (can(model, capability)) reasons.push(`has ${capability.replaceAll('_', ' ')}`);
  if (intent?.min_context && (model.context_window ?? 0) >= intent.min_context) reasons.push(`holds ${model.context_window} tokens of context`);
  if (model.price_tier) reasons.push(`${model.price_tier} price`);
  if (quality >= 0.7) reasons.push('high published scores');
  if (standing.speed >= 0.8) reasons.push('among the fastest measured');
  if (model.open_weights === true) reasons.push('open weights');
  return reasons;
}

/** Makers named like words of everyday language: such a word alone is no wish for them. */
const everydayWords: ReadonlySet<string> = new Set([
  'async', 'parallel', 'smallest', 'reflection', 'brave', 'rime', 'resemble', 'unbiased', 'liquid', 'stability', 'particle', 'leonardo', 'murf',
]);

/** Names of makers as people write them, with the slug each stands for. */
const makers = new WeakMap<CatalogSnapshot, ReadonlyMap<string, string>>();

function makersOf(snapshot: CatalogSnapshot): ReadonlyMap<string, string> {
  const known = makers.get(snapshot);
  if (known) return known;
  const names = new Map<string, string>();
  for (const { provider, creator } of snapshot.models) {
    for (const name of [provider, creator.toLowerCase()]) if (!everydayWords.has(name) && !name.includes(' ')) names.set(name, provider);
  }
  makers.set(snapshot, names);
  return names;
}
