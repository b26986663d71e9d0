/** One walk over the log, up to five variants at once: what each would have chosen, and what that would have meant. */
import { catalogEventTypes } from '../../catalog/domain/catalog.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { Refused } from '../../event-sourcing/domain/decider.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import type { Feedback } from '../../feedback/domain/feedback.js';
import { decide, explain } from '../../routing/domain/decide.js';
import type { Explanation, Question } from '../../routing/domain/question.js';
import type { Decision } from '../../routing/domain/decision.js';
import type { Terminal } from '../../routing/domain/events.js';
import { isTerminal, terminalTypes } from '../../routing/domain/terminal.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import { ReplayPass, replayTypes, type Placed } from '../domain/replay-pass.js';
import type { RecordedDecision } from '../domain/recorded-decision.js';
import { VariantView, type Variant } from '../domain/variant.js';
import { priceOfChange, SeenLengths, speedOf, WhatIf, type Seen, type Speed, type WhatIfResult } from '../domain/what-if.js';
import { inRange, type DecisionRange, type Progress, type Replayer } from './verify-decisions.js';

export interface WhatIfFilter extends DecisionRange {
  readonly task?: string;
  readonly keyId?: string;
  readonly model?: string;
}

export interface WhatIfReport {
  readonly decisions: number;
  /** Decisions that could not be asked again: made by another decider, or their policy or position is unknown. */
  readonly skipped: number;
  readonly head: string;
  readonly variants: readonly WhatIfResult[];
}

type Outcome = NonNullable<Seen['outcome']>;
/** A decision made again that waits for what came of it. */
type Half = Omit<Seen, 'outcome' | 'reward' | 'priced' | 'expectedLatencyMs'> & { readonly speed: Speed | null };

