/**
 * A circuit breaker for one model at one host with one key: closed, open, half-open (M. Nygard, "Release It!").
 * Plain state and pure steps; the time comes with the call.
 */
export interface Circuit {
  /** Failures since the last success. */
  readonly failures: number;
  /** Milliseconds since 1970 until which no call is made; 0 when closed. */
  readonly restsUntil: number;
  /** How often it opened in a row: each time it rests longer. */
  readonly openings: number;
  /** A probe is under way since this time; 0 when none. */
  readonly probeSince: number;
}

export const closed: Circuit = { failures: 0, restsUntil: 0, openings: 0, probeSince: 0 };

const failuresToOpen = 4;
const firstRestMs = 2_000;
const longestRestMs = 20_000;
/** A probe that has not ended by now is taken for lost, and another may go. */
const probeLimitMs = 60_000;

export type Admission = 'closed' | 'probe' | 'open';

/** Whether a call may go now. After the rest exactly one goes, as a probe, until it has ended. */
export function admission(circuit: Circuit, nowMs: number): Admission {
  if (circuit.restsUntil === 0) return 'closed';
  if (nowMs < circuit.restsUntil) return 'open';
  return circuit.probeSince === 0 || nowMs - circuit.probeSince > probeLimitMs ? 'probe' : 'open';
}

export const probing = (circuit: Circuit, nowMs: number): Circuit => ({ ...circuit, probeSince: nowMs });

export const succeeded = (): Circuit => closed;

/** A probe that ended without saying anything of the provider's health: the next call probes again. */
export const released = (circuit: Circuit): Circuit => (circuit.probeSince === 0 ? circuit : { ...circuit, probeSince: 0 });

export function failed(circuit: Circuit, nowMs: number): Circuit {
  const failures = circuit.failures + 1;
  const reopens = circuit.probeSince !== 0;
  if (!reopens && failures < failuresToOpen) return { ...circuit, failures };
  if (!reopens && circuit.restsUntil > nowMs) return { ...circuit, failures };
  const rest = Math.min(longestRestMs, firstRestMs * 2 ** circuit.openings);
  return { failures, restsUntil: nowMs + rest, openings: circuit.openings + 1, probeSince: 0 };
}
