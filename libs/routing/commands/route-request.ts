/**
 * The one way a model is called: decide, hold the money, make the decision durable, call, and end in exactly one
 * terminal event. Every endpoint that spends goes through here; `serve` is what differs between them.
 */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RateLimits, type Caller, type RateLease } from '../../identity/exports.js';
import type { Failed, Outcome } from '../../inference/domain/outcome.js';
import { LOGGER, type Logger } from '../../platform/logger.js';
import type { Decision } from '../domain/decision.js';
import type { Deferred } from '../domain/job.js';
import type { Timing } from '../domain/events.js';
import type { RoutingRequest, RoutingText } from '../domain/request.js';
import { Router, type RoutedDecision } from '../router.js';
import { Sessions } from '../sessions.js';
import { Funds } from './funds.js';
import { RequestRecord, type Beginning } from './request-record.js';

/** What the decision is made from, and what is kept of it. */
export interface Wish {
  readonly request: RoutingRequest;
  readonly text: RoutingText;
  /** The body as it came, kept encrypted beside the texts. */
  readonly body: string | null;
  /** The end user the client names (`user`): the text is then sealed under that subject's own key. */
  readonly subject: string | null;
  /** `performance.now()` when the request was received. */
  readonly receivedAt: number;
}

/** The request is in the log: from here on it is served, and ends once. */
export interface Admitted {
  readonly request: RoutingRequest;
  readonly decision: Decision;
  /** Commit position of append 1. */
  readonly position: bigint;
  /** `x-ratelimit-*` of the answer. */
  readonly limitHeaders: Readonly<Record<string, string>>;
  /** The most output tokens the wallet can pay for; null when it does not bound them. */
  readonly affordableOutputTokens: number | null;
}

export interface Routed<Served extends Outcome | Deferred = Outcome> extends Admitted {
  readonly outcome: Served;
  readonly timing: Timing;
}

export class RouteRequest<Served extends Outcome | Deferred = Outcome> extends Command<Routed<Served>> {
  constructor(
    readonly caller: Caller,
    readonly wish: Wish,
    /** Calls the models of the decision's chain, or says that a job is to. */
    readonly serve: (admitted: Admitted) => Promise<Served>,
  ) {
    super();
  }
}

