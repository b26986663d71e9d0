/** A what-if over the log, up to five variants at once: one walk for each version of the code that decided in the range. */
import { catalogEventTypes } from '../../catalog/domain/catalog.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo, type Stretch } from '../../event-sourcing/events-up-to.js';
import type { Feedback } from '../../feedback/domain/feedback.js';
import { terminalTypes } from '../../routing/domain/terminal.js';
import { partsOf } from '../../routing/exports.js';
import { asCheckpoint, fromCheckpoint } from '../domain/checkpoint-json.js';
import type { RecordedDecision } from '../domain/recorded-decision.js';
import { routingViewTypes } from '../../routing/domain/view.js';
import { replayTypes, usualWindow } from '../domain/replay-pass.js';
import type { ReplayState } from '../domain/replay-state.js';
import type { Variant } from '../domain/variant.js';
import { SeenLengths, WhatIf, type SeenLengthsSnapshot, type WhatIfResult } from '../domain/what-if.js';
import { variantsAt } from './begin-what-if.js';
import { keepShapes } from './kept-shapes.js';
import { inRange, stateBefore, type DecisionRange, type Progress, type Replayer } from './verify-decisions.js';
import { begunBefore, WhatIfWalk, type Late, type WalkBegin, type WalkState, type WhatIfParts } from './what-if-walk.js';

export interface WhatIfFilter extends DecisionRange {
  readonly task?: string;
  readonly keyId?: string;
  readonly model?: string;
}

export interface WhatIfReport {
  readonly decisions: number;
  /** Decisions that could not be asked again: their decider is not in this build, or their policy or position is unknown. */
  readonly skipped: number;
  readonly head: string;
  readonly variants: readonly WhatIfResult[];
}

/** Where a walk that is broken off is kept, and taken up again. */
export interface Checkpoints {
  /** As `save` got it; null to begin at the beginning. */
  readonly last: string | null;
  /** Asked now and then, and when the signal aborts. */
  readonly due: () => boolean;
  readonly save: (checkpoint: string) => Promise<void>;
}

export interface RunOptions {
  readonly filter: WhatIfFilter;
  readonly variants: readonly Variant[];
  readonly onProgress?: (progress: Progress) => void | Promise<void>;
  readonly signal?: AbortSignal;
  readonly checkpoints?: Checkpoints;
  /** View events that a view stays behind the reader: decisions that were made further back take a second walk. */
  readonly window?: number;
}

/** The whole state of a run between two events. */
interface Checkpoint {
  /** The build that kept it: another one begins again. */
  readonly build: string;
  readonly head: bigint;
  /** Where the first walk began. */
  readonly begun: bigint;
  readonly versions: readonly string[];
  readonly walking: number;
  readonly decisions: number;
  readonly skipped: number;
  readonly gathered: readonly WhatIf[];
  readonly lengths: SeenLengthsSnapshot;
  readonly walk: WalkState;
}

const lookEvery = 1_000;
/** Changes when the shape of a checkpoint does. */
const shape = 2;

/** @throws Error named AbortError when it was cancelled. */
export async function runWhatIf(replayer: Replayer, options: RunOptions): Promise<WhatIfReport> {
  keepShapes();
  const { log, deciders, views } = replayer;
  const kept = keptBy(options.checkpoints, buildOf(deciders.present.id));
  const head = kept?.head ?? (await log.head());
  const state = kept ? null : await stateBefore({ views, code: deciders.present.code, from: options.filter.from }, null);
  const begun = kept?.begun ?? state!.view.position;
  const known = { rewards: await rewardsOf(log, { after: begun, upTo: head }), catalogs: await catalogsOf(log, options.variants) };
  const run = new Run(replayer, options, { head, kept, state, begun, ...known });
  await run.walkAll();
  await options.onProgress?.({ position: head, head, decisions: run.decisions });
  return run.report();
}

const keptBy = (checkpoints: Checkpoints | undefined, build: string): Checkpoint | null => {
  const kept = checkpoints?.last ? (fromCheckpoint(checkpoints.last) as Checkpoint) : null;
  return kept?.build === build ? kept : null;
};

const buildOf = (decider: string): string => `${decider}/${shape}`;

interface RunKnowledge {
  readonly head: bigint;
  readonly kept: Checkpoint | null;
  /** Where the first walk begins; null when one was kept. */
  readonly state: ReplayState | null;
  readonly begun: bigint;
  readonly rewards: ReadonlyMap<string, number>;
  readonly catalogs: readonly (readonly Recorded[])[];
}

class Run {
  decisions: number;
  private skipped: number;
  private readonly versions: string[];
  private readonly gathered: readonly WhatIf[];
  private readonly lengths: SeenLengths;
  private readonly matches: (decision: RecordedDecision) => boolean;

  constructor(
    private readonly replayer: Replayer,
    private readonly options: RunOptions,
    private readonly known: RunKnowledge,
  ) {
    const { kept, state } = known;
    [this.decisions, this.skipped] = [kept?.decisions ?? 0, kept?.skipped ?? 0];
    this.versions = [...(kept?.versions ?? [replayer.deciders.present.code.version])];
    this.gathered = kept ? kept.gathered.map((state) => WhatIf.restored(state)) : options.variants.map(() => new WhatIf());
    this.lengths = kept ? SeenLengths.restored(kept.lengths) : state!.lengths;
    this.matches = matching(options.filter);
  }

