/**
 * One walk of a what-if over the log, for the decisions of one version of the code: what each variant would have chosen,
 * beside what happened. A walk can be broken off and taken up again from what it kept: its views at a position, what it
 * gathered, and the decisions that still wait for their outcome. What lies between that position and the event that was
 * read last is read again; decisions that were answered already are passed over. Decisions that the view had gone past
 * when they were read are late: another walk, which begins further back, is given them and answers those alone.
 */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { fromPico } from '../../money/money.js';
import type { Question } from '../../routing/domain/question.js';
import type { DecidingCode } from '../../routing/domain/deciding-code.js';
import type { Terminal } from '../../routing/domain/events.js';
import { isTerminal } from '../../routing/domain/terminal.js';
import type { RoutingView, RoutingViewSnapshot } from '../../routing/domain/view.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import type { DeciderRegistry } from '../../routing/exports.js';
import type { RecordedDecision } from '../domain/recorded-decision.js';
import { ReplayPass, type Placed } from '../domain/replay-pass.js';
import { isRefusal, questionOf, type Text } from '../domain/reproduce.js';
import { VariantView, type Variant, type VariantBegin, type VariantViewState } from '../domain/variant.js';
import { priceOfChange, speedOf, type SeenLengths, type Seen, type Speed, type WhatIf } from '../domain/what-if.js';

type Outcome = NonNullable<Seen['outcome']> & { readonly cost: Seen['cost'] };
/** A decision made again that waits for what came of it. */
type Half = Omit<Seen, 'outcome' | 'cost' | 'reward' | 'priced' | 'expectedLatencyMs'> & { readonly speed: Speed | null };

export interface WhatIfParts {
  readonly code: DecidingCode;
  readonly deciders: DeciderRegistry;
  readonly textOf: (recorded: RecordedDecision) => Promise<Text>;
  readonly variants: readonly Variant[];
  /** @param again whether the walk that was broken off had read it. */
  readonly wanted: (decision: RecordedDecision, again: boolean) => boolean;
  /** What people said of requests, 1 right, 0 wrong. */
  readonly rewards: ReadonlyMap<string, number>;
  /** One for each variant. */
  readonly gathered: readonly WhatIf[];
  /** Gathered here too; null when another walk does, or did. */
  readonly lengths: SeenLengths | null;
  /** View events that the view stays behind the reader. */
  readonly window: number;
}

/** A decision for another walk, and what came of it as far as it is known. */
export interface Late {
  readonly recorded: RecordedDecision;
  readonly outcome: Outcome | null;
}

export interface WalkBegin {
  /** Of the code that decided; the log is read from its position on. */
  readonly view: RoutingView;
  /** Where each variant's own begins. */
  readonly variants: readonly VariantBegin[];
  /** The decisions to answer; null to answer those that the log tells. */
  readonly late: readonly Late[] | null;
  /** What it had come to when it was broken off; null when it was not. */
  readonly kept: WalkState | null;
}

/** Where a walk goes on. */
export function begunBefore(kept: WalkState, code: DecidingCode): WalkBegin {
  const view = code.newView();
  view.restore(kept.view);
  return { view, variants: kept.views.map((state) => ({ kind: 'kept', state })), late: kept.waiting, kept };
}

export interface WalkState {
  /** Commit positions: of the views, and of the last event that was read. */
  readonly folded: bigint;
  readonly read: bigint;
  readonly view: RoutingViewSnapshot;
  readonly views: readonly (VariantViewState | null)[];
  readonly open: ReadonlyMap<string, readonly Half[]>;
  readonly decisions: number;
  readonly skipped: number;
  /** For the walk after this one. */
  readonly late: readonly Late[];
  /** The late ones that this walk has yet to answer; null when it answers those that the log tells. */
  readonly waiting: readonly Late[] | null;
}

