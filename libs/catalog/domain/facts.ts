/**
 * Gathered facts about one model, as a line of the facts file spells them, and what makes a line unfit to ship.
 * Figures are JSON numbers here, written by hand or by other tools; catalog-from-facts.ts turns them into exact prices.
 */
import { modalities, tasks } from '../../routing/domain/vocabulary.js';
import { benchmarks } from './benchmarks.js';
import { categories, statuses, taskTypes, type Category, type TaskType } from './model.js';
import { worded } from './notes.js';

export interface Facts {
  readonly id: string;
  readonly provider: string;
  readonly creator: string;
  readonly name: string;
  readonly family: string;
  readonly catalog_family: string;
  readonly category: Category;
  readonly task: string;
  readonly task_type: TaskType;
  readonly also_tasks: readonly string[];
  readonly modalities: { readonly input: readonly string[]; readonly output: readonly string[] };
  readonly context_window: number | null;
  readonly max_output: number | null;
  readonly pricing: FactsPricing;
  readonly price_basis: string;
  readonly price_sources: number;
  readonly capabilities: readonly string[];
  readonly limits?: Readonly<Record<string, number | readonly number[]>>;
  readonly released: string | null;
  readonly knowledge_cutoff: string | null;
  readonly open_weights: boolean | null;
  readonly licence: string | null;
  readonly native_model_id: string | null;
  readonly openrouter_id?: string | null;
  readonly served_by?: readonly { readonly host: string; readonly model_id: string; readonly input: number | null; readonly output: number | null }[] | null;
  readonly hosted_on?: string | null;
  readonly parameters_b?: { readonly total: number; readonly active: number } | null;
  readonly weights_url?: string | null;
  readonly speed?: { readonly output_tokens_per_s: number; readonly ttft_s: number } | null;
  readonly benchmarks: Readonly<Record<string, number>>;
  readonly status: string;
  readonly doubtful: boolean;
  readonly notes?: readonly string[];
  readonly sources: readonly string[];
  readonly checked: string;
}

export type FactsRates = Readonly<Record<string, number | null | undefined>>;
export interface FactsPricing {
  readonly unit: string;
  readonly price?: number | null;
  readonly variants?: Readonly<Record<string, number>>;
  readonly tokens?: Readonly<Record<string, number | string>>;
  readonly tiers?: readonly (FactsRates & { readonly above_input_tokens: number })[];
  readonly time_of_day?: readonly ({ readonly from_utc: string; readonly to_utc: string } & Readonly<Record<string, number | string>>)[];
  readonly scheduled?: readonly ({ readonly from: string } & Readonly<Record<string, number | string>>)[];
  readonly request_per_1k_by_context?: Readonly<Record<string, number>>;
  readonly [rate: string]: unknown;
}

/** Units of the facts file: which kinds of work they can price, and the dearest believable figure in dollars. */
export const factsUnits: Readonly<Record<string, { readonly prices: readonly Category[]; readonly most: number }>> = {
  per_million_tokens: { prices: ['llm', 'search', 'speech', 'image', 'embedding'], most: 1000 },
  million_characters: { prices: ['speech'], most: 1000 },
  image: { prices: ['image'], most: 10 },
  second: { prices: ['video', 'music'], most: 10 },
  minute: { prices: ['speech', 'music'], most: 10 },
  started_minute: { prices: ['music'], most: 10 },
  song: { prices: ['music'], most: 20 },
  clip_30s: { prices: ['music'], most: 20 },
  generation: { prices: ['music', 'video', 'image'], most: 50 },
  request: { prices: ['search'], most: 10 },
};

const categoryOfTask: Readonly<Record<string, Category>> = {
  text: 'llm', code: 'llm', web_search: 'search', image: 'image', video: 'video', music: 'music', speech: 'speech',
};
const outputOfCategory: Readonly<Record<Category, readonly string[]>> = {
  llm: ['text'], search: ['text'], image: ['image'], video: ['video'], music: ['audio'], speech: ['audio', 'text'], embedding: [],
};

/** The names of a row's refusals, so that a report and a test can speak of them. */
export type Refusal = { readonly check: string; readonly detail: string };

type Check = (facts: Facts) => string | null;

const unless = (fits: boolean, detail: string): string | null => (fits ? null : detail);
const positive = (value: number | null | undefined, most: number) =>
  value === null || value === undefined || (Number.isFinite(value) && value > 0 && value <= most);
const whole = (value: number | null) => value === null || Number.isInteger(value);
const isoDay = /^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$/;