export interface RunOptions {
  readonly filter: WhatIfFilter;
  readonly variants: readonly Variant[];
  readonly onProgress?: (progress: Progress) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

/** @throws Error named AbortError when it was cancelled. */
export async function runWhatIf(replayer: Replayer, { filter, variants, onProgress, signal }: RunOptions): Promise<WhatIfReport> {
  const head = await replayer.log.head();
  const walk = new Walk(replayer, variants, { filter, rewards: await rewardsOf(replayer.log, head), catalogs: await catalogsOf(replayer.log, variants) });
  let events = 0;
  for await (const event of eventsUpTo(replayer.log, { types: [...new Set([...replayTypes, ...terminalTypes])], upTo: head })) {
    signal?.throwIfAborted();
    await walk.take(event);
    if ((events += 1) % 1_000 === 0) await onProgress?.({ position: event.position.commit, head, decisions: walk.decisions });
  }
  await walk.end();
  await onProgress?.({ position: head, head, decisions: walk.decisions });
  return { decisions: walk.decisions, skipped: walk.skipped, head: head.toString(), variants: walk.results() };
}

/** What people said of requests: 1 right, 0 wrong. The only thing that is kept per request, and only for those that were judged. */
async function rewardsOf(log: EventLog, head: bigint): Promise<ReadonlyMap<string, number>> {
  const rewards = new Map<string, number>();
  for await (const { data } of eventsUpTo(log, { types: ['FeedbackGiven'], upTo: head })) {
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

interface Knowledge {
  readonly filter: WhatIfFilter;
  readonly rewards: ReadonlyMap<string, number>;
  readonly catalogs: readonly (readonly Recorded[])[];
}

class Walk {
  decisions = 0;
  skipped = 0;
  private readonly pass: ReplayPass;
  private readonly views: readonly VariantView[];
  private readonly gathered: readonly WhatIf[];
  private readonly lengths = new SeenLengths();
  /** Decided and not ended yet, or ended and not decided again yet: bounded by what is open at once and by the window. */
  private readonly open = new Map<string, Half[]>();
  private readonly ended = new Map<string, Outcome>();
  private readonly wanted: (decision: RecordedDecision) => boolean;
  private readonly pending = new Set<string>();

  constructor(
    private readonly replayer: Replayer,
    private readonly variants: readonly Variant[],
    private readonly known: Knowledge,
  ) {
    const { filter } = known;
    const within = inRange(filter);
    const matches = (each: RecordedDecision) =>
      within(each) && (filter.task === undefined || each.decision.classification.task === filter.task) && (filter.model === undefined || each.decision.model === filter.model) && (filter.keyId === undefined || each.requested.keyId === filter.keyId);
    this.wanted = (each) => {
      if (!matches(each)) return false;
      this.pending.add(each.requestId);
      return true;
    };
    this.pass = new ReplayPass({ wanted: this.wanted, onFold: (event) => this.views.forEach((view) => view.follow(event)), window: window });
    this.views = variants.map((variant, i) => new VariantView(variant, this.pass.view, known.catalogs[i]!));
    this.gathered = variants.map(() => new WhatIf());
  }

  async take(event: Recorded): Promise<void> {
    for (const placed of this.pass.take(event)) await this.decideAgain(placed);
    if (isTerminal(event)) this.endOf(event);
  }

  async end(): Promise<void> {
    for (const placed of this.pass.end()) await this.decideAgain(placed);
    this.skipped += this.pass.late.length;
    for (const halves of this.open.values()) halves.forEach((half, i) => this.gather(i, half, null));
  }

  results(): readonly WhatIfResult[] {
    return this.gathered.map((gathered, i) => gathered.result(this.variants[i]!.name, this.lengths));
  }

  private endOf(event: Recorded): void {
    const { model, task, usage, cost, timing } = event.data as Terminal;
    if (event.type === 'InferenceCompleted' && usage) this.lengths.see(model, task, usage.outputTokens);
    const requestId = event.stream.slice('route-'.length);
    if (!this.pending.delete(requestId)) return;
    const outcome = { model, usage, cost, timing };
    const halves = this.open.get(requestId);
    if (!halves) return void this.ended.set(requestId, outcome);
    this.open.delete(requestId);
    halves.forEach((half, i) => this.gather(i, half, outcome));
  }

  private async decideAgain({ decision: recorded, view }: Placed): Promise<void> {
    const asked = view && this.replayer.deciders.question(recorded, await this.replayer.texts.of(recorded.requested), view);
    if (!asked || !('question' in asked)) {
      this.skipped += 1;
      this.pending.delete(recorded.requestId);
      return;
    }
    this.decisions += 1;
    const { question } = asked;
    let explanation: Explanation | null | undefined;
    const explained = () => (explanation === undefined ? (explanation = attempt(() => explain(question)).made) : explanation);
    const judged = this.known.rewards.has(recorded.requestId) && recorded.decision.propensity < 1;
    const halves = this.variants.map((variant, i) => this.half(recorded, question, { variant, view: this.views[i]!, explained: (after) => (judged || after.model !== recorded.decision.model ? explained() : null) }));
    const outcome = this.ended.get(recorded.requestId);
    if (!outcome) return void this.open.set(recorded.requestId, halves);
    this.ended.delete(recorded.requestId);
    halves.forEach((half, i) => this.gather(i, half, outcome));
  }

  private half({ requestId, requested, decision: before }: RecordedDecision, question: Question, { variant, view, explained }: { variant: Variant; view: VariantView; explained: (after: Decision) => Explanation | null }): Half {
    const { made: after, refusal } = attempt(() => decide({ ...question, request: view.ask(question.request), view: view.view, policy: variant.policy ?? question.policy }));
    const explanation = after && explained(after);
    const success = (model: ModelId) => explanation?.candidates.find((candidate) => candidate.model === model)?.success ?? null;
    const [had, has] = after ? [success(before.model), success(after.model)] : [null, null];
    const { at, mode } = question.request;
    return {
      requestId, at, task: before.classification.task, tier: before.classification.complexity_tier, keyId: requested.keyId, before, after, refusal,
      success: had !== null && has !== null ? { before: had, after: has } : null,
      speed: after && speedOf(view.view, after, mode),
    };
  }

  private gather(i: number, { speed, ...half }: Half, outcome: Outcome | null): void {
    const changed = half.after !== null && half.after.model !== half.before.model ? half.after : null;
    const priced = changed && outcome ? priceOfChange(changed, outcome.usage, half.at) : null;
    const expectedLatencyMs = speed && outcome ? speed.firstMs + speed.tokenMs * (outcome.usage?.outputTokens ?? 0) : null;
    this.gathered[i]!.add({ ...half, priced, expectedLatencyMs, outcome, reward: this.known.rewards.get(half.requestId) ?? null });
  }
}

const window = 4_096;

function attempt<T>(make: () => T): { made: T | null; refusal: string | null } {
  try {
    return { made: make(), refusal: null };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { made: null, refusal: error.message };
  }
}
