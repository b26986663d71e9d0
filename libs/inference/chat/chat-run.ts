/** One chat request along its chain: call, retry, fall back, continue what was cut, and say how it ended. */
import { failureRules, type Failure } from '../domain/failure.js';
import { acceptsPrefill, formatOf, quirksOf } from '../domain/hosts.js';
import type { ChainModel, ModelEndpoint } from '../domain/chain.js';
import { nextStep } from '../domain/next-step.js';
import type { AnswerFacts, ChatCall, ClientSink, Ending, Outcome } from '../domain/outcome.js';
import type { InferenceAttemptFailed } from '../../routing/domain/events.js';
import { Unsayable, type ChatFormat } from '../formats/format.js';
import { formats } from '../formats/formats.js';
import type { ConfiguredHost } from '../upstream/keys.js';
import type { Upstream } from '../upstream/upstream.js';
import { type AttemptContext, type AttemptResult } from './attempt.js';
import { Bill } from './bill.js';
import { clientError, errorEvent } from './client-error.js';
import { ClientOutput } from './client-output.js';
import { EndpointStates, type Resting, type Ticket } from './endpoint-states.js';
import { textsOf } from './estimate.js';
import { JsonAttempt } from './json-attempt.js';
import type { GatewayLimits } from './limits.js';
import { completionOf, continuableText, outputOf, plainTextOf } from './message.js';
import { Retries } from './retries.js';
import { Seam, type SeamMode } from './seam.js';
import { StreamAttempt } from './stream-attempt.js';
import type { Watch } from './watch.js';

/** What one gateway shares among its calls. */
export interface GatewayParts {
  readonly targets: Targets;
  readonly states: EndpointStates;
  readonly retries: Retries;
  readonly watch: Watch;
  readonly limits: GatewayLimits;
}

/** Where a model of the chain is called. */
export interface Target {
  readonly configured: ConfiguredHost;
  readonly endpoint: ModelEndpoint;
  readonly upstream: Upstream;
  /** Trouble there is asked for by the caller, and must not touch other requests. */
  readonly isolated: boolean;
}

export interface Targets {
  /** Null when no endpoint of the model has a key. */
  of(model: ChainModel, mode: ChatCall['mode']): Target | null;
}

type Attempt = StreamAttempt | JsonAttempt;

/** Waited on top of what a provider asked for: clocks differ. */
const politenessMs = 10;

export class ChatRun {
  private readonly startedAt = performance.now();
  private readonly deadlineAt: number;
  private readonly failedAttempts: InferenceAttemptFailed[] = [];
  private readonly bill: Bill;
  private readonly output: ClientOutput | null;
  /** Calls made upstream. */
  private calls = 0;
  private at = 0;
  private callsToModel = 0;
  private insist = false;
  private target: Target | null = null;
  /** For isolated targets. */
  private readonly own = { states: new EndpointStates(), retries: new Retries() };
  private attempt: Attempt | null = null;
  /** Runs of events of the attempts that wrote to the client, before the present one. */
  private readonly written: Buffer[] = [];
  /** What the client has of an answer that was cut. */
  private sent: string | null = null;
  private seamMode: SeamMode = 'prefilled';
  private continued = false;
  /** The failure that is reported when nothing helps. */
  private reported: Failure | null = null;
  private endedBy: 'client' | 'operator' | null = null;

  constructor(
    private readonly parts: GatewayParts,
    private readonly call: ChatCall,
    private readonly sink: ClientSink | null,
  ) {
    this.deadlineAt = this.startedAt + parts.limits.totalMs;
    this.output = sink && new ClientOutput(sink, parts.limits.heartbeatMs);
    this.bill = new Bill(call);
  }

  async run(): Promise<Outcome> {
    const hangUp = () => this.cancel('client');
    if (this.call.signal.aborted) hangUp();
    else this.call.signal.addEventListener('abort', hangUp, { once: true });
    try {
      return await this.alongTheChain();
    } finally {
      this.call.signal.removeEventListener('abort', hangUp);
    }
  }

