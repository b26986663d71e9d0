/**
 * How well a model has been answering, folded from real outcomes. Pure and exact: whole numbers, additions and
 * divisions only (no powers, no logarithms), so the same outcomes give the same health on every machine.
 *
 * The rule, after the circuit breaker of Nygard's "Release It!" with a quarantine that grows:
 *
 * - tripped     by 3 failures in a row, or by 5 failures that are at least half of the last ten minutes' outcomes.
 * - degraded    while tripped and the last failure is younger than the quarantine: 1 minute, doubled by every trip
 *               that follows within an hour of the last failure, at most 16 minutes.
 * - probation   afterwards: tripped but no longer degraded, so traffic returns; one failure trips again at once
 *               (and doubles the quarantine), 3 successes in a row end it. This is the hysteresis of failures.
 * - slow        when the recent latency passes twice the model's own baseline; ends below one and a half times.
 *               The penalty is (recent / baseline - 1) / 4, at most 1, and fades to 0 over ten quiet minutes.
 *
 * Counts cover the last hour in slots of five minutes: what is older is forgotten.
 */

/** One call of a model as its health sees it. Times are milliseconds. */
export type HealthOutcome =
  | { readonly kind: 'success'; readonly atMs: number; readonly latencyMs: number; readonly ttftMs: number | null }
  | { readonly kind: 'failure'; readonly atMs: number };

/** Outcomes of five minutes. */
export interface HealthSlot {
  /** Five-minute periods since 1970. */
  readonly slot: number;
  readonly successes: number;
  readonly failures: number;
  /** Sums, whole milliseconds. */
  readonly latencyMs: number;
  readonly ttftMs: number;
  readonly ttftCount: number;
  /** Successes by latency: one count per bound of `latencyBoundsMs`, and one for what is slower. */
  readonly histogram: readonly number[];
}

/** Plain JSON: it is stored whole in the read model and in snapshots of the routing view. */
export interface ModelHealth {
  /** Oldest first, at most 12. */
  readonly slots: readonly HealthSlot[];
  readonly consecutiveFailures: number;
  readonly consecutiveSuccesses: number;
  readonly lastFailureMs: number | null;
  readonly lastOutcomeMs: number;
  readonly tripped: boolean;
  /** Trips since the last hour without a failure. */
  readonly trips: number;
  readonly slow: boolean;
  /** Successes seen by the two averages; they are trusted from 20 on. */
  readonly measured: number;
  /** Moving averages in thousandths of a millisecond: over about 8 and 128 successes. */
  readonly recentUs: number;
  readonly baselineUs: number;
}

export const slotMs = 300_000;
const slotsKept = 12;
const judgedSlots = 2;
const failuresInARow = 3;
const failuresInJudged = 5;
const successesToRecover = 3;
const quarantineMs = 60_000;
const longestQuarantineMs = 16 * quarantineMs;
const memoryOfTripsMs = 3_600_000;
const measuredBeforeTrust = 20;
const penaltyFadesMs = 600_000;

/** Upper bounds of the latency histogram; each is about 1.5 times the one before. */
export const latencyBoundsMs = [
  25, 40, 60, 90, 135, 200, 300, 450, 675, 1_000, 1_500, 2_250, 3_375, 5_000, 7_500, 11_250, 16_875, 25_000, 37_500, 60_000, 120_000,
] as const;

export const unknownHealth: ModelHealth = {
  slots: [],
  consecutiveFailures: 0,
  consecutiveSuccesses: 0,
  lastFailureMs: null,
  lastOutcomeMs: 0,
  tripped: false,
  trips: 0,
  slow: false,
  measured: 0,
  recentUs: 0,
  baselineUs: 0,
};