export class WhatIfWalk {
  decisions: number;
  /** Decisions that could not be asked again. */
  skipped: number;
  private read: bigint;
  private readonly readBefore: bigint;
  private readonly foldedBefore: bigint;
  private readonly pass: ReplayPass;
  private readonly views: readonly VariantView[];
  /** Decided and not ended yet, or ended and not decided again yet: bounded by what is open at once and by the window. */
  private readonly open: Map<string, readonly Half[]>;
  private readonly ended = new Map<string, Outcome>();
  private readonly pending: Set<string>;
  private readonly lateBefore: readonly Late[];
  private readonly waiting: Map<string, Late> | null;

  constructor(
    private readonly parts: WhatIfParts,
    { view, variants, late, kept }: WalkBegin,
  ) {
    [this.decisions, this.skipped] = [kept?.decisions ?? 0, kept?.skipped ?? 0];
    this.read = this.readBefore = kept?.read ?? 0n;
    this.foldedBefore = view.position;
    this.open = new Map(kept?.open);
    this.pending = new Set(this.open.keys());
    this.lateBefore = kept?.late ?? [];
    this.waiting = late && new Map(late.map((each) => [each.recorded.requestId, each]));
    for (const each of [...this.lateBefore, ...(late ?? [])]) this.expect(each);
    this.pass = new ReplayPass({
      view, window: parts.window, onFold: (event) => this.views.forEach((own) => own.follow(event)),
      ...(late ? { late: late.map(({ recorded }) => recorded), wanted: () => false } : { wanted: (each) => this.takes(each) }),
    });
    this.views = parts.variants.map((variant, i) => new VariantView(variant, { view, code: parts.code }, variants[i]!));
  }

  /** Commit position after which the log must be read. */
  get after(): bigint {
    return this.foldedBefore;
  }

  async take(event: Recorded): Promise<void> {
    for (const placed of this.pass.take(event)) await this.decideAgain(placed);
    if (isTerminal(event)) this.endOf(event);
    this.read = event.position.commit;
  }

  /** @returns what another walk has to answer. */
  async end(): Promise<readonly Late[]> {
    for (const placed of this.pass.end()) await this.decideAgain(placed);
    for (const halves of this.open.values()) halves.forEach((half, i) => this.gather(i, half, null));
    return this.late();
  }

  state(): WalkState {
    return {
      folded: this.pass.view.position,
      read: this.read > this.readBefore ? this.read : this.readBefore,
      view: this.pass.view.snapshot(),
      views: this.views.map((view) => view.state()),
      open: this.open,
      decisions: this.decisions,
      skipped: this.skipped,
      late: this.late(),
      waiting: this.waiting && [...this.waiting.values()],
    };
  }

  private late(): readonly Late[] {
    const recorded = [...this.lateBefore.map((each) => each.recorded), ...this.pass.late];
    return recorded.map((each) => ({ recorded: each, outcome: this.ended.get(each.requestId) ?? null }));
  }

  private expect({ recorded: { requestId }, outcome }: Late): void {
    if (outcome) this.ended.set(requestId, outcome);
    else this.pending.add(requestId);
  }

  private takes(each: RecordedDecision): boolean {
    const again = each.recordedAt <= this.readBefore;
    if (!this.parts.wanted(each, again) || (again && each.decidedAt <= this.foldedBefore)) return false;
    this.pending.add(each.requestId);
    return true;
  }

  private endOf(event: Recorded): void {
    if (event.position.commit > this.readBefore) this.parts.lengths?.apply(event);
    const requestId = event.stream.slice('route-'.length);
    if (!this.pending.delete(requestId)) return;
    const { model, usage, cost, timing } = event.data as Terminal;
    const outcome = { model, usage, cost: cost === null ? null : fromPico(cost), timing };
    const halves = this.open.get(requestId);
    if (!halves) return void this.ended.set(requestId, outcome);
    this.open.delete(requestId);
    halves.forEach((half, i) => this.gather(i, half, outcome));
  }

