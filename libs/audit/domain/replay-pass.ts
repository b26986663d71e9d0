/**
 * One walk over the log that has the view at the very position each decision was made at. A decision is written later
 * than the position P it was made at, so the view follows behind the reader by a window of events: a decision that is
 * read finds the view at or before its P, and is answered when the view reaches it. One that was made further back than
 * the window (a process that lagged far behind) is late, and is answered by a second walk. Memory is flat: the window.
 */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { RoutingView, routingViewTypes } from '../../routing/domain/view.js';
import { DecisionPairs, decisionTypes, type RecordedDecision } from './recorded-decision.js';

/** Everything a replay reads. */
export const replayTypes: readonly string[] = [...routingViewTypes, ...decisionTypes];
const viewTypes: ReadonlySet<string> = new Set(routingViewTypes);

/** The view is at the position of the decision, or `view` is null: the log has no such position. */
export interface Placed {
  readonly decision: RecordedDecision;
  readonly view: RoutingView | null;
}

export interface PassOptions {
  /** View events that the view stays behind the reader. */
  readonly window?: number;
  /** Where to start: an empty view of the code that decided, or a snapshot's; and decisions that were late in the walk before. */
  readonly view?: RoutingView;
  readonly late?: readonly RecordedDecision[];
  /** Told of each event that the view folds, right after it did: for views that follow along. */
  readonly onFold?: (event: Recorded) => void;
  /** Decisions to answer; all when absent. */
  readonly wanted?: (decision: RecordedDecision) => boolean;
}

export const usualWindow = 4_096;

export class ReplayPass {
  readonly view: RoutingView;
  /** Decisions of positions that the view had already left. */
  readonly late: RecordedDecision[] = [];
  private readonly pairs = new DecisionPairs();
  private readonly waiting = new Map<bigint, RecordedDecision[]>();
  private readonly window: number;
  private readonly ring: (Recorded | undefined)[];
  private first = 0;
  private held = 0;

  constructor(private readonly options: PassOptions = {}) {
    this.view = options.view ?? new RoutingView();
    this.window = options.window ?? usualWindow;
    this.ring = new Array<Recorded | undefined>(this.window);
    for (const decision of options.late ?? []) this.wait(decision);
  }

  /** The decisions that this event makes answerable; use the view before asking for the next. */
  *take(event: Recorded): Generator<Placed> {
    const decision = this.pairs.take(event);
    if (decision && (this.options.wanted?.(decision) ?? true)) yield* this.place(decision);
    if (!viewTypes.has(event.type)) return;
    if (this.held === this.window) yield* this.foldOldest();
    this.ring[(this.first + this.held) % this.window] = event;
    this.held += 1;
  }

  /** After the last event: everything that still waits. */
  *end(): Generator<Placed> {
    yield* this.answered();
    while (this.held > 0) yield* this.foldOldest();
    for (const waiting of this.waiting.values()) for (const decision of waiting) yield { decision, view: null };
    this.waiting.clear();
  }

  private *place(decision: RecordedDecision): Generator<Placed> {
    if (decision.decidedAt === this.view.position) yield { decision, view: this.view };
    else if (decision.decidedAt < this.view.position) this.late.push(decision);
    else this.wait(decision);
  }

  private wait(decision: RecordedDecision): void {
    const waiting = this.waiting.get(decision.decidedAt);
    if (waiting) waiting.push(decision);
    else this.waiting.set(decision.decidedAt, [decision]);
  }

  private *foldOldest(): Generator<Placed> {
    if (this.view.position === 0n) yield* this.answered();
    const event = this.ring[this.first]!;
    this.ring[this.first] = undefined;
    this.first = (this.first + 1) % this.window;
    this.held -= 1;
    this.view.apply(event);
    this.options.onFold?.(event);
    yield* this.answered();
  }

  private *answered(): Generator<Placed> {
    const waiting = this.waiting.get(this.view.position);
    if (!waiting) return;
    this.waiting.delete(this.view.position);
    for (const decision of waiting) yield { decision, view: this.view };
  }
}
