/**
 * The catalogue as a decision reads it: one row per model, columns of numbers, so that weighing every model of a task
 * is a walk over flat arrays. Rows stand in the order of first listing; nothing that is decided depends on that order.
 */
import type { CatalogEvent, Publisher } from '../../catalog/domain/catalog.js';
import { barred, tasksOf, type CatalogModel, type TaskType } from '../../catalog/domain/model.js';
import { callableAt } from '../../inference/domain/callable.js';
import { ChangingPrice } from './changing-price.js';
import { LineAbilities } from './line-abilities.js';
import type { Skill } from './ability-scale.js';
import { modalities, priceTiers, tasks, type Modality, type ModelId, type ProviderSlug, type Task } from './vocabulary.js';
import { priceVector, quantities, variesByRequest, type PriceVector } from './work.js';

const noPrice = new Float64Array(quantities.length);

/** What a decision asks of capabilities on every request, one bit each. */
export const traits = [
  'tool_use', 'structured_output', 'reasoning', 'text_generation', 'image_editing', 'text_to_video', 'image_to_video', 'video_editing',
  'deep_research', 'sound_effects', 'audio_editing', 'vocals', 'instrumental', 'video_soundtrack',
] as const;
export type Trait = (typeof traits)[number];
export const traitBit = (trait: Trait): number => 1 << traits.indexOf(trait);
export const modalityBit = (modality: Modality): number => 1 << modalities.indexOf(modality);

export const taskBit = (task: Task): number => 1 << tasks.indexOf(task);

export type Barred = NonNullable<ReturnType<typeof barred>>;

export interface Row {
  readonly model: CatalogModel;
  readonly publisher: Publisher;
  readonly retired: boolean;
}

/** What is kept of the table in a snapshot: everything else follows from it. */
export type ModelRows = readonly Row[];

/** Tokens taken to be held when a context window is unknown: by a language model, and by a service that takes a query. */
const leastContext = 8_192;
const longestQuery = 1_000;
const unknownContext = ({ capabilities }: CatalogModel) => (capabilities.includes('text_generation') ? leastContext : longestQuery);
/** Seconds to the first token, and tokens a second, where nothing was measured: near the medians of the market. */
const usualLatency = { firstTokenS: 1.2, thinkingFirstTokenS: 6, tokensPerSecond: 80 };
/** Seconds to a finished piece, for what is not told by tokens. */
const usualSecondsToMake: Partial<Record<CatalogModel['category'], number>> = { image: 10, video: 90, music: 45, speech: 2 };

export class ModelTable {
  private readonly rows: Row[] = [];
  private readonly indexById = new Map<string, number>();
  private readonly indexByAlias = new Map<string, number>();
  private readonly abilities = new LineAbilities((row) => this.model(row));
  private candidatesByTask: readonly Int32Array[] | null = null;
  private capacity = 0;
  private ofHosts: { hosts: string; version: number; uncallable: Uint8Array } = { hosts: '', version: -1, uncallable: new Uint8Array() };
  private readonly changing: (ChangingPrice | null)[] = [];

  /** Changes with every change of a row. */
  version = 0;
  /** Changes when a row comes, or passes to another provider. */
  roster = 0;
  /** Changes when a row comes, or what it can do or whether it may be used at all does: with most prices it does not. */
  makeup = 0;

  // Columns by row index.
  /** Of the model, as its record has them: records come in many shapes, and are slow to ask of hundreds of rows. */
  readonly ids: ModelId[] = [];
  readonly providers: ProviderSlug[] = [];
  barred: (Barred | null)[] = [];
  price: (PriceVector | null)[] = [];
  /** The same prices side by side, `row × quantities`; zeros where there is none. */
  rates!: Float64Array;
  /** The least input, in tokens, at which a dearer price tier begins; Infinity without tiers, -1 when the clock matters. */
  variesFrom!: Float64Array;
  traits!: Uint32Array;
  inputs!: Uint8Array;
  taskType: TaskType[] = [];
  /** Slugs of the hosts a row can be called at. */
  hosts: (readonly ProviderSlug[])[] = [];
  /** Bits of the tasks it is fit for. */
  fit!: Uint8Array;
  context!: Float64Array;
  maxOutput!: Float64Array;
  maxSeconds!: Float64Array;
  minSeconds!: Float64Array;
  tier!: Int8Array;
  /** 1 for a model that may change or end without notice. */
  preview!: Uint8Array;
  firstTokenS!: Float64Array;
  perTokenS!: Float64Array;

