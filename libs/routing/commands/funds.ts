/**
 * The money side of a request: the most it may cost is held before it is recorded, and settled when it has ended.
 * A wallet that cannot pay for the longest answer may still pay for a usual one: the answer is then bounded to that.
 */
import { Injectable } from '@nestjs/common';
import type { CatalogModel } from '../../catalog/domain/model.js';
import type { UnitPricing } from '../../catalog/domain/pricing.js';
import type { Caller } from '../../identity/exports.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { LiveFold } from '../../event-sourcing/live-folds.js';
import { costOf } from '../../inference/domain/cost.js';
import { dearestPrice } from '../../inference/domain/media-price.js';
import { fromPico, max, pico, times, toPico, zero, type Money } from '../../money/money.js';
import type { FundsHold } from '../../wallet/domain/holding.js';
import { Holds, insufficientFunds } from '../../wallet/exports.js';
import type { Decision } from '../domain/decision.js';
import type { InputProfile, RoutingRequest } from '../domain/request.js';
import { Router } from '../router.js';
import type { Terminal } from '../domain/events.js';
import { terminalTypes } from '../domain/terminal.js';

export interface Held {
  /** Null when nothing had to be held. */
  readonly hold: FundsHold | null;
  /** What the hold pays for; null when it pays for the longest answer. */
  readonly affordableOutputTokens: number | null;
}

/** Tokenizers differ: what is held for the input covers half as much again as was estimated, and a little more. */
const inputMargin = 1.5;
const inputAllowance = 64;
/** The longest answer of a model that does not say. */
const unknownMaxOutput = 8_192;
/** A clip of unsaid length is estimated at five seconds, and its maker may take up to twice as many. */
const unsaidLength = 2;
/** An answer bounded to less than this would mostly be cut. */
const usualOutputTokens = 512;

@Injectable()
export class Funds implements LiveFold {
  readonly name = 'funds-of-jobs';
  readonly version = '1';
  readonly types = terminalTypes;
  private readonly kept = new Set<string>();

  constructor(
    private readonly holds: Holds,
    private readonly router: Router,
  ) {}

  /** @throws ApiError 402 when the wallet or a budget cannot pay. */
  async hold(caller: Caller, request: RoutingRequest, decision: Decision): Promise<Held> {
    const models = decision.fallbackChain.flatMap((id) => this.router.model(id) ?? []);
    const most = (outputTokens: number) => models.map((model) => mostCost(model, request, decision, outputTokens)).reduce(max, zero);
    const longest = request.profile.maxOutputTokens ?? Math.max(...models.map(({ max_output }) => max_output ?? unknownMaxOutput));
    const ask = { orgId: caller.orgId, keyId: caller.keyId, mode: caller.mode, requestId: request.requestId, at: request.at };
    const result = await this.holds.hold({ upTo: most(longest), ...ask });
    if (result.kind === 'not_needed') return { hold: null, affordableOutputTokens: null };
    if (result.kind === 'held') return { hold: { leaseId: result.leaseId, amount: toPico(result.amount) }, affordableOutputTokens: null };
    const usual = Math.min(longest, usualOutputTokens);
    const again = usual < longest ? await this.holds.hold({ upTo: most(usual), ...ask }) : result;
    if (again.kind === 'insufficient' || again.kind === 'over_budget') throw insufficientFunds(again);
    if (again.kind === 'not_needed') return { hold: null, affordableOutputTokens: null };
    return { hold: { leaseId: again.leaseId, amount: toPico(again.amount) }, affordableOutputTokens: usual };
  }

  /** The request is left to a job: what is held for it stays held until the log says how it has ended. */
  keep(requestId: string): void {
    this.kept.add(requestId);
  }

  settle(requestId: string, cost: Money | null): void {
    this.holds.settle(requestId, cost);
  }

  /** Nothing was spent; does nothing once it is settled, and while it is kept. */
  release(requestId: string): void {
    if (!this.kept.has(requestId)) this.holds.release(requestId);
  }

  /** Nothing is kept of it: what a process held before it died is kept by the expiry of its lease. */
  snapshot(): null {
    return null;
  }

  restore(): void {}

  /** The end of a request that was left to a job, whoever wrote it. */
  apply(event: Recorded): void {
    const requestId = event.stream.slice('route-'.length);
    if (!this.kept.delete(requestId)) return;
    const { cost } = event.data as Pick<Terminal, 'cost'>;
    this.holds.settleJob(requestId, cost === null ? null : fromPico(cost));
  }
}

/** For work priced by tokens: the estimate with its margin and the longest output. For media: the estimate, at the dearest grade. */
function mostCost(model: CatalogModel, { profile, at }: RoutingRequest, decision: Decision, outputTokens: number): Money {
  const { pricing } = model;
  if (pricing !== null && pricing.unit !== 'token') return times(atDearest(pricing, estimateOf(model, decision)), profile.seconds === null && pricing.unit === 'second' ? unsaidLength : 1);
  return max(estimateOf(model, decision), costOf({ pricing, usage: mostUsage(profile, outputTokens), at }) ?? zero);
}

/** What a request asks for is measured by the price by default: quality, size and sound can cost more. */
function atDearest(pricing: UnitPricing, estimate: Money): Money {
  const usual = fromPico(pricing.price);
  return usual === zero ? estimate : pico((estimate * dearestPrice(pricing) + usual - 1n) / usual);
}

function estimateOf({ id }: CatalogModel, { candidates, model, estimatedCost }: Decision): Money {
  const estimate = id === model ? estimatedCost : (candidates.find((candidate) => candidate.model === id)?.estimatedCost ?? null);
  return estimate === null ? zero : fromPico(estimate);
}

const mostUsage = ({ inputTokens, images }: InputProfile, outputTokens: number) => ({
  inputTokens: Math.ceil(inputTokens * inputMargin) + inputAllowance,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: outputTokens * (images ?? 1),
  reasoningTokens: 0,
  inputAudioTokens: 0,
  outputAudioTokens: 0,
  units: null,
});