/** One check per line: its name, and what is wrong with a row (null when nothing is). */
const checks: Readonly<Record<string, Check>> = {
  id: ({ id, provider }) =>
    unless(/^[a-z0-9-]+\/[a-z0-9][a-z0-9._-]*$/.test(id) && id.startsWith(`${provider}/`), `${id} is not ${provider}/model-name`),
  name: ({ name, creator }) => unless(name.trim() !== '' && creator.trim() !== '', 'name or creator is empty'),
  task: ({ task, category }) =>
    unless((tasks as readonly string[]).includes(task) && (category === 'embedding' ? task === 'text' : categoryOfTask[task] === category), `${task} does not belong to ${category}`),
  category: ({ category }) => unless(categories.includes(category), `unknown category ${category}`),
  task_type: ({ task_type }) => unless(taskTypes.includes(task_type), `unknown task_type ${task_type}`),
  also_tasks: ({ also_tasks, task }) =>
    unless(also_tasks.every((other) => (tasks as readonly string[]).includes(other) && other !== task), `also_tasks ${also_tasks.join()} with task ${task}`),
  catalog_family: ({ catalog_family, category, provider, family }) =>
    unless(catalog_family === `${category}/${provider}--${family}`, `${catalog_family} is not category/provider--family`),
  modalities: ({ modalities: { input, output }, category }) =>
    unless(
      [...input, ...output].every((kind) => (modalities as readonly string[]).includes(kind)) &&
        input.length > 0 &&
        (category === 'embedding' ? output.length === 0 : output.some((kind) => (outputOfCategory[category] ?? []).includes(kind))),
      `${input.join()} to ${output.join()}`,
    ),
  vision: ({ capabilities, modalities: { input } }) =>
    unless(!capabilities.includes('vision') || input.includes('image'), 'claims vision but takes no image'),
  context_window: ({ context_window }) =>
    unless(positive(context_window, 100_000_000) && whole(context_window), `context of ${context_window} tokens`),
  max_output: ({ max_output, context_window }) =>
    unless(
      positive(max_output, 100_000_000) && whole(max_output) && (max_output ?? 0) <= (context_window ?? Infinity),
      `output of ${max_output} tokens in a context of ${context_window}`,
    ),
  unit: ({ pricing, category }) =>
    unless(factsUnits[pricing.unit]?.prices.includes(category) ?? false, `${pricing.unit} does not price ${category}`),
  price_range: ({ pricing }) => {
    const { tokens, ...rest } = pricing;
    return outside(rest, pricing.unit) ?? outside(tokens, 'per_million_tokens');
  },
  output_price: ({ pricing }) => {
    const [input, output] = [rate(pricing, 'input'), rate(pricing, 'output')];
    return unless(input === null || output === null || output >= input, `output ${output} below input ${input}`);
  },
  cached_price: ({ pricing }) => {
    const [input, cached] = [rate(pricing, 'input'), rate(pricing, 'cached_input')];
    return unless(input === null || cached === null || cached <= input, `cached input ${cached} above input ${input}`);
  },
  dimensions: ({ category, limits }) => {
    const { dimensions, min_dimensions: least = dimensions, max_dimensions: most = dimensions } = limits ?? {};
    const fits = Number.isInteger(dimensions) && least! <= dimensions! && dimensions! <= most!;
    return unless(category === 'embedding' ? fits : dimensions === undefined, `vectors of ${String(dimensions)}, from ${String(least)} to ${String(most)}`);
  },
  tiers: ({ pricing }) => {
    const thresholds = (pricing.tiers ?? []).map((tier) => tier.above_input_tokens);
    return unless(thresholds.every((at, i) => at > (thresholds[i - 1] ?? 0)), `thresholds ${thresholds.join()} do not rise`);
  },
  dates: ({ released, knowledge_cutoff, checked }) => {
    const fits = (date: string | null) => date === null || (isoDay.test(date) && date >= '2015' && date <= checked);
    return unless(isoDay.test(checked) && fits(released) && fits(knowledge_cutoff), `${released} or ${knowledge_cutoff} on ${checked}`);
  },
  benchmarks: ({ benchmarks: scores }) => {
    const wrong = Object.entries(scores).find(([name, score]) => !scoreFits(name, score));
    return unless(wrong === undefined, `${wrong?.[0]} = ${wrong?.[1]}`);
  },
  speed: ({ speed }) => unless(!speed || (positive(speed.output_tokens_per_s, 20_000) && positive(speed.ttft_s, 600)), JSON.stringify(speed)),
  parameters: ({ parameters_b }) =>
    unless(!parameters_b || (positive(parameters_b.total, 20_000) && parameters_b.active > 0 && parameters_b.active <= parameters_b.total), JSON.stringify(parameters_b)),
  status: ({ status }) => unless((statuses as readonly string[]).includes(status), `unknown status ${status}`),
  provenance: ({ sources, doubtful, notes, price_sources, price_basis }) =>
    unless(
      Number.isInteger(price_sources) && price_sources >= 0 && price_basis !== '' && (sources.length > 0 || (doubtful && (notes ?? []).length > 0)),
      'no source, and no doubt admitted',
    ),
  notes: ({ notes = [] }) => {
    const unworded = notes.find((note) => worded(note) === undefined);
    return unless(unworded === undefined, `no wording for the note: ${unworded}`);
  },
};

/** What is wrong with a row, check by check; nothing when it may ship. */
export function refusals(facts: Facts): readonly Refusal[] {
  return Object.entries(checks).flatMap(([check, fails]) => {
    const detail = fails(facts);
    return detail === null ? [] : [{ check, detail }];
  });
}

const scoreRange = { percent: [0, 100], index: [-100, 100], elo: [500, 2500] } as const;

function scoreFits(name: string, score: number): boolean {
  const scale = benchmarks[name]?.scale;
  if (scale === undefined || !Number.isFinite(score)) return false;
  return score >= scoreRange[scale][0] && score <= scoreRange[scale][1];
}

const rate = (pricing: FactsPricing, name: string): number | null => (typeof pricing[name] === 'number' ? pricing[name] : null);

function outside(pricing: unknown, unit: string): string | null {
  const most = factsUnits[unit]?.most ?? 0;
  const wrong = amounts(pricing).find((amount) => !(Number.isFinite(amount) && amount >= 0 && amount <= most));
  return unless(wrong === undefined, `${wrong} dollars for a ${unit}`);
}

/** Every amount of dollars in a pricing, thresholds left out. */
function amounts(value: unknown, name = ''): number[] {
  if (typeof value === 'number') return name === 'above_input_tokens' ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => amounts(inner, key));
}