  constructor() {
    this.grow(1024);
  }

  get size(): number {
    return this.rows.length;
  }

  model(index: number): CatalogModel {
    return this.rows[index]!.model;
  }

  /** The row of a model by its id, or by another id a caller may use for it. */
  find(id: string): number | null {
    return this.indexById.get(id) ?? this.indexByAlias.get(id) ?? null;
  }

  indexOf(id: ModelId): number | undefined {
    return this.indexById.get(id);
  }

  apply(event: CatalogEvent): void {
    switch (event.type) {
      case 'ModelListed':
        return this.put({ model: event.data.model, publisher: event.data.publisher, retired: false });
      case 'ModelRepriced': {
        const { id, pricing, price_tier, publisher } = event.data;
        return this.change(id, (row) => ({ ...row, publisher, model: { ...row.model, pricing, price_tier } }));
      }
      case 'ModelChanged':
        return this.change(event.data.id, (row) => ({ ...row, publisher: event.data.publisher, model: { ...row.model, ...event.data.changes } }));
      case 'ModelRetired':
        return this.change(event.data.id, (row) => ({ ...row, retired: true }));
    }
  }

  /** Brings the derived columns up to date. Cheap when nothing changed since the last time. */
  settle(): void {
    this.abilities.settle();
    this.candidatesByTask ??= tasks.map((task) => Int32Array.from(this.rows.flatMap((_, index) => (this.fit[index]! & taskBit(task) ? [index] : []))));
  }

  /** Rows fit for a task, barred ones included. Call `settle` first. */
  candidates(task: Task): Int32Array {
    return this.candidatesByTask![tasks.indexOf(task)]!;
  }

  /** The price of a row in force for a request; null without one. */
  priceAt(row: number, inputTokens: number, at: string): PriceVector | null {
    const changing = this.changing[row];
    return !changing || this.variesFrom[row]! >= inputTokens ? this.price[row]! : changing.for(inputTokens, at);
  }

  /** 1 for each row that none of these hosts can be called for. Kept until the hosts or the table change. */
  uncallableAt(hosts: readonly ProviderSlug[]): Uint8Array {
    const key = hosts.join();
    if (this.ofHosts.hosts !== key || this.ofHosts.version !== this.version) {
      const known = new Set(hosts);
      const uncallable = Uint8Array.from(this.hosts, (at) => (at.some((host) => known.has(host)) ? 0 : 1));
      this.ofHosts = { hosts: key, version: this.version, uncallable };
    }
    return this.ofHosts.uncallable;
  }

  /** How long an answer of so many tokens is expected to take, by the model's published speed. */
  expectedMs(row: number, tokens: number): number {
    return 1000 * (this.firstTokenS[row]! + tokens * this.perTokenS[row]!);
  }

  abilityColumn(skill: Skill): Float64Array {
    return this.abilities.mean[skill];
  }

  spreadColumn(skill: Skill): Float64Array {
    return this.abilities.spread[skill];
  }

  snapshot(): ModelRows {
    return [...this.rows];
  }

  restore(rows: ModelRows): void {
    for (const row of rows) this.put(row);
  }

  *all(): IterableIterator<readonly [index: number, row: Row]> {
    for (const [index, row] of this.rows.entries()) yield [index, row];
  }

  private change(id: ModelId, next: (row: Row) => Row): void {
    const index = this.indexById.get(id);
    if (index !== undefined) this.put(next(this.rows[index]!));
  }

  private put(row: Row): void {
    const index = this.indexById.get(row.model.id) ?? this.rows.length;
    const before = this.rows[index];
    if (index >= this.capacity) this.grow(this.capacity * 2);
    this.rows[index] = row;
    this.indexById.set(row.model.id, index);
    for (const alias of before?.model.aliases ?? []) if (this.indexByAlias.get(alias) === index) this.indexByAlias.delete(alias);
    for (const alias of row.model.aliases) this.indexByAlias.set(alias, index);
    this.abilities.put(index, before?.model.catalog_family, row.model.catalog_family);
    this.version += 1;
    if (before?.model.provider !== row.model.provider) this.roster += 1;
    const fitBefore = this.fit[index];
    const makeupBefore = before && this.makeupOf(index);
    this.fill(index, row);
    if (!before || this.fit[index] !== fitBefore) this.candidatesByTask = null;
    if (this.makeupOf(index) !== makeupBefore) this.makeup += 1;
  }