/** The health after one more outcome. Outcomes come in the order of the log; their clocks may differ a little. */
export function observe(health: ModelHealth, outcome: HealthOutcome): ModelHealth {
  const slots = counting(health.slots, outcome);
  const lastOutcomeMs = Math.max(health.lastOutcomeMs, outcome.atMs);
  if (outcome.kind === 'failure') return afterFailure({ ...health, slots, lastOutcomeMs }, outcome.atMs);
  return afterSuccess(health, slots, { lastOutcomeMs, latencyMs: outcome.latencyMs });
}

/** What the router acts on, at one moment. `latencyPenalty` is 0 (as usual) to 1 (five times its own baseline or slower). */
export function healthAt(health: ModelHealth, atMs: number): { degraded: boolean; latencyPenalty: number } {
  const sinceFailure = health.lastFailureMs === null ? Infinity : atMs - health.lastFailureMs;
  return { degraded: health.tripped && sinceFailure < quarantineOf(health.trips), latencyPenalty: penaltyAt(health, atMs) };
}

/** The counts of the last hour, seen from one moment. Latencies are null where nothing was measured. */
export interface HealthWindow {
  readonly successes: number;
  readonly failures: number;
  readonly avgLatencyMs: number | null;
  readonly p50LatencyMs: number | null;
  readonly p95LatencyMs: number | null;
  readonly p99LatencyMs: number | null;
  readonly avgTtftMs: number | null;
}

export function windowAt(health: ModelHealth, atMs: number): HealthWindow {
  const slots = recent(health.slots, atMs, slotsKept);
  const total = (of: (slot: HealthSlot) => number) => slots.reduce((sum, slot) => sum + of(slot), 0);
  const successes = total((slot) => slot.successes);
  const ttftCount = total((slot) => slot.ttftCount);
  const histogram = [...latencyBoundsMs, null].map((_, bucket) => total((slot) => slot.histogram[bucket] ?? 0));
  return {
    successes,
    failures: total((slot) => slot.failures),
    avgLatencyMs: successes === 0 ? null : Math.round(total((slot) => slot.latencyMs) / successes),
    p50LatencyMs: percentile(histogram, successes, 50),
    p95LatencyMs: percentile(histogram, successes, 95),
    p99LatencyMs: percentile(histogram, successes, 99),
    avgTtftMs: ttftCount === 0 ? null : Math.round(total((slot) => slot.ttftMs) / ttftCount),
  };
}

/** The histogram bound under which `percent` of the latencies lie; the last bound stands for everything slower. */
export function percentile(histogram: readonly number[], count: number, percent: number): number | null {
  if (count === 0) return null;
  let seen = 0;
  for (const [bucket, n] of histogram.entries()) {
    seen += n;
    if (seen * 100 >= count * percent) return latencyBoundsMs[bucket] ?? latencyBoundsMs[latencyBoundsMs.length - 1]!;
  }
  return null;
}

export const bucketOf = (latencyMs: number): number => {
  const bucket = latencyBoundsMs.findIndex((bound) => latencyMs <= bound);
  return bucket === -1 ? latencyBoundsMs.length : bucket;
};

function afterFailure(health: ModelHealth, atMs: number): ModelHealth {
  const forgiven = health.lastFailureMs === null || atMs - health.lastFailureMs > memoryOfTripsMs;
  const before = forgiven ? { tripped: false, trips: 0 } : health;
  const quarantineOver = !healthAt(health, atMs).degraded;
  const failed = { ...health, ...before, consecutiveFailures: health.consecutiveFailures + 1, consecutiveSuccesses: 0, lastFailureMs: atMs };
  const trips = before.tripped ? quarantineOver : isFailing(failed, atMs);
  return trips ? { ...failed, tripped: true, trips: before.trips + 1 } : failed;
}

function isFailing(health: ModelHealth, atMs: number): boolean {
  if (health.consecutiveFailures >= failuresInARow) return true;
  const judged = recent(health.slots, atMs, judgedSlots);
  const failures = judged.reduce((sum, slot) => sum + slot.failures, 0);
  const successes = judged.reduce((sum, slot) => sum + slot.successes, 0);
  return failures >= failuresInJudged && failures >= successes;
}

