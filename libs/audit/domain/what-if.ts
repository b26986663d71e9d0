/**
 * Gathers what a variant would have chosen, beside what happened. A decision that stays the same keeps its real cost
 * and latency, exactly. One that changes is priced: its input at the prices of the time, exactly; its output by the
 * lengths that the log has seen of that model on that task, with an interval. Quality: see estimators.ts.
 */
import { ratesAt, type Pricing } from '../../catalog/domain/pricing.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { fromPico, pico, toDollars, zero, type Money } from '../../money/money.js';
import type { Decision } from '../../routing/domain/decision.js';
import type { InferenceCompleted, Terminal } from '../../routing/domain/events.js';
import type { RoutingView } from '../../routing/domain/view.js';
import type { ModelId, Task } from '../../routing/domain/vocabulary.js';
import { DoublyRobust, estimateLengths, Spread, type RatedLengths } from './estimators.js';

/** By model and task. */
export type SeenLengthsSnapshot = readonly (readonly [name: string, spread: Spread])[];

/** Output lengths by model and task, as the log has seen them. */
export class SeenLengths {
  private readonly spreads = new Map<string, Spread>();

  apply({ type, data }: Recorded): void {
    if (type !== 'InferenceCompleted') return;
    const { model, task, usage } = data as InferenceCompleted;
    if (usage) this.see(model, task, usage.outputTokens);
  }

  see(model: string, task: Task, outputTokens: number): void {
    const name = `${model}\n${task}`;
    let spread = this.spreads.get(name);
    if (!spread) this.spreads.set(name, (spread = new Spread()));
    spread.add(outputTokens);
  }

  of(name: string): Spread | undefined {
    return this.spreads.get(name);
  }

  snapshot(): SeenLengthsSnapshot {
    return [...this.spreads].map(([name, spread]) => [name, Spread.of(spread)] as const);
  }

  static restored(snapshot: SeenLengthsSnapshot): SeenLengths {
    const lengths = new SeenLengths();
    for (const [name, spread] of snapshot) lengths.spreads.set(name, Spread.of(spread));
    return lengths;
  }
}

/** What a changed decision would have cost: what is exact, and what has yet to be multiplied by a length. */
export interface Priced {
  readonly exact: Money;
  /** Pico-dollars for a token of output; null when the price does not depend on a length. */
  readonly outputRate: number | null;
}

/** Input at the prices that the changed decision saw, for the tokens that were really sent. */
export function priceOfChange({ price, estimatedCost }: Decision, usage: Terminal['usage'], at: string): Priced | null {
  const pricing = price as Pricing | null;
  if (pricing?.unit !== 'token' || !usage) return estimatedCost === null ? null : { exact: fromPico(estimatedCost), outputRate: null };
  const rates = ratesAt(pricing, usage.inputTokens, at);
  return { exact: pico(fromPico(rates.input ?? '0') * BigInt(usage.inputTokens)), outputRate: Number(rates.output ?? 0) };
}

/** What a model is expected to take, by its published speed and what was seen of it until then. */
export interface Speed {
  readonly firstMs: number;
  readonly tokenMs: number;
}

export function speedOf(view: RoutingView, { model }: Decision, mode: 'live' | 'test'): Speed | null {
  const row = view.table.find(model);
  if (row === null) return null;
  const factor = view.learnt(mode).waitFactor(row, answersThatWeighAsMuch);
  const firstMs = view.table.expectedMs(row, 0);
  return { firstMs: firstMs * factor, tokenMs: (view.table.expectedMs(row, 1) - firstMs) * factor };
}
const answersThatWeighAsMuch = 20;

/** One decision, seen twice. */
export interface Seen {
  readonly requestId: string;
  readonly at: string;
  readonly task: Task;
  readonly tier: string;
  readonly keyId: string | null;
  readonly before: Decision;
  /** Null when the variant refuses; `refusal` says why. */
  readonly after: Decision | null;
  readonly refusal: string | null;
  readonly priced: Priced | null;
  readonly expectedLatencyMs: number | null;
  /** Expected success of what was taken and of what the variant takes, by the prior; null where it was not asked. */
  readonly success: { readonly before: number; readonly after: number } | null;
  /** What the policy that was live could have taken; null where it was not asked. */
  readonly explorable: readonly ModelId[] | null;
  readonly outcome: Pick<Terminal, 'usage' | 'model' | 'timing'> | null;
  /** What it really cost; null when that is not known. */
  readonly cost: Money | null;
  readonly reward: number | null;
}

class Tally {
  decisions = 0;
  changed = 0;
  refused = 0;
  unpriced = 0;
  costBefore: Money = zero;
  /** Real cost of what stays, exact input of what changes. */
  costExact: Money = zero;
  readonly lengths = new Map<string, RatedLengths>();
  latencyBeforeMs = 0;
  latencyAfterMs = 0;
  timed = 0;
  successChange = 0;
  compared = 0;

  add({ before, after, task, priced, outcome, cost: real, success, expectedLatencyMs: expected }: Seen): void {
    this.decisions += 1;
    const changes = after === null || after.model !== before.model;
    if (after === null) this.refused += 1;
    if (changes) this.changed += 1;
    if (real === null) this.unpriced += 1;
    else this.cost(real, changes, after, { task, priced });
    if (outcome && after !== null) {
      this.timed += 1;
      this.latencyBeforeMs += outcome.timing.inferenceMs;
      this.latencyAfterMs += changes ? (expected ?? outcome.timing.inferenceMs) : outcome.timing.inferenceMs;
    }
    if (success) {
      this.compared += 1;
      this.successChange += success.after - success.before;
    }
  }