  private makeupOf(index: number): string {
    return `${this.fit[index]} ${this.traits[index]} ${this.inputs[index]} ${this.taskType[index]} ${this.barred[index]}`;
  }

  private fill(index: number, { model, retired }: Row): void {
    const language = model.category === 'llm' || model.category === 'search';
    this.ids[index] = model.id;
    this.providers[index] = model.provider;
    this.price[index] = priceVector(model, null);
    this.rates.set(this.price[index] ?? noPrice, index * quantities.length);
    this.barred[index] = retired ? 'deprecated' : (barred(model) ?? (this.price[index] === null ? 'unpriced' : null));
    this.variesFrom[index] = variesFrom(model);
    this.changing[index] = variesByRequest(model.pricing) ? new ChangingPrice(model, model.pricing) : null;
    this.traits[index] = traits.reduce((bits, trait) => (model.capabilities.includes(trait) ? bits | traitBit(trait) : bits), 0);
    this.inputs[index] = model.modalities.input.reduce((bits, modality) => bits | modalityBit(modality), 0);
    this.taskType[index] = model.task_type;
    this.hosts[index] = callableAt(model);
    this.fit[index] = tasksOf(model).reduce((bits, task) => bits | taskBit(task), 0);
    this.context[index] = model.context_window ?? (language ? unknownContext(model) : Infinity);
    this.maxOutput[index] = model.max_output ?? Infinity;
    const { durations_s: durations, min_duration_s: shortest, max_duration_s: longest } = model.limits;
    this.maxSeconds[index] = longest ?? (durations?.length ? Math.max(...durations) : Infinity);
    this.minSeconds[index] = shortest ?? 0;
    this.tier[index] = model.price_tier === null ? -1 : priceTiers.indexOf(model.price_tier);
    this.preview[index] = model.status === 'preview' ? 1 : 0;
    const thinks = model.capabilities.includes('reasoning');
    const usualFirst = thinks ? usualLatency.thinkingFirstTokenS : usualLatency.firstTokenS;
    this.firstTokenS[index] = usualSecondsToMake[model.category] ?? model.speed?.ttft_s ?? usualFirst;
    this.perTokenS[index] = language ? 1 / (model.speed?.output_tokens_per_s || usualLatency.tokensPerSecond) : 0;
  }

  private grow(capacity: number): void {
    const wider = <A extends Float64Array | Uint32Array | Uint8Array | Int8Array>(make: (n: number) => A, old: A | undefined): A => {
      const column = make(capacity);
      if (old) column.set(old);
      return column;
    };
    const float = (old: Float64Array | undefined) => wider((n) => new Float64Array(n), old);
    const rates = new Float64Array(capacity * quantities.length);
    if (this.capacity > 0) rates.set(this.rates);
    this.rates = rates;
    this.variesFrom = float(this.variesFrom);
    this.traits = wider((n) => new Uint32Array(n), this.traits);
    this.inputs = wider((n) => new Uint8Array(n), this.inputs);
    this.fit = wider((n) => new Uint8Array(n), this.fit);
    this.context = float(this.context);
    this.maxOutput = float(this.maxOutput);
    this.maxSeconds = float(this.maxSeconds);
    this.minSeconds = float(this.minSeconds);
    this.tier = wider((n) => new Int8Array(n), this.tier);
    this.preview = wider((n) => new Uint8Array(n), this.preview);
    this.firstTokenS = float(this.firstTokenS);
    this.perTokenS = float(this.perTokenS);
    this.abilities.grow(capacity);
    this.capacity = capacity;
  }
}

function variesFrom({ pricing }: CatalogModel): number {
  if (!variesByRequest(pricing)) return Infinity;
  if (pricing.time_of_day?.length || pricing.scheduled?.length) return -1;
  return Math.min(...pricing.tiers!.map((tier) => tier.above_input_tokens));
}