  private async decideAgain({ decision: recorded, view }: Placed): Promise<void> {
    this.waiting?.delete(recorded.requestId);
    const decider = this.parts.deciders.find(recorded.decision.decider);
    const text = view && decider ? await this.parts.textOf(recorded) : null;
    const asked = text && questionOf(decider!, recorded, text, view!);
    if (!asked || !('question' in asked)) {
      this.skipped += 1;
      this.pending.delete(recorded.requestId);
      return;
    }
    this.decisions += 1;
    const judged = this.parts.rewards.has(recorded.requestId) && recorded.decision.propensity < 1;
    const halves = this.parts.variants.map((variant, i) => this.half({ recorded, text, judged, question: asked.question }, variant, this.views[i]!));
    const outcome = this.ended.get(recorded.requestId);
    if (!outcome) return void this.open.set(recorded.requestId, halves);
    this.ended.delete(recorded.requestId);
    halves.forEach((half, i) => this.gather(i, half, outcome));
  }

  private half({ recorded, text, judged, question }: { recorded: RecordedDecision; text: Text; judged: boolean; question: Question }, variant: Variant, own: VariantView): Half {
    const { code } = this.parts;
    const { requestId, requested, decision: before } = recorded;
    const { made: after, refusal } = attempt(() => (variant.decider?.code ?? code).decide(asVariant(variant, own, { recorded, text, question })), variant.decider !== null);
    const asked = after && (judged || after.model !== before.model) ? [before.model, after.model] : null;
    const [had, has] = (asked && attempt(() => code.expectedSuccess(question, asked)).made) ?? [null, null];
    const { at, mode } = question.request;
    return {
      requestId, at, task: before.classification.task, tier: before.classification.complexity_tier, keyId: requested.keyId, before, after, refusal,
      success: had === null || had === undefined || has === null || has === undefined ? null : { before: had, after: has },
      explorable: judged ? attempt((): readonly ModelId[] => code.explorable(question)).made : null,
      speed: after && speedOf(own.view, after, mode),
    };
  }

  /** Spelt out rather than spread: it is done for every decision and variant. */
  private gather(i: number, half: Half, outcome: Outcome | null): void {
    const { requestId, at, task, tier, keyId, before, after, refusal, success, explorable, speed } = half;
    const changed = after !== null && after.model !== before.model ? after : null;
    const priced = changed && outcome ? priceOfChange(changed, outcome.usage, at) : null;
    const expectedLatencyMs = speed && outcome ? speed.firstMs + speed.tokenMs * (outcome.usage?.outputTokens ?? 0) : null;
    const [cost, reward] = [outcome && outcome.cost, this.parts.rewards.get(requestId) ?? null];
    this.parts.gathered[i]!.add({ requestId, at, task, tier, keyId, before, after, refusal, success, explorable, priced, expectedLatencyMs, outcome, cost, reward });
  }
}

/** The question as a variant asks it: its own request, view and policy; and, of another decider, its own reading of the text. */
function asVariant(variant: Variant, own: VariantView, { recorded, text, question }: { recorded: RecordedDecision; text: Text; question: Question }): Question {
  const { decider, policy } = variant;
  const reading = decider && decider.id !== question.decider ? questionOf(decider, recorded, text, own.view) : null;
  const base = reading && 'question' in reading ? reading.question : question;
  return { ...base, request: own.ask(question.request), view: own.view, policy: policy ?? question.policy };
}

/** @param stranger an earlier decider may meet events that are newer than it, and fail on them: it then has no answer. */
function attempt<T>(make: () => T, stranger = false): { made: T | null; refusal: string | null } {
  try {
    return { made: make(), refusal: null };
  } catch (error) {
    if (isRefusal(error)) return { made: null, refusal: error.message };
    if (!stranger) throw error;
    return { made: null, refusal: `this decider cannot read the log here: ${(error as Error).message}` };
  }
}