@CommandHandler(RouteRequest)
export class RouteRequestHandler implements ICommandHandler<RouteRequest<Outcome | Deferred>> {
  constructor(
    private readonly router: Router,
    private readonly limits: RateLimits,
    private readonly funds: Funds,
    private readonly record: RequestRecord,
    private readonly sessions: Sessions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute(command: RouteRequest<Outcome | Deferred>): Promise<Routed<Outcome | Deferred>> {
    const { caller } = command;
    const wish = { ...command.wish, request: this.router.received(command.wish.request) };
    // 1. Decide: pure, from memory.
    const routed = this.router.decide(wish.request, wish.text);
    // 2. Take its share of the limits, and hold the most it may cost.
    const lease = await this.limits.admit(caller, tokensOf(wish.request));
    try {
      return await this.holdAndRun({ caller, wish, serve: command.serve }, routed, lease);
    } finally {
      lease.release(null);
    }
  }

  private async holdAndRun({ caller, wish, serve }: Pick<RouteRequest<Outcome | Deferred>, 'caller' | 'wish' | 'serve'>, routed: RoutedDecision, lease: RateLease): Promise<Routed<Outcome | Deferred>> {
    const { request, text, body } = wish;
    const held = await this.funds.hold(caller, request, routed.decision).catch((refusal: unknown) => {
      lease.withdraw();
      throw refusal;
    });
    try {
      // 3. Append 1: the decision is durable before any provider is called.
      const key = await this.record.dataKey(caller, wish.subject);
      const beginning: Beginning = { caller, request, text, body, decision: routed.decision, hold: held.hold, key };
      const { position } = await this.record.begin(beginning);
      const admitted = { request, decision: routed.decision, position, limitHeaders: lease.headers, affordableOutputTokens: held.affordableOutputTokens };
      this.countInSession(request, routed.decision);
      // 4. Call, or leave that to a job: the job then ends the request, and what is held for it is kept until then.
      const outcome = await this.served(serve(admitted), beginning, wish, routed).catch((error: unknown) => this.endBroken(beginning, wish, { routed, error }));
      if (outcome.kind === 'deferred') return { outcome, timing: timingOf(wish.receivedAt, routed, notCalled), ...admitted };
      // 5. Append 2: exactly one terminal event, before the answer is acknowledged.
      const timing = timingOf(wish.receivedAt, routed, outcome);
      await this.record.end(beginning, { outcome, timing }, now());
      lease.release(outcome.usage ? outcome.usage.inputTokens + outcome.usage.outputTokens : null);
      this.funds.settle(request.requestId, outcome.cost);
      return { outcome, timing, ...admitted };
    } finally {
      this.funds.release(request.requestId);
    }
  }

  private async served(serving: Promise<Outcome | Deferred>, beginning: Beginning, { subject }: Wish, routed: RoutedDecision): Promise<Outcome | Deferred> {
    const outcome = await serving;
    if (outcome.kind === 'deferred') {
      const { classificationMs, routingMs } = timingOf(performance.now(), routed, notCalled);
      this.funds.keep(beginning.request.requestId);
      await this.record.defer(beginning, { work: outcome.work, subject, timing: { classificationMs, routingMs } }, now());
    }
    return outcome;
  }

  private countInSession({ orgId, session, requestId }: RoutingRequest, { classification, model }: Decision): void {
    if (session) this.sessions.count(orgId, session.sessionId, { requestId, task: classification.task, model });
  }

  /** A fault of ours while serving: the request still ends in the log, then the fault goes on to the edge as a 500. */
  private async endBroken(beginning: Beginning, { receivedAt, request }: Wish, { routed, error }: { routed: RoutedDecision; error: unknown }): Promise<never> {
    this.logger.error({ err: error, requestId: request.requestId }, 'serving a request failed');
    const outcome = brokenOutcome(beginning.decision, performance.now() - receivedAt);
    await this.record.end(beginning, { outcome, timing: timingOf(receivedAt, routed, outcome) }, now());
    throw error;
  }
}

/** The clock of the edge: the time of an ending, never of a decision. */
const now = (): string => new Date().toISOString();

const usualOutputTokens = 400;
const tokensOf = ({ profile }: RoutingRequest): number => profile.inputTokens + (profile.maxOutputTokens ?? usualOutputTokens);

const notCalled = { inferenceMs: 0, ttftMs: null } as const;

function timingOf(receivedAt: number, routed: RoutedDecision, outcome: Pick<Outcome, 'inferenceMs' | 'ttftMs'>): Timing {
  return {
    classificationMs: hundredths(routed.classificationMs),
    routingMs: hundredths(routed.routingMs),
    inferenceMs: hundredths(outcome.inferenceMs),
    totalMs: hundredths(performance.now() - receivedAt),
    ttftMs: outcome.ttftMs === null ? null : hundredths(outcome.ttftMs),
  };
}

const hundredths = (ms: number): number => Math.round(ms * 100) / 100;

const brokenOutcome = ({ model, provider }: Decision, inferenceMs: number): Failed => ({
  kind: 'failed',
  failedAttempts: [],
  attempts: 0,
  model,
  provider,
  host: provider,
  usage: null,
  rawUsage: null,
  cost: null,
  costStatus: 'unpriced',
  ttftMs: null,
  inferenceMs,
  cache: 'off',
  continued: false,
  output: () => null,
  error: { class: 'server_error', status: 500, type: 'internal_error', code: 'internal_error', message: 'Something went wrong on our side.', headers: {} },
  tail: null,
});