  /** Aborts what is under way; the run ends as cancelled. */
  cancel(by: 'client' | 'operator'): void {
    this.endedBy ??= by;
    this.attempt?.cancel();
    this.wake?.();
  }

  private async alongTheChain(): Promise<Outcome> {
    for (;;) {
      if (this.endedBy) return this.cancelled();
      const startedAt = performance.now();
      const result = await this.tryOnce();
      if (result.kind === 'answered') return this.completed();
      if (result.kind === 'cancelled' || this.endedBy) return this.cancelled();
      this.record(result.failure, performance.now() - startedAt);
      if (!(await this.another(result.failure))) return this.failed();
    }
  }

  /** One call to the present model, if one may go. */
  private async tryOnce(): Promise<AttemptResult> {
    const model = this.model;
    this.attempt = null;
    this.target = this.parts.targets.of(model, this.call.mode);
    if (!this.target) return failedAs('not_configured', 'no provider of this model has a key');
    const { configured, endpoint } = this.target;
    const leave = this.shared.states.admit(configured, endpoint.modelId, this.insist);
    if ('because' in leave) return resting(leave);
    const format = formats[formatOf(configured.host, endpoint.modelId)];
    const result = await this.callOnce(format, leave);
    this.learn(leave, result);
    return result;
  }

  private async callOnce(format: ChatFormat, ticket: Ticket): Promise<AttemptResult> {
    const context = this.sayable(format, ticket);
    if ('kind' in context) return context;
    this.calls++;
    this.callsToModel++;
    this.shared.retries.called();
    const seam = this.sent === null ? null : new Seam(this.sent, this.seamMode);
    const attempt = this.output ? new StreamAttempt(context, this.output, this.call.includeUsage, seam) : new JsonAttempt(context);
    this.attempt = attempt;
    const result = await attempt.start();
    this.bill.add(attempt, this.target!.endpoint, format);
    return result;
  }

  private sayable(format: ChatFormat, ticket: Ticket): AttemptContext | AttemptResult {
    try {
      return this.context(format, ticket);
    } catch (error) {
      if (error instanceof Unsayable) return failedAs('bad_request', error.message);
      throw error;
    }
  }

  private context(format: ChatFormat, { key }: Ticket): AttemptContext {
    const { configured, endpoint, upstream } = this.target!;
    const { path, body } = format.request({
      model: endpoint.modelId,
      body: this.bodyToSend(),
      stream: this.sink !== null,
      prefill: this.sent !== null && this.seamMode === 'prefilled' ? this.sent.trimEnd() : null,
      quirks: quirksOf(configured.host),
      maxOutput: this.model.maxOutput,
    });
    return {
      upstream,
      format,
      request: { host: configured.host, path, key, body, attempt: this.calls + 1 },
      watch: this.parts.watch,
      limits: { firstTokenMs: this.firstTokenMs(), idleMs: this.parts.limits.idleMs, deadlineAt: this.deadlineAt },
      facts: (phase) => this.facts(phase),
      metadata: (facts) => this.call.metadata(facts),
      prompt: () => textsOf(this.call.body),
    };
  }

  /** With nobody else to ask, waiting is the only hope. */
  private firstTokenMs(): number {
    if (!this.hasNext) return Infinity;
    const { firstTokenMs, wholeAnswerMs } = this.parts.limits;
    const limit = firstTokenMs ?? this.model.firstTokenLimitMs;
    return this.sink ? limit : Math.max(limit, wholeAnswerMs);
  }

  /** A continuation may use what the first part left of the limit of output tokens. */
  private bodyToSend() {
    const { body } = this.call;
    if (this.sent === null || this.seamMode === 'repeated') return body;
    return this.bill.lessSpent(body, this.sent);
  }