  static of({ lengths, ...state }: Tally): Tally {
    return Object.assign(new Tally(), state, { lengths: new Map(lengths) });
  }

  private cost(real: Money, changes: boolean, after: Decision | null, { task, priced }: Pick<Seen, 'task' | 'priced'>): void {
    this.costBefore = pico(this.costBefore + real);
    if (!changes) this.costExact = pico(this.costExact + real);
    else if (after && priced) {
      this.costExact = pico(this.costExact + priced.exact);
      if (priced.outputRate === null) return;
      const name = `${after.model}\n${task}`;
      const lengths = this.lengths.get(name) ?? { rates: 0, ratesSquared: 0 };
      this.lengths.set(name, { rates: lengths.rates + priced.outputRate, ratesSquared: lengths.ratesSquared + priced.outputRate ** 2 });
    } else if (after) this.unpriced += 1;
  }

  figures(seen: SeenLengths) {
    let [value, low, high, byPrior] = [0, 0, 0, 0];
    for (const [name, lengths] of this.lengths) {
      const estimated = estimateLengths(lengths, seen.of(name), usualTokens);
      value += estimated.value;
      low += estimated.low;
      high += estimated.high;
      if (estimated.method === 'prior') byPrior += estimated.value;
    }
    const plus = (estimate: number) => toDollars(pico(this.costExact + BigInt(Math.round(estimate))));
    return {
      decisions: this.decisions,
      changed: this.changed,
      refused: this.refused,
      cost_before_dollars: toDollars(this.costBefore),
      cost_after_dollars: plus(value),
      cost_after_low_dollars: plus(low),
      cost_after_high_dollars: plus(high),
      cost_method: this.lengths.size === 0 ? 'exact' : byPrior > 0 ? 'input exact; output by lengths seen, and by the usual length where too few were' : 'input exact; output by lengths seen, 95 %',
      without_cost: this.unpriced,
      latency_before_ms: this.timed === 0 ? null : Math.round(this.latencyBeforeMs / this.timed),
      latency_after_ms: this.timed === 0 ? null : Math.round(this.latencyAfterMs / this.timed),
      expected_success_change: this.decisions === 0 || (this.compared === 0 && this.changed > 0) ? null : Math.round((1e6 * this.successChange) / this.decisions) / 1e6,
    };
  }
}

/** What an answer is taken to be long where nothing was seen. */
const usualTokens = 600;
const samplesKept = 20;

export const dimensions = ['day', 'task', 'model', 'tier', 'key'] as const;
export type Dimension = (typeof dimensions)[number];

export class WhatIf {
  private total = new Tally();
  private groups: Readonly<Record<Dimension, Map<string, Tally>>> = { day: new Map(), task: new Map(), model: new Map(), tier: new Map(), key: new Map() };
  private moves = new Map<string, number>();
  private samples: object[] = [];
  private quality = new DoublyRobust();

  /** @param state of a walk that was broken off, as `asCheckpoint` kept it. */
  static restored({ total, groups, moves, samples, quality }: WhatIf): WhatIf {
    const tallies = Object.fromEntries(dimensions.map((dimension) => [dimension, new Map([...groups[dimension]].map(([value, tally]) => [value, Tally.of(tally)]))]));
    return Object.assign(new WhatIf(), { total: Tally.of(total), groups: tallies, moves, samples, quality: DoublyRobust.of(quality) });
  }

  add(seen: Seen): void {
    this.total.add(seen);
    const { at, task, tier, keyId, before, after } = seen;
    for (const [dimension, name] of [['day', at.slice(0, 10)], ['task', task], ['model', before.model], ['tier', tier], ['key', keyId ?? 'none']] as const) {
      const groups = this.groups[dimension];
      let tally = groups.get(name);
      if (!tally) groups.set(name, (tally = new Tally()));
      tally.add(seen);
    }
    this.judge(seen);
    if (after?.model === before.model) return;
    const move = `${before.model}\n${after?.model ?? 'refused'}`;
    this.moves.set(move, (this.moves.get(move) ?? 0) + 1);
    if (this.samples.length < samplesKept) {
      this.samples.push({ request_id: seen.requestId, at, task, from: before.model, to: after?.model ?? null, because: after?.reason ?? seen.refusal, story: `/v1/audit/decisions/${seen.requestId}` });
    }
  }

  result(name: string, seen: SeenLengths) {
    const moves = [...this.moves].sort((a, b) => b[1] - a[1]).map(([move, decisions]) => ({ from: move.split('\n')[0]!, to: move.split('\n')[1]!, decisions }));
    const by = Object.fromEntries(dimensions.map((dimension): [Dimension, object[]] => [dimension, [...this.groups[dimension]].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, tally]) => ({ [dimension]: value, ...tally.figures(seen) }))]));
    return { name, ...this.total.figures(seen), quality: this.quality.estimate(), moves, by: by as Record<Dimension, object[]>, samples: this.samples };
  }

  /** Only decisions of an exploring policy that somebody judged can say anything about quality. */
  private judge({ before, after, reward, success, explorable }: Seen): void {
    if (reward === null || success === null || after === null || explorable === null || before.propensity >= 1) return;
    this.quality.add({ propensity: before.propensity, same: after.model === before.model, supported: explorable.includes(after.model), reward, expectedTaken: success.before, expectedOther: success.after });
  }
}

export type WhatIfResult = ReturnType<WhatIf['result']>;
