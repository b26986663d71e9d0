/**
 * Honest estimates from a log: how well another policy would have done, and how long answers would have been that were
 * never asked for. Each says how sure it is, and refuses where the log cannot tell.
 *
 * Doubly robust estimation: Dudík, Langford and Li, "Doubly Robust Policy Evaluation and Learning" (2011).
 * Effective sample size: Kish (1965), (Σw)² / Σw².
 */

/** One logged choice with what came of it, and what the other policy would have chosen. */
export interface LoggedChoice {
  /** Probability with which the logging policy took what it took. */
  readonly propensity: number;
  /** Whether the other policy takes the same. */
  readonly same: boolean;
  /** Whether the logging policy could have taken what the other takes. */
  readonly supported: boolean;
  /** What came of it, 0 to 1. */
  readonly reward: number;
  /** Expected beforehand of what was taken, and of what the other takes, 0 to 1. */
  readonly expectedTaken: number;
  readonly expectedOther: number;
}

export type QualityEstimate =
  | { readonly method: 'doubly_robust'; readonly value: number; readonly low: number; readonly high: number; readonly effectiveSamples: number; readonly samples: number }
  | { readonly method: 'prior'; readonly why: string; readonly effectiveSamples: number; readonly samples: number };

/** Below these an estimate would be noise, or the prior in disguise. */
export const leastEffectiveSamples = 100;
export const leastSupport = 0.9;
/** Two-sided 95 %. */
const z95 = 1.96;

/** Sums of a doubly robust estimate; choices are added one by one and not kept. */
export class DoublyRobust {
  private n = 0;
  private supported = 0;
  private mean = 0;
  private squares = 0;
  private weights = 0;
  private weightsSquared = 0;

  add({ propensity, same, supported, reward, expectedTaken, expectedOther }: LoggedChoice): void {
    const weight = same ? 1 / propensity : 0;
    const value = expectedOther + weight * (reward - expectedTaken);
    this.n += 1;
    if (supported) this.supported += 1;
    const before = value - this.mean;
    this.mean += before / this.n;
    this.squares += before * (value - this.mean);
    this.weights += weight;
    this.weightsSquared += weight * weight;
  }

  static of(state: DoublyRobust): DoublyRobust {
    return Object.assign(new DoublyRobust(), state);
  }

  estimate(): QualityEstimate {
    const effectiveSamples = this.weightsSquared === 0 ? 0 : Math.round((this.weights * this.weights) / this.weightsSquared);
    const counted = { effectiveSamples, samples: this.n };
    if (this.n === 0) return { method: 'prior', why: 'no decision of an exploring policy has feedback', ...counted };
    if (this.supported / this.n < leastSupport) return { method: 'prior', why: `the policy that was live could have chosen the same in only ${Math.round((100 * this.supported) / this.n)} % of the cases`, ...counted };
    if (effectiveSamples < leastEffectiveSamples) return { method: 'prior', why: `the effective sample of ${effectiveSamples} is below the floor of ${leastEffectiveSamples}`, ...counted };
    const margin = z95 * Math.sqrt(this.squares / (this.n - 1) / this.n);
    return { method: 'doubly_robust', value: this.mean, low: this.mean - margin, high: this.mean + margin, ...counted };
  }
}

/** Mean and spread of a quantity, gathered one by one (Welford, 1962). */
export class Spread {
  count = 0;
  mean = 0;
  private squares = 0;

  add(value: number): void {
    this.count += 1;
    const before = value - this.mean;
    this.mean += before / this.count;
    this.squares += before * (value - this.mean);
  }

  static of(state: Spread): Spread {
    return Object.assign(new Spread(), state);
  }

  get variance(): number {
    return this.count < 2 ? 0 : this.squares / (this.count - 1);
  }
}

/** A sum of unknown lengths, each times its own rate. */
export interface RatedLengths {
  rates: number;
  ratesSquared: number;
}

export interface Estimated {
  readonly value: number;
  /** 95 %. */
  readonly low: number;
  readonly high: number;
  readonly method: 'observed' | 'prior';
}

/** Answers of a model to a task that make its own lengths count. */
export const leastAnswers = 30;
/** Where a model has too few answers: its length is taken as usual, and may well be a third or the triple of it. */
const priorFactor = 3;

/** What `lengths` come to: each length is one more answer like those seen, or like the usual one. */
export function estimateLengths({ rates, ratesSquared }: RatedLengths, seen: Spread | undefined, usual: number): Estimated {
  if (!seen || seen.count < leastAnswers) return { value: usual * rates, low: (usual * rates) / priorFactor, high: usual * rates * priorFactor, method: 'prior' };
  const margin = z95 * Math.sqrt(seen.variance * (ratesSquared + (rates * rates) / seen.count));
  return { value: seen.mean * rates, low: Math.max(0, seen.mean * rates - margin), high: seen.mean * rates + margin, method: 'observed' };
}