  private learn(ticket: Ticket, result: AttemptResult): void {
    if (result.kind === 'answered') this.shared.states.succeeded(ticket);
    else if (result.kind === 'failed') this.shared.states.failed(ticket, result.failure);
    else this.shared.states.release(ticket);
  }

  private record(failure: Failure, tookMs: number): void {
    const { id, provider } = this.model;
    this.failedAttempts.push({
      attempt: this.failedAttempts.length + 1,
      mode: this.call.mode,
      model: id,
      provider,
      errorClass: failure.class === 'rate_limit' && !this.attempt ? 'circuit_open' : failure.class,
      status: failure.status,
      message: failure.message,
      tookMs: Math.round(tookMs),
    });
    const better = this.reported === null || skipped.has(this.reported.class);
    if (better && !skipped.has(failure.class)) this.reported = failure;
    else this.reported ??= failure;
  }

  /** Prepares the next call. @returns false when there is none to make */
  private async another(failure: Failure): Promise<boolean> {
    this.insist = false;
    const attempt = this.attempt;
    if (attempt instanceof StreamAttempt && attempt.stream.hasContent) return this.continueFrom(attempt, failure);
    if (this.sent !== null) return this.continueElsewhere(failure);
    const step = nextStep({
      failure,
      calls: this.callsToModel,
      contextWindow: this.model.contextWindow,
      hasNext: this.hasNext,
      otherKey: attempt !== null && this.target !== null && this.shared.states.hasFree(this.target.configured, this.target.endpoint.modelId),
      budget: this.shared.retries.allowed(),
      remainingMs: this.deadlineAt - performance.now(),
      jitter: Math.random(),
    });
    switch (step.do) {
      case 'retry':
        this.shared.retries.spent();
        await this.pause(step.afterMs);
        this.insist = step.afterMs > 0;
        return true;
      case 'next':
        return this.moveTo(this.at + 1);
      case 'larger':
        return this.moveTo(this.largerThan(step.than));
      case 'stop':
        return false;
    }
  }

  /** The client has a part of the answer: it may only be gone on from. */
  private continueFrom(attempt: StreamAttempt, failure: Failure): boolean {
    this.written.push(...attempt.stream.kept);
    const text = continuableText(completionOf(this.written).choices);
    if (!this.call.mayContinue || text === null || failureRules[failure.class].then !== 'next') return false;
    this.sent = text;
    this.reported = failure;
    return this.continueAt(this.hasNext ? this.at + 1 : this.continued ? this.call.chain.length : this.at);
  }

  /** A continuation failed before it said anything new. Its failure is not what the client is told. */
  private continueElsewhere(failure: Failure): boolean {
    if (this.seamMode === 'prefilled' && failure.class === 'bad_request') {
      this.seamMode = 'repeated';
      return true;
    }
    return this.continueAt(this.at + 1);
  }

  private continueAt(index: number): boolean {
    if (!this.moveTo(index)) return false;
    this.continued = true;
    const target = this.parts.targets.of(this.model, this.call.mode);
    this.seamMode = target && acceptsPrefill(target.configured.host, target.endpoint.modelId) ? 'prefilled' : 'repeated';
    return true;
  }

  private moveTo(index: number): boolean {
    if (index < 0 || index >= this.call.chain.length) return false;
    this.at = index;
    this.callsToModel = 0;
    return true;
  }

  private largerThan(tokens: number | null): number {
    return this.call.chain.findIndex(
      ({ contextWindow }, index) => index > this.at && (tokens === null || contextWindow === null || contextWindow > tokens),
    );
  }

  private wake: (() => void) | null = null;

