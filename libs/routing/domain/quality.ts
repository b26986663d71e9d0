/**
 * How able a model is at a kind of work, and how likely it is to do a piece of it well.
 *
 * Ability is a normal belief (mean, spread) for each skill. A language model starts from what its price, age and kind
 * let expect; its line and then its own scores move it by their precision; each skill then strays from the general
 * ability as far as its own benchmarks say. So a new model enters by its facts, and what is not known stays uncertain.
 * Success is a two-parameter logistic item response (Lord, 1980) of ability against difficulty.
 */
import type { CatalogModel } from '../../catalog/domain/model.js';
import { benchmarkScales, languagePrior, languageSkills, mediaPriors, mediaSpread, skillSpread, skills, type BenchmarkScale, type Skill } from './ability-scale.js';
import { ln, logistic, logit } from './portable-math.js';

/** A normal belief, on the ability scale of its skill. */
export interface Belief {
  readonly mean: number;
  readonly spread: number;
}

/** One belief for each of `skills`, in that order. */
export type Abilities = readonly Belief[];

/** Whether its abilities are those of a language model. */
export const isLanguageModel = (model: CatalogModel): boolean => model.category === 'llm' || model.category === 'search';

/** The abilities of every model of one line, given in a fixed order. */
export function abilitiesOfLine(models: readonly CatalogModel[]): readonly Abilities[] {
  const read = models.map((model) => ({ model, figures: figuresOf(model) }));
  const language = lineBeliefs(read.filter(({ model }) => isLanguageModel(model)), generalOf, languagePrior);
  const others = read.filter(({ model }) => !isLanguageModel(model));
  const media = new Map(mediaSkills.map((skill) => [skill, lineBeliefs(others, mediumOf(skill), mediaSpread)]));
  return read.map((each) => {
    const general = language.get(each.model.id);
    if (general) return skills.map((skill) => (languageSkills.includes(skill) ? skillBelief(each, skill, general) : unable));
    return skills.map((skill) => media.get(skill)?.get(each.model.id) ?? unable);
  });
}

/**
 * Kinds of work, each with its own curve: discrimination, and difficulty of ability by complexity (0 to 1). Language is
 * set between what published outcomes say of the classifier's scale: plain requests (complexity 0.1) succeed with nearly
 * every model, grade-school word problems (0.4) with three quarters of the answers of a model of 8 billion parameters
 * (GSM8K), competition problems (0.65 to 0.8) with a fourth of its answers and nine tenths of a strong model's (MATH,
 * GPQA; LLMRouterBench, arXiv 2601.07206, tables 9 and 10). The hardest benchmarks (HLE) lie beyond 1.
 */
const language = { discrimination: 1, easiest: -5.7, span: 6.8 };
const medium = { discrimination: 1.1, easiest: -2, span: 2.4 };

/** The ability at which a piece of work of this complexity succeeds half the time. */
export function difficultyOf(complexity: number, isLanguage: boolean): number {
  const { easiest, span } = isLanguage ? language : medium;
  return easiest + span * complexity;
}

/** Expected success, 0 to 1. */
export function successOf(ability: number, difficulty: number, isLanguage: boolean): number {
  return logistic((isLanguage ? language : medium).discrimination * (ability - difficulty));
}

const mediaSkills: readonly Skill[] = skills.slice(languageSkills.length);
const unable: Belief = { mean: -6, spread: 0.1 };

/** A model and what each of its known scores says of an ability, in the order of `benchmarkScales`. */
interface Read {
  readonly model: CatalogModel;
  readonly figures: readonly (Belief & { readonly measures: readonly Skill[] })[];
}

function figuresOf({ benchmarks }: CatalogModel): Read['figures'] {
  const known = scales.filter(([name]) => benchmarks[name] !== undefined);
  return known.map(([name, entry]) => ({ mean: onScale(benchmarks[name]!, entry), spread: entry.error, measures: entry.measures }));
}
const scales = Object.entries(benchmarkScales);

/** What is expected of a model before its scores, and what they say; null when they say nothing. */
type Evidence = (read: Read) => { readonly prior: number; readonly own: Belief | null };

/** The line moves the expectation of its members as far as those with scores exceed theirs; then each its own scores. */
function lineBeliefs(line: readonly Read[], evidence: Evidence, { betweenLines, withinLine }: { betweenLines: number; withinLine: number }): ReadonlyMap<string, Belief> {
  const weighed = line.map((read) => ({ id: read.model.id, ...evidence(read) }));
  const excess = weighed.flatMap(({ prior, own }) => (own ? [{ mean: own.mean - prior, spread: together(own.spread, withinLine) }] : []));
  const common = combined([{ mean: 0, spread: betweenLines }, ...excess]);
  return new Map(
    weighed.map(({ id, prior, own }) => {
      const expected = { mean: prior + common.mean, spread: together(common.spread, withinLine) };
      return [id, own ? combined([expected, own]) : expected];
    }),
  );
}