  async walkAll(): Promise<void> {
    for (let walking = this.known.kept?.walking ?? 0; walking < this.versions.length; walking += 1) await this.walkVersion(walking);
  }

  report(): WhatIfReport {
    const variants = this.gathered.map((gathered, i) => gathered.result(this.options.variants[i]!.name, this.lengths));
    return { decisions: this.decisions, skipped: this.skipped, head: this.known.head.toString(), variants };
  }

  private async walkVersion(walking: number): Promise<void> {
    const { kept } = this.known;
    const goOn = kept?.walking === walking ? begunBefore(kept.walk, this.codeOf(walking)) : null;
    let late = await this.walk(walking, goOn ?? (await this.beginning(walking, null)));
    while (late.length > 0) late = await this.walk(walking, await this.beginning(walking, late));
  }

  private async beginning(walking: number, late: readonly Late[] | null): Promise<WalkBegin> {
    const { state, catalogs } = this.known;
    const code = this.codeOf(walking);
    const first = walking === 0 && late === null ? state : null;
    const { view } = first ?? (await stateBefore({ views: this.replayer.views, code, from: this.options.filter.from }, late && late.map(({ recorded }) => recorded)));
    return { view, late, kept: null, variants: await variantsAt(this.replayer, { view, code }, { variants: this.options.variants, catalogs }) };
  }

  private codeOf = (walking: number) => this.replayer.deciders.code(this.versions[walking]!);

  /** @returns the decisions that it came too late for. */
  private async walk(walking: number, begin: WalkBegin): Promise<readonly Late[]> {
    const { head } = this.known;
    const { signal, onProgress, checkpoints } = this.options;
    const walk = new WhatIfWalk(this.partsOf(walking, begin), begin);
    const save = async () => checkpoints?.save(asCheckpoint({ ...this.state(walking), walk: walk.state() } satisfies Checkpoint));
    let events = 0;
    for await (const event of eventsUpTo(this.replayer.log, { types: begin.late ? routingViewTypes : whatIfTypes, after: walk.after, upTo: head })) {
      if (signal?.aborted && checkpoints?.due()) await save();
      signal?.throwIfAborted();
      await walk.take(event);
      if ((events += 1) % lookEvery !== 0) continue;
      await onProgress?.({ position: begin.late ? head : event.position.commit, head, decisions: this.decisions + walk.decisions });
      if (checkpoints?.due()) await save();
    }
    const late = await walk.end();
    this.skipped += walk.skipped;
    this.decisions += walk.decisions;
    return late;
  }

  private partsOf(walking: number, { late }: WalkBegin): WhatIfParts {
    const { texts, deciders } = this.replayer;
    const { variants, window = usualWindow } = this.options;
    return {
      code: this.codeOf(walking), deciders, variants, window, rewards: this.known.rewards, gathered: this.gathered, lengths: walking === 0 && late === null ? this.lengths : null,
      textOf: ({ requested }) => texts.of(requested), wanted: (each, again) => this.wanted(each, walking, again),
    };
  }

  /** A first walk finds which other versions decided; each of those has a walk of its own. */
  private wanted(each: RecordedDecision, walking: number, again: boolean): boolean {
    const { version } = partsOf(each.decision.decider);
    if (version === this.versions[walking]) return this.matches(each);
    if (walking > 0 || !this.matches(each)) return false;
    if (!this.replayer.deciders.has(version)) this.skipped += again ? 0 : 1;
    else if (!this.versions.includes(version)) this.versions.push(version);
    return false;
  }

  private state(walking: number): Omit<Checkpoint, 'walk'> {
    const { head, begun } = this.known;
    return { build: buildOf(this.replayer.deciders.present.id), head, begun, versions: this.versions, walking, decisions: this.decisions, skipped: this.skipped, gathered: this.gathered, lengths: this.lengths.snapshot() };
  }
}

const whatIfTypes = [...new Set([...replayTypes, ...terminalTypes])];

function matching(filter: WhatIfFilter): (decision: RecordedDecision) => boolean {
  const within = inRange(filter);
  const { task, model, keyId } = filter;
  return (each) =>
    within(each) && (task === undefined || each.decision.classification.task === task) && (model === undefined || each.decision.model === model) && (keyId === undefined || each.requested.keyId === keyId);
}

/** What people said of requests: 1 right, 0 wrong. The only thing that is kept per request, and only for those that were judged. */
async function rewardsOf(log: EventLog, stretch: Pick<Stretch, 'after' | 'upTo'>): Promise<ReadonlyMap<string, number>> {
  const rewards = new Map<string, number>();
  for await (const { data } of eventsUpTo(log, { types: ['FeedbackGiven'], ...stretch })) {
    const { requestId, correct } = data as Feedback;
    if (requestId !== null) rewards.set(requestId, correct ? 1 : 0);
  }
  return rewards;
}

async function catalogsOf(log: EventLog, variants: readonly Variant[]): Promise<readonly (readonly Recorded[])[]> {
  const catalogs: Recorded[][] = [];
  for (const { catalogAsOf } of variants) {
    const events: Recorded[] = [];
    if (catalogAsOf !== null) for await (const event of eventsUpTo(log, { types: catalogEventTypes, upTo: catalogAsOf })) events.push(event);
    catalogs.push(events);
  }
  return catalogs;
}