  private async pause(ms: number): Promise<void> {
    if (ms <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms + politenessMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = null;
  }

  private completed(): Outcome {
    const attempt = this.attempt!;
    this.output?.start(this.facts('last'));
    const ending = this.ending();
    if (attempt instanceof JsonAttempt) {
      const { value, bytes } = attempt.answer!;
      const finishReason = finishOf(value['choices'] as unknown[]);
      return { ...ending, kind: 'completed', finishReason, answer: { form: 'json', bytes, value }, completion: () => value };
    }
    const tail = attempt.stream.tail(this.call.metadata(this.facts('last')));
    const completion = () => {
      const usage = attempt.stream.usageShown();
      return { ...completionOf([...this.written, ...attempt.stream.kept]), ...(usage ? { usage } : {}) };
    };
    return { ...ending, kind: 'completed', finishReason: attempt.stream.finishReason(), answer: { form: 'stream', tail }, completion };
  }

  private failed(): Outcome {
    const error = clientError(this.reported!);
    return { ...this.ending(), kind: 'failed', error, tail: this.output?.started ? errorEvent(error) : null };
  }

  private cancelled(): Outcome {
    return { ...this.ending(), kind: 'cancelled', by: this.endedBy ?? 'client' };
  }

  private ending(): Ending {
    const { usage, rawUsage, cost, costStatus } = this.bill.total();
    const { id, provider } = this.model;
    const now = performance.now();
    const firstAt = this.output ? this.output.firstContentAt : this.attempt instanceof JsonAttempt && this.attempt.answer ? now : 0;
    return {
      failedAttempts: this.failedAttempts,
      attempts: this.calls,
      model: id,
      provider,
      host: this.target?.configured.host.slug ?? provider,
      usage,
      rawUsage,
      cost,
      costStatus,
      ttftMs: firstAt === 0 ? null : firstAt - this.startedAt,
      inferenceMs: now - this.startedAt,
      cache: this.call.cacheTtlSeconds > 0 ? 'miss' : 'off',
      continued: this.continued,
      output: this.outputLater(),
    };
  }

  private outputLater(): () => string | null {
    const attempt = this.attempt;
    const written = this.written;
    return () => {
      if (attempt instanceof JsonAttempt) return attempt.answer && outputOf(attempt.answer.value['choices'] as unknown[]);
      const runs = attempt && !written.includes(attempt.stream.kept[0]!) ? [...written, ...attempt.stream.kept] : written;
      const text = plainTextOf(runs);
      return text === undefined ? outputOf(completionOf(runs).choices) : text;
    };
  }

  private facts(phase: AnswerFacts['phase']): AnswerFacts {
    const { id, provider } = this.model;
    const total = phase === 'last' ? this.bill.total() : null;
    return {
      phase,
      model: id,
      provider,
      host: this.target?.configured.host.slug ?? provider,
      attempts: this.calls,
      continued: this.continued,
      cache: this.call.cacheTtlSeconds > 0 ? 'miss' : 'off',
      usage: total?.usage ?? null,
      cost: total?.cost ?? null,
      costStatus: total?.costStatus ?? null,
    };
  }

  /** What is known of endpoints, and the retries left: by all requests together, or by this one alone. */
  private get shared(): Pick<GatewayParts, 'states' | 'retries'> {
    return this.target?.isolated ? this.own : this.parts;
  }

  private get model(): ChainModel {
    return this.call.chain[this.at]!;
  }

  private get hasNext(): boolean {
    return this.at + 1 < this.call.chain.length;
  }
}

/** Failures of calls that were never made. */
const skipped: ReadonlySet<Failure['class']> = new Set(['not_configured', 'circuit_open']);

const failedAs = (kind: Failure['class'], message: string): AttemptResult => ({
  kind: 'failed',
  failure: { class: kind, status: null, code: null, message, retryAfterMs: null },
});

function resting({ because, until }: Resting): AttemptResult {
  const retryAfterMs = Number.isFinite(until) ? Math.max(0, until - Date.now()) : null;
  return { kind: 'failed', failure: { class: because, status: null, code: null, message: `resting after ${because}`, retryAfterMs } };
}

function finishOf(choices: readonly unknown[]): string | null {
  const first = choices[0] as { finish_reason?: unknown } | undefined;
  return typeof first?.finish_reason === 'string' ? first.finish_reason : null;
}
