/**
 * The one way a model is called: decide, hold the money, make the decision durable, call, and end in exactly one
 * terminal event. Every endpoint that spends goes through here; `serve` is what differs between them.
 */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { createHash } from 'node:crypto';
import type { Appended, CommandContext } from '../../event-sourcing/domain/event.js';
import type { Sealed } from '../../event-sourcing/domain/sealed.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import type { Caller } from '../../identity/exports.js';
import type { Failed, Outcome } from '../../inference/domain/outcome.js';
import { toPico } from '../../money/money.js';
import { Config } from '../../platform/config.js';
import { LOGGER, type Logger } from '../../platform/logger.js';
import { Vault, type DataKey } from '../../platform/vault.js';
import type { Decision } from '../domain/decision.js';
import type { RouteEvent, Terminal, Timing } from '../domain/events.js';
import type { RoutingRequest, RoutingText } from '../domain/request.js';
import { routeStream, type TerminalEvent } from '../domain/terminal.js';
import { Router, type RoutedDecision } from '../router.js';
import { Sessions } from '../sessions.js';
import { TerminalEvents } from './terminal-events.js';
import { thisProcess } from './served-by.js';

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
}

export interface Routed extends Admitted {
  readonly outcome: Outcome;
  readonly timing: Timing;
}

export class RouteRequest extends Command<Routed> {
  constructor(
    readonly caller: Caller,
    readonly wish: Wish,
    /** Calls the models of the decision's chain. */
    readonly serve: (admitted: Admitted) => Promise<Outcome>,
  ) {
    super();
  }
}

/** A body larger than this is not kept in the log, which takes 1 MiB an append; its texts are. */
const largestKeptBody = 400_000;

