/** What this process knows of each endpoint's state: circuits by model, host and key, and rests that providers asked for. */
import { admission, closed, failed, probing, released, type Circuit } from '../domain/circuit.js';
import { failureRules, type Failure } from '../domain/failure.js';
import type { ErrorClass } from '../../routing/domain/events.js';
import type { ConfiguredHost } from '../upstream/keys.js';

/** Leave to make one call; given back with how the call ended. */
export interface Ticket {
  readonly place: string;
  readonly key: string;
  readonly keyPlace: string;
}

/** No call may go now: why, and until when (milliseconds since 1970). */
export interface Resting {
  readonly because: ErrorClass;
  readonly until: number;
}

interface Rest {
  readonly because: ErrorClass;
  readonly until: number;
}

/** When a limit is not said to end. */
const modelRestMs = 2_000;
/** A refused key does not heal by itself; it is tried again in case the operator mended it. */
const keyRestMs = 60_000;
const longestRestMs = 120_000;

export class EndpointStates {
  private readonly circuits = new Map<string, Circuit>();
  private readonly rests = new Map<string, Rest>();

  /** @param insist goes although a rest was asked for: the caller has waited for it */
  admit({ host, keys }: ConfiguredHost, modelId: string, insist: boolean): Ticket | Resting {
    const now = Date.now();
    let soonest: Resting | null = null;
    for (let index = 0; index < keys.length; index++) {
      const keyPlace = `${host.slug} #${index}`;
      const place = `${keyPlace} ${modelId}`;
      const resting = this.resting(place, keyPlace, now, insist);
      if (resting === null) return { place, keyPlace, key: keys[index]! };
      if (soonest === null || resting.until < soonest.until) soonest = resting;
    }
    return soonest ?? { because: 'not_configured', until: Infinity };
  }

  /** Whether another key of the host could be used for the model right now. */
  hasFree(host: ConfiguredHost, modelId: string): boolean {
    const now = Date.now();
    return host.keys.some((_, index) => {
      const keyPlace = `${host.host.slug} #${index}`;
      const place = `${keyPlace} ${modelId}`;
      return this.restOf(place, now) === null && this.restOf(keyPlace, now) === null && admission(this.circuit(place), now) === 'closed';
    });
  }

  succeeded(ticket: Ticket): void {
    this.circuits.delete(ticket.place);
    this.rests.delete(ticket.place);
  }

  failed(ticket: Ticket, failure: Failure): void {
    const now = Date.now();
    const rule = failureRules[failure.class];
    if (rule.trips) this.circuits.set(ticket.place, failed(this.circuit(ticket.place), now));
    else this.release(ticket);
    if (rule.rests === null) return;
    const ms = rule.rests === 'key' ? keyRestMs : Math.min(longestRestMs, failure.retryAfterMs ?? modelRestMs);
    this.rests.set(rule.rests === 'key' ? ticket.keyPlace : ticket.place, { because: failure.class, until: now + ms });
  }

  /** The call ended without telling anything of the provider's health. */
  release(ticket: Ticket): void {
    const circuit = this.circuits.get(ticket.place);
    if (circuit) this.circuits.set(ticket.place, released(circuit));
  }

  private resting(place: string, keyPlace: string, now: number, insist: boolean): Resting | null {
    const rest = this.restOf(keyPlace, now) ?? (insist ? null : this.restOf(place, now));
    if (rest) return rest;
    const circuit = this.circuits.get(place);
    if (!circuit) return null;
    switch (admission(circuit, now)) {
      case 'closed':
        return null;
      case 'probe':
        this.circuits.set(place, probing(circuit, now));
        return null;
      case 'open':
        return { because: 'circuit_open', until: circuit.restsUntil };
    }
  }

  private restOf(place: string, now: number): Rest | null {
    const rest = this.rests.get(place);
    if (!rest) return null;
    if (rest.until > now) return rest;
    this.rests.delete(place);
    return null;
  }

  private circuit(place: string): Circuit {
    return this.circuits.get(place) ?? closed;
  }
}