/** Spelt out rather than spread: a routing view folds hundreds of thousands of successes a second. */
function afterSuccess(health: ModelHealth, slots: readonly HealthSlot[], success: { lastOutcomeMs: number; latencyMs: number }): ModelHealth {
  const consecutiveSuccesses = health.consecutiveSuccesses + 1;
  const latencyUs = Math.round(success.latencyMs * 1000);
  const measured = health.measured + 1;
  const recentUs = averaged(health.recentUs, latencyUs, Math.min(measured, 8));
  const baselineUs = averaged(health.baselineUs, latencyUs, Math.min(measured, 128));
  return {
    slots,
    consecutiveFailures: 0,
    consecutiveSuccesses,
    lastFailureMs: health.lastFailureMs,
    lastOutcomeMs: success.lastOutcomeMs,
    tripped: health.tripped && consecutiveSuccesses < successesToRecover,
    trips: health.trips,
    slow: measured >= measuredBeforeTrust && (health.slow ? recentUs * 2 >= baselineUs * 3 : recentUs > baselineUs * 2),
    measured,
    recentUs,
    baselineUs,
  };
}

const averaged = (average: number, value: number, over: number): number => average + Math.round((value - average) / over);

const quarantineOf = (trips: number): number => {
  let length = quarantineMs;
  for (let trip = 1; trip < trips && length < longestQuarantineMs; trip += 1) length *= 2;
  return length;
};

function penaltyAt(health: ModelHealth, atMs: number): number {
  const quietMs = Math.max(0, atMs - health.lastOutcomeMs);
  if (!health.slow || quietMs >= penaltyFadesMs) return 0;
  const full = Math.min(1, (health.recentUs / health.baselineUs - 1) / 4);
  return Math.round(full * (1 - quietMs / penaltyFadesMs) * 1000) / 1000;
}

const recent = (slots: readonly HealthSlot[], atMs: number, kept: number): readonly HealthSlot[] => {
  const oldest = Math.floor(atMs / slotMs) - kept + 1;
  return slots.filter((slot) => slot.slot >= oldest);
};

function counting(slots: readonly HealthSlot[], outcome: HealthOutcome): readonly HealthSlot[] {
  // An outcome a little older than the newest slot (another machine's clock) counts there: slots stay in order.
  const newest = slots.at(-1);
  const slot = Math.max(Math.floor(outcome.atMs / slotMs), newest?.slot ?? 0);
  const current = newest?.slot === slot ? newest : emptySlot(slot);
  const kept = current === newest ? slots.slice(0, -1) : slots.filter((earlier) => earlier.slot > slot - slotsKept);
  kept.push(outcome.kind === 'failure' ? { ...current, failures: current.failures + 1 } : withSuccess(current, outcome));
  return kept;
}

function withSuccess(slot: HealthSlot, { latencyMs, ttftMs }: { latencyMs: number; ttftMs: number | null }): HealthSlot {
  const histogram = slot.histogram.slice();
  histogram[bucketOf(latencyMs)]! += 1;
  return {
    slot: slot.slot,
    successes: slot.successes + 1,
    failures: slot.failures,
    latencyMs: slot.latencyMs + Math.round(latencyMs),
    ttftMs: slot.ttftMs + Math.round(ttftMs ?? 0),
    ttftCount: slot.ttftCount + (ttftMs === null ? 0 : 1),
    histogram,
  };
}

const emptySlot = (slot: number): HealthSlot => ({
  slot,
  successes: 0,
  failures: 0,
  latencyMs: 0,
  ttftMs: 0,
  ttftCount: 0,
  histogram: noAnswers,
});
/** Shared by all: a count is added to a copy. */
const noAnswers: readonly number[] = Array.from({ length: latencyBoundsMs.length + 1 }, () => 0);
