/**
 * Full text over a few hundred models: words of name, maker, description and tags, ranked by BM25
 * (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) with the name weighing most.
 */
import type { CatalogModel } from './model.js';

const k1 = 1.2;
const b = 0.6;
/** How often a word counts by where it stands. */
const weights = { name: 6, maker: 4, tags: 2, description: 1 } as const;

interface Posting {
  readonly model: number;
  /** Its share of the BM25 sum, idf included: all that a search adds up. */
  readonly weight: number;
}

export class TextIndex {
  private readonly postings = new Map<string, Posting[]>();
  /** All words in order, for finding those with a prefix. */
  private readonly vocabulary: readonly string[];

  private readonly nameWords: ReadonlySet<string>;

  constructor(private readonly models: readonly CatalogModel[]) {
    const documents = models.map(document);
    this.nameWords = new Set(models.flatMap(({ name, id }) => telling(`${name} ${id}`)));
    const length = (words: ReadonlyMap<string, number>) => [...words.values()].reduce((sum, count) => sum + count, 0);
    const lengths = documents.map(length);
    const average = lengths.reduce((sum, value) => sum + value, 0) / Math.max(1, lengths.length);
    const frequency = new Map<string, number>();
    for (const words of documents) for (const word of words.keys()) frequency.set(word, (frequency.get(word) ?? 0) + 1);
    documents.forEach((words, model) => {
      for (const [word, count] of words) {
        const found = frequency.get(word)!;
        const idf = Math.log(1 + (models.length - found + 0.5) / (found + 0.5));
        const weight = (idf * count * (k1 + 1)) / (count + k1 * (1 - b + (b * lengths[model]!) / average));
        const list = this.postings.get(word) ?? [];
        list.push({ model, weight });
        this.postings.set(word, list);
      }
    });
    this.vocabulary = [...this.postings.keys()].sort();
  }

  /** Models in which every word of the text begins some word, best first; ties by id. */
  matching(text: string): readonly { readonly model: CatalogModel; readonly score: number }[] {
    let found: Map<number, number> | null = null;
    for (const word of telling(text)) {
      const scores = this.scoresOf(this.withPrefix(word));
      found = found === null ? scores : intersection(found, scores);
    }
    return [...(found ?? [])]
      .map(([model, score]) => ({ model: this.models[model]!, score }))
      .sort((left, right) => right.score - left.score || (left.model.id < right.model.id ? -1 : 1));
  }

  /** How well each model fits any of the words, 0 to 1 against the best; models without a word are absent. */
  relevance(terms: readonly string[]): ReadonlyMap<string, number> {
    const scores = this.scoresOf(terms);
    const best = Math.max(...scores.values(), Number.MIN_VALUE);
    return new Map([...scores].map(([model, score]) => [this.models[model]!.id, score / best]));
  }

  /** Whether a word stands in the name or id of some model. */
  names(word: string): boolean {
    return this.nameWords.has(word);
  }

  private scoresOf(terms: readonly string[]): Map<number, number> {
    const scores = new Map<number, number>();
    for (const term of terms) {
      for (const { model, weight } of this.postings.get(term) ?? []) scores.set(model, (scores.get(model) ?? 0) + weight);
    }
    return scores;
  }

  private withPrefix(prefix: string): readonly string[] {
    let low = 0;
    let high = this.vocabulary.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.vocabulary[middle]! < prefix) low = middle + 1;
      else high = middle;
    }
    let end = low;
    while (this.vocabulary[end]?.startsWith(prefix)) end += 1;
    return this.vocabulary.slice(low, end);
  }
}

/** Words that say nothing about a model: neither indexed nor searched for. */
const fillers: ReadonlySet<string> = new Set(
  ('a about an and any are as at be but by can do for from good has have i in is it its may me model models my need no not of on one or please some ' +
    'something than that the this to under up us use want what which who will with without you your').split(' '),
);

/** The words worth searching for. */
export const telling = (text: string): readonly string[] => words(text).filter((word) => !fillers.has(word));

/** Lower-case words without accents; a version such as `4.6` stays whole, and a Chinese or Japanese run is one word. */
export const words = (text: string): readonly string[] =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().match(/\d+(?:\.\d+)+|[\p{L}\p{N}]+/gu) ?? [];

function document(model: CatalogModel): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (text: string, weight: number) => {
    for (const word of telling(text)) counts.set(word, (counts.get(word) ?? 0) + weight);
  };
  add(`${model.name} ${model.id} ${model.family}`, weights.name);
  add(`${model.creator} ${model.provider}`, weights.maker);
  add(model.tags.join(' '), weights.tags);
  add(model.description, weights.description);
  return counts;
}

function intersection(left: ReadonlyMap<number, number>, right: ReadonlyMap<number, number>): Map<number, number> {
  const both = new Map<number, number>();
  for (const [model, score] of left) {
    const other = right.get(model);
    if (other !== undefined) both.set(model, score + other);
  }
  return both;
}
