/** One model as the catalogue knows it: what ModelListed carries, what the shipped file holds, what the API shows. Plain JSON. */
import type { Modality, ModelId, PriceTier, ProviderSlug, Task } from '../../routing/domain/vocabulary.js';
import type { PicoDollars } from '../../money/money.js';
import type { Pricing } from './pricing.js';

export const taskTypes = [
  'text_generation', 'code_generation', 'web_search', 'image_generation', 'image_editing', 'video_generation',
  'image_to_video', 'video_editing', 'avatar_video', 'character_performance', 'music_generation', 'text_to_speech',
  'speech_to_text', 'speech_to_speech', 'text_embedding',
] as const;
export type TaskType = (typeof taskTypes)[number];

export const categories = ['llm', 'image', 'video', 'music', 'speech', 'search', 'embedding'] as const;
export type Category = (typeof categories)[number];

/** How prominently a model is offered; `long_tail` is listed but never chosen by the router. */
export const visibilities = ['featured', 'standard', 'long_tail'] as const;
export type Visibility = (typeof visibilities)[number];

/** hosted: open weights on an inference platform; proxied: behind its maker's API. */
export const modelTypes = ['hosted', 'proxied'] as const;
export type ModelType = (typeof modelTypes)[number];

export const statuses = ['active', 'preview', 'deprecated'] as const;
export type Status = (typeof statuses)[number];

export interface CatalogModel {
  readonly id: ModelId;
  readonly name: string;
  /** Slug of the maker (for two speech models, of the host). */
  readonly provider: ProviderSlug;
  readonly creator: string;
  readonly family: string;
  /** Model-line id, `category/provider--family`. */
  readonly catalog_family: string;
  readonly category: Category;
  readonly task: Task;
  /** Further router tasks it is fit for. */
  readonly also_tasks: readonly Task[];
  readonly task_type: TaskType;
  readonly modalities: { readonly input: readonly Modality[]; readonly output: readonly Modality[] };
  /** Tokens; null where it does not apply or was not found. */
  readonly context_window: number | null;
  readonly max_output: number | null;
  /** Null is unknown, never free. */
  readonly pricing: Pricing | null;
  /** Null when the price is. */
  readonly price_tier: PriceTier | null;
  readonly capabilities: readonly string[];
  readonly limits: Limits;
  readonly tags: readonly string[];
  readonly description: string;
  readonly catalog_visibility: Visibility;
  readonly type: ModelType;
  /** ISO date, sometimes only year and month. */
  readonly released: string | null;
  readonly knowledge_cutoff: string | null;
  readonly open_weights: boolean | null;
  readonly licence: string | null;
  /** The id on the maker's own API. */
  readonly native_model_id: string;
  /** Other ids a caller may use for it; unique over the catalogue. */
  readonly aliases: readonly string[];
  readonly hosts: readonly Host[];
  /** Billions of weights, when open. */
  readonly parameters: { readonly total: number; readonly active: number } | null;
  readonly weights_url: string | null;
  readonly speed: { readonly output_tokens_per_s: number; readonly ttft_s: number } | null;
  /** Published scores by benchmark: percentages 0 to 100, indexes and Elo as published. */
  readonly benchmarks: Readonly<Record<string, number>>;
  /** Who must be named beside the scores and speeds shown. */
  readonly attribution: readonly Attribution[];
  readonly status: Status;
  readonly provenance: Provenance;
}

export interface Host {
  readonly host: string;
  readonly model_id: string;
  /** Pico-dollars per text token; null when only the hosting is known. */
  readonly input: PicoDollars | null;
  readonly output: PicoDollars | null;
}

/** Seconds of audio or video it makes, where `durations_s` are the only ones or the ends of a range; lengths of vectors. */
export interface Limits {
  readonly durations_s?: readonly number[];
  readonly min_duration_s?: number;
  readonly max_duration_s?: number;
  /** Of an embedding model: the length of its vectors, and the range another may be asked for in; without a range, none. */
  readonly dimensions?: number;
  readonly min_dimensions?: number;
  readonly max_dimensions?: number;
}

export interface Attribution {
  readonly source: string;
  readonly url: string;
  /** Which of the fields `benchmarks` and `speed` it covers, by benchmark name or `speed`. */
  readonly covers: readonly string[];
}

/** Where the figures come from and how far to trust them. */
export interface Provenance {
  readonly sources: readonly string[];
  /** Whose price it is: the maker's list, a host's, a median of hosts, a reseller's, or unpriced. */
  readonly price_basis: string;
  /** How many sources agree within 2 % with the price shown. */
  readonly price_sources: number;
  /** Sources disagree, or a figure is derived; the notes say which. */
  readonly doubtful: boolean;
  readonly notes: readonly string[];
  /** Day of the last check (ISO date). */
  readonly checked: string;
}

/** Why the router may not choose a model by itself, or null when it may. */
export function barred(model: CatalogModel): 'deprecated' | 'unpriced' | 'long_tail' | null {
  if (model.status === 'deprecated') return 'deprecated';
  if (model.pricing === null) return 'unpriced';
  return model.catalog_visibility === 'long_tail' ? 'long_tail' : null;
}

/** Whether the router may choose it by itself: priced, current and not of the long tail. */
export const routable = (model: CatalogModel): boolean => barred(model) === null;

/** A model that answers with a vector. No task of the router is work for it: see docs/decisions/0005-embedding-models.md. */
export const embeds = ({ task_type }: Pick<CatalogModel, 'task_type'>): boolean => task_type === 'text_embedding';

/** Every router task the model is fit for, its own first. */
export const tasksOf = (model: CatalogModel): readonly Task[] => (embeds(model) ? [] : [model.task, ...model.also_tasks]);
