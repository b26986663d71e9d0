/** What the router knows of one organization: its preferences, and what its feedback taught. One never moves another. */
import type { Feedback } from '../../feedback/domain/feedback.js';
import { preferences, type Preference, type PreferenceKey, type Preferences, type PreferencesEvent } from '../../preferences/domain/preferences.js';
import type { ContentMode, ModelId, Optimization, ProviderSlug, Task } from './vocabulary.js';
import { tasks } from './vocabulary.js';

export interface Opinions {
  readonly row: number;
  readonly task: Task;
  good: number;
  bad: number;
}

export interface OrganizationSnapshot {
  readonly preferences: readonly Preference[];
  readonly opinions: readonly Opinions[];
  readonly corrections: readonly number[];
}

/** Columns of the model table. */
export interface Rows {
  readonly size: number;
  readonly roster: number;
  readonly providers: readonly ProviderSlug[];
  indexOf(id: ModelId): number | undefined;
}

export class OrganizationView {
  private settled = preferences.initial;
  private readonly opinionOf = new Map<number, Opinions>();
  /** The same, by the place of their task. */
  private readonly opinionsBy: readonly Opinions[][] = tasks.map(() => []);
  /** What was meant, by what was classified: `classified × tasks + meant`. The diagonal counts the confirmed. */
  private corrections = new Float64Array(tasks.length * tasks.length);
  private excluded: RowsMarked | null = null;
  private preferred: RowsMarked | null = null;

  prefer(event: PreferencesEvent): void {
    this.settled = preferences.evolve(this.settled, event);
    const { key } = event.data;
    if (key === 'excluded_models' || key === 'excluded_providers') this.excluded = null;
    if (key === 'preferred_providers') this.preferred = null;
  }

  /**
   * Right: the task is confirmed, and the model did well. Wrong with a better task: the classification erred, not the
   * model. Wrong without one: the model did badly.
   */
  hear({ classifiedTask, correct, suggestedTask }: Feedback, row: number | undefined): void {
    const corrected = !correct && suggestedTask !== null && suggestedTask !== classifiedTask;
    if (correct || corrected) {
      this.corrections[tasks.indexOf(classifiedTask) * tasks.length + tasks.indexOf(corrected ? suggestedTask : classifiedTask)]! += 1;
    }
    if (row === undefined || corrected) return;
    const opinions = this.opinion(row, classifiedTask) ?? this.hold({ row, task: classifiedTask, good: 0, bad: 0 });
    opinions[correct ? 'good' : 'bad'] += 1;
  }

  /** How often what was classified as one task was meant as another. */
  meant(classified: Task, meant: Task): number {
    return this.corrections[tasks.indexOf(classified) * tasks.length + tasks.indexOf(meant)]!;
  }

  opinionsOn(task: Task): readonly Opinions[] {
    return this.opinionsBy[tasks.indexOf(task)]!;
  }

  opinion(row: number, task: Task): Opinions | undefined {
    return this.opinionOf.get(row * tasks.length + tasks.indexOf(task));
  }

  get defaultOptimization(): Optimization | null {
    return valueOf(this.settled, 'default_optimization');
  }

  get defaultTask(): Task | null {
    return valueOf(this.settled, 'default_task');
  }

  get defaultContentMode(): ContentMode | null {
    return valueOf(this.settled, 'content_mode_default');
  }

  /** 1 for each row of a preferred provider; null when none is preferred. */
  preferredRows(table: Rows): Uint8Array | null {
    const providers = valueOf(this.settled, 'preferred_providers') ?? [];
    if (providers.length === 0) return null;
    if (this.preferred?.roster !== table.roster) this.preferred = marked(table, providers, []);
    return this.preferred.rows;
  }

  /** 1 for each row the organization excludes; null when it excludes nothing. */
  excludedRows(table: Rows): Uint8Array | null {
    const providers = valueOf(this.settled, 'excluded_providers') ?? [];
    const models = valueOf(this.settled, 'excluded_models') ?? [];
    if (providers.length === 0 && models.length === 0) return null;
    if (this.excluded?.roster !== table.roster) this.excluded = marked(table, providers, models);
    return this.excluded.rows;
  }

  snapshot(): OrganizationSnapshot {
    return { preferences: [...this.settled.values()], opinions: [...this.opinionOf.values()].map((opinions) => ({ ...opinions })), corrections: [...this.corrections] };
  }

  restore(snapshot: OrganizationSnapshot): void {
    this.settled = new Map(snapshot.preferences.map((preference) => [preference.key, preference]));
    for (const opinions of snapshot.opinions) this.hold({ ...opinions });
    this.corrections = Float64Array.from(snapshot.corrections);
  }

  private hold(opinions: Opinions): Opinions {
    const task = tasks.indexOf(opinions.task);
    this.opinionOf.set(opinions.row * tasks.length + task, opinions);
    this.opinionsBy[task]!.push(opinions);
    return opinions;
  }
}

/** Which rows a preference means, as of a roster of the table. */
interface RowsMarked {
  readonly roster: number;
  readonly rows: Uint8Array;
}

function marked(table: Rows, providers: readonly ProviderSlug[], models: readonly ModelId[]): RowsMarked {
  const rows = new Uint8Array(table.size);
  for (const provider of providers) for (let row = table.providers.indexOf(provider); row !== -1; row = table.providers.indexOf(provider, row + 1)) rows[row] = 1;
  for (const model of models) {
    const row = table.indexOf(model);
    if (row !== undefined) rows[row] = 1;
  }
  return { roster: table.roster, rows };
}

const valueOf = <K extends PreferenceKey>(settled: Preferences, key: K) =>
  (settled.get(key)?.value ?? null) as (Preference & { key: K })['value'] | null;