@CommandHandler(RouteRequest)
export class RouteRequestHandler implements ICommandHandler<RouteRequest> {
  constructor(
    private readonly router: Router,
    private readonly log: EventLog,
    private readonly vault: Vault,
    private readonly sessions: Sessions,
    private readonly terminals: TerminalEvents,
    private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute({ caller, wish, serve }: RouteRequest): Promise<Routed> {
    const { request } = wish;
    // 1. Decide: pure, from memory.
    const routed = this.router.decide(request, wish.text);
    // 2. Append 1: the decision is durable before any provider is called.
    const key = await this.dataKey(caller, wish.subject);
    const admitted = { request, decision: routed.decision, position: (await this.admit(caller, wish, routed, key)).position };
    this.countInSession(request, routed.decision);
    // 3. Call.
    const outcome = await serve(admitted).catch((error: unknown) => this.endBroken(caller, admitted, { error, wish, routed }));
    // 4. Append 2: exactly one terminal event, before the answer is acknowledged.
    const timing = timingOf(wish.receivedAt, routed, outcome);
    const terminal = terminalEvent({ caller, admitted, outcome, timing }, (text) => this.sealed(key, text));
    await this.terminals.append(request.requestId, [...failedAttempts(outcome), terminal], this.context(caller, request, 'end'));
    return { ...admitted, outcome, timing };
  }

  /** A fault of ours while serving: the request still ends in the log, then the fault goes on to the edge as a 500. */
  private async endBroken(caller: Caller, admitted: Admitted, { error, wish, routed }: Broken): Promise<never> {
    const { request, decision } = admitted;
    const outcome = brokenOutcome(decision, performance.now() - wish.receivedAt);
    const timing = timingOf(wish.receivedAt, routed, outcome);
    await this.terminals.append(request.requestId, [terminalEvent({ caller, admitted, outcome, timing }, () => null)], this.context(caller, request, 'end'));
    this.logger.error({ err: error, requestId: request.requestId }, 'serving a request failed');
    throw error;
  }

  private admit(caller: Caller, wish: Wish, { decision }: RoutedDecision, key: DataKey | null): Promise<Appended> {
    const { request, text, body } = wish;
    const requested: RouteEvent = {
      type: 'RouteRequested',
      data: {
        request,
        keyId: caller.keyId,
        mode: caller.mode,
        servedBy: thisProcess,
        promptHash: this.config.retention === 'none' ? null : promptHash(request.requestId, text.prompt),
        content: this.sealed(key, JSON.stringify({ text, body: body !== null && body.length <= largestKeptBody ? body : null })),
        retention: this.config.retention,
      },
    };
    return this.log.append(routeStream(request.requestId), 'no_stream', [requested, { type: 'ModelSelected', data: decision }], this.context(caller, request, 'begin'));
  }

  /** Null when no text is kept. */
  private async dataKey({ orgId }: Caller, subject: string | null): Promise<DataKey | null> {
    if (this.config.retention !== 'full') return null;
    const owner = { orgId, subject };
    return this.vault.cachedKeyFor(owner) ?? this.vault.keyFor(owner);
  }

  private sealed(key: DataKey | null, text: string | null): Sealed | null {
    return key && text !== null ? this.vault.seal(key, text) : null;
  }

  private countInSession({ orgId, session, requestId }: RoutingRequest, { classification, model }: Decision): void {
    if (session) this.sessions.count(orgId, session.sessionId, { requestId, task: classification.task, model });
  }

  private context(caller: Caller, request: RoutingRequest, step: 'begin' | 'end'): CommandContext {
    const at = step === 'begin' ? request.at : new Date().toISOString();
    return { orgId: caller.orgId, actor: caller.actor, commandId: `${step}:${request.requestId}`, correlationId: request.requestId, at };
  }
}

/** Salted by the request id and length-prefixed, so that equal prompts cannot be linked and no two texts collide. */
export const promptHash = (requestId: string, prompt: string): string =>
  createHash('sha256').update(`${requestId.length}:${requestId}${Buffer.byteLength(prompt)}:`).update(prompt).digest('hex');

const failedAttempts = (outcome: Outcome): RouteEvent[] => outcome.failedAttempts.map((data) => ({ type: 'InferenceAttemptFailed', data }));

function timingOf(receivedAt: number, routed: RoutedDecision, outcome: Outcome): Timing {
  return {
    classificationMs: hundredths(routed.classificationMs),
    routingMs: hundredths(routed.routingMs),
    inferenceMs: hundredths(outcome.inferenceMs),
    totalMs: hundredths(performance.now() - receivedAt),
    ttftMs: outcome.ttftMs === null ? null : hundredths(outcome.ttftMs),
  };
}

const hundredths = (ms: number): number => Math.round(ms * 100) / 100;

interface Broken {
  readonly error: unknown;
  readonly wish: Wish;
  readonly routed: RoutedDecision;
}

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

interface Ended {
  readonly caller: Caller;
  readonly admitted: Admitted;
  readonly outcome: Outcome;
  readonly timing: Timing;
}

function terminalEvent({ caller, admitted, outcome, timing }: Ended, seal: (text: string | null) => Sealed | null): TerminalEvent {
  const { request, decision } = admitted;
  const common: Terminal = {
    keyId: caller.keyId,
    mode: caller.mode,
    task: decision.classification.task,
    contentMode: decision.classification.content_mode,
    sessionId: request.session?.sessionId ?? null,
    model: outcome.model,
    provider: outcome.provider,
    attempts: outcome.attempts,
    timing,
    usage: outcome.usage,
    rawUsage: outcome.rawUsage ?? null,
    cost: outcome.cost === null ? null : toPico(outcome.cost),
    costStatus: outcome.costStatus,
  };
  switch (outcome.kind) {
    case 'completed': {
      const text = outcome.output();
      return {
        type: 'InferenceCompleted',
        data: {
          ...common,
          finishReason: outcome.finishReason,
          outputHash: text === null ? null : promptHash(request.requestId, text),
          output: seal(text !== null && text.length <= largestKeptBody ? text : null),
          cache: outcome.cache,
          continued: outcome.continued,
        },
      };
    }
    case 'failed':
      return { type: 'InferenceFailed', data: { ...common, errorClass: outcome.error.class, errorCode: outcome.error.code, message: outcome.error.message } };
    case 'cancelled':
      return { type: 'InferenceCancelled', data: { ...common, by: outcome.by } };
  }
}