const generalOf: Evidence = ({ model, figures }) => ({ prior: expectedOfLanguageModel(model), own: figures.length === 0 ? null : combined(figures) });

/** A model without a figure for edits is judged by its pictures, one without image-to-video by its video, and back. */
const mediumOf = (skill: Skill): Evidence => (read) => ({ prior: expectedOfMedium(read.model), own: measured(read, skill) ?? measured(read, relatives[skill] ?? skill) });
const relatives: Partial<Record<Skill, Skill>> = { image: 'image_edit', image_edit: 'image', video: 'image_to_video', image_to_video: 'video' };

function skillBelief(read: Read, skill: Skill, general: Belief): Belief {
  const prior = { mean: general.mean, spread: together(general.spread, skillSpread) };
  const own = measured(read, skill);
  const belief = own ? combined([prior, own]) : prior;
  return skill === 'search' && !read.model.capabilities.includes('text_generation') ? { ...belief, mean: belief.mean - linksOnly } : belief;
}
/** A search service returns links, and leaves the reading of them to the asker. */
const linksOnly = 4;

/** What the scores that measure a skill directly say of it. */
function measured({ figures }: Read, skill: Skill): Belief | null {
  const direct = figures.filter(({ measures }) => measures.includes(skill));
  return direct.length === 0 ? null : combined(direct);
}

/** No single figure says more than that a model is at the end of the field. */
function onScale(score: number, { transform, slope, offset }: BenchmarkScale): number {
  const transformed = transform === 'linear' ? score : logit(Math.min(99, Math.max(1, score)) / 100);
  return Math.min(endsOfField.best, Math.max(endsOfField.worst, slope * transformed + offset));
}
const endsOfField = { worst: -3, best: 2.5 };

/** Independent beliefs about one thing, weighed by their precision. */
function combined(beliefs: readonly Belief[]): Belief {
  let precision = 0;
  let sum = 0;
  for (const { mean, spread } of beliefs) {
    const weight = 1 / (spread * spread);
    precision += weight;
    sum += weight * mean;
  }
  return { mean: sum / precision, spread: rootOf(1 / precision) };
}

/** The spread of a sum of independent parts. */
const together = (a: number, b: number): number => rootOf(a * a + b * b);

/** IEEE 754 asks the square root to be exact, so Math.sqrt is the same everywhere. */
const rootOf = Math.sqrt;

function expectedOfLanguageModel(model: CatalogModel): number {
  const { base, perDoubling, perYear, reasoning } = languagePrior;
  return base + perDoubling * doublings(blendDollars(model)) + perYear * yearsAfter2025(model) + (model.capabilities.includes('reasoning') ? reasoning : 0);
}

function expectedOfMedium(model: CatalogModel): number {
  const { base, middlePrice, perDoubling, perYear } = mediaPriors[model.category as keyof typeof mediaPriors];
  const dearer = model.pricing && model.pricing.unit !== 'token' ? doublings(Number(model.pricing.price) / middlePrice) : 0;
  return base + perDoubling * dearer + perYear * yearsAfter2025(model);
}

/** How often a price is doubled, within the range in which prices were seen to tell something. */
const doublings = (ratio: number): number => (ratio <= 0 ? -5 : Math.max(-5, Math.min(4, ln(ratio) / ln(2))));

/** Dollars for a million tokens, three of input to one of output; 1 where the price is unknown or not by tokens. */
function blendDollars({ pricing }: CatalogModel): number {
  if (pricing?.unit !== 'token' || !pricing.rates.input || !pricing.rates.output) return 1;
  return (3 * Number(pricing.rates.input) + Number(pricing.rates.output)) / 4 / 1e6;
}

/** An unknown release counts from the knowledge cutoff plus the usual nine months, or as January 2026. */
function yearsAfter2025({ released, knowledge_cutoff }: CatalogModel): number {
  const months = (date: string) => (Number(date.slice(0, 4)) - 2025) * 12 + Number(date.slice(5, 7) || 1) - 1;
  const at = released ? months(released) : knowledge_cutoff ? months(knowledge_cutoff) + 9 : 12;
  return Math.max(-1.5, at / 12);
}

