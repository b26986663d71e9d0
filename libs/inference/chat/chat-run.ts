/** One chat request along its chain: call, retry, fall back, continue what was cut. How it ended is the record's to say. */
import type { ChainModel } from '../domain/chain.js';
import { failureRules, type Failure } from '../domain/failure.js';
import { acceptsPrefill, formatOf, quirksOf } from '../domain/hosts.js';
import { nextStep, type NextStep } from '../domain/next-step.js';
import type { ChatCall, ClientSink, Outcome } from '../domain/outcome.js';
import { Unsayable, type ChatFormat } from '../formats/format.js';
import { formats } from '../formats/formats.js';
import { maxTokensOf } from '../formats/openai-messages.js';
import type { AttemptContext, AttemptResult } from './attempt.js';
import { ClientOutput } from './client-output.js';
import { EndpointStates, type Resting, type Ticket } from './endpoint-states.js';
import { lessSpent, textsOf } from './estimate.js';
import type { GatewayParts, Target } from './gateway-parts.js';
import { JsonAttempt } from './json-attempt.js';
import { continuableText } from './message.js';
import { Retries } from './retries.js';
import { RunRecord } from './run-record.js';
import { Seam, type SeamMode } from './seam.js';
import { StreamAttempt } from './stream-attempt.js';

/** A whole answer of so many tokens may take so long for each before the model counts as silent. */
const slowestTokenMs = 40;
const usualAnswerTokens = 2_000;
/** Waited on top of what a provider asked for: clocks differ. */
const politenessMs = 10;

export class ChatRun {
  private readonly record: RunRecord;
  private readonly output: ClientOutput | null;
  private readonly deadlineAt: number;
  private readonly chain: readonly ChainModel[];
  /** Place in the chain. */
  private at = 0;
  private callsToModel = 0;
  private target: Target | null = null;
  /** The wait that a provider asked for is over: its rest is no obstacle. */
  private insist = false;
  /** What the client has of an answer that was cut, and how the next model is made to go on from it. */
  private sent: string | null = null;
  private seamMode: SeamMode = 'prefilled';
  private endedBy: 'client' | 'operator' | null = null;
  private wake: (() => void) | null = null;
  private own: Pick<GatewayParts, 'states' | 'retries'> | null = null;

  constructor(
    private readonly parts: GatewayParts,
    private readonly call: ChatCall,
    private readonly sink: ClientSink | null,
  ) {
    this.output = sink && new ClientOutput(sink, parts.limits.heartbeatMs);
    this.record = new RunRecord(call, this.output);
    this.chain = parts.targets.along(call.chain, call.mode);
    this.deadlineAt = this.record.startedAt + parts.limits.totalMs;
  }

  async run(): Promise<Outcome> {
    const hangUp = () => this.cancel('client');
    if (this.call.signal.aborted) hangUp();
    else this.call.signal.addEventListener('abort', hangUp);
    try {
      return await this.alongTheChain();
    } finally {
      this.call.signal.removeEventListener('abort', hangUp);
    }
  }

  /** Aborts what is under way; the run ends as cancelled. */
  cancel(by: 'client' | 'operator'): void {
    this.endedBy ??= by;
    this.record.attempt?.cancel();
    this.wake?.();
  }

  private async alongTheChain(): Promise<Outcome> {
    for (;;) {
      if (this.endedBy) return this.record.cancelled(this.endedBy);
      const startedAt = performance.now();
      const result = await this.tryOnce();
      if (result.kind === 'answered') return this.completed();
      if (result.kind === 'cancelled' || this.endedBy) return this.record.cancelled(this.endedBy ?? 'client');
      this.record.failedOnce(result.failure, performance.now() - startedAt);
      if (!(await this.another(result.failure))) return this.record.failed();
    }
  }

  private completed(): Outcome {
    this.output?.start(this.record.facts('last'));
    return this.record.completed(this.record.attempt!);
  }

  /** One call to the present model, if one may go. */
  private async tryOnce(): Promise<AttemptResult> {
    this.record.attempt = null;
    this.target = this.parts.targets.of(this.model, this.call.mode);
    if (!this.target) return failedAs('not_configured', 'no provider of this model has a key');
    const { configured, endpoint } = this.target;
    this.record.host = configured.host.slug;
    const leave = this.shared.states.admit(configured, endpoint.modelId, this.insist);
    if ('because' in leave) return resting(leave);
    const result = await this.callOnce(this.target, leave);
    this.learn(leave, result);
    return result;
  }

  private async callOnce(target: Target, ticket: Ticket): Promise<AttemptResult> {
    const format = formats[formatOf(target.configured.host, target.endpoint.modelId)];
    const context = this.sayable(target, format, ticket);
    if ('kind' in context) return context;
    this.record.calls++;
    this.callsToModel++;
    this.shared.retries.called();
    const seam = this.sent === null ? null : new Seam(this.sent, this.seamMode);
    const attempt = this.output ? new StreamAttempt(context, this.output, this.call.includeUsage, seam) : new JsonAttempt(context);
    this.record.attempt = attempt;
    const result = await attempt.start();
    this.record.billed(attempt, target.endpoint, format);
    return result;
  }

  /** A request that the format has no words for is a refusal, made without a call. */
  private sayable(target: Target, format: ChatFormat, ticket: Ticket): AttemptContext | AttemptResult {
    try {
      return this.context(target, format, ticket);
    } catch (error) {
      if (error instanceof Unsayable) return failedAs('bad_request', error.message);
      throw error;
    }
  }

  private context({ configured, endpoint, upstream }: Target, format: ChatFormat, { key }: Ticket): AttemptContext {
    const prefilled = this.sent !== null && this.seamMode === 'prefilled' ? this.sent : null;
    const { path, body } = format.request({
      model: endpoint.modelId,
      body: prefilled === null ? this.call.body : lessSpent(this.call.body, prefilled),
      stream: this.sink !== null,
      prefill: prefilled === null ? null : prefilled.trimEnd(),
      quirks: quirksOf(configured.host),
      maxOutput: this.model.maxOutput,
    });
    return {
      upstream,
      format,
      request: { host: configured.host, path, key, body, attempt: this.record.calls + 1 },
      watch: this.parts.watch,
      limits: { firstTokenMs: this.firstTokenMs(), idleMs: this.parts.limits.idleMs, deadlineAt: this.deadlineAt },
      facts: (phase) => this.record.facts(phase),
      metadata: (facts) => this.call.metadata(facts),
      prompt: () => textsOf(this.call.body),
    };
  }

  /** With nobody else to ask, waiting is the only hope. */
  private firstTokenMs(): number {
    if (!this.hasNext) return Infinity;
    const { firstTokenMs, wholeAnswerMs } = this.parts.limits;
    const limit = firstTokenMs ?? this.model.firstTokenLimitMs;
    return this.sink ? limit : Math.max(wholeAnswerMs, limit + slowestTokenMs * (maxTokensOf(this.call.body) ?? usualAnswerTokens));
  }

  private learn(ticket: Ticket, result: AttemptResult): void {
    if (result.kind === 'answered') this.shared.states.succeeded(ticket);
    else if (result.kind === 'failed') this.shared.states.failed(ticket, result.failure);
    else this.shared.states.release(ticket);
  }

  /** Prepares the next call. @returns false when there is none to make */
  private async another(failure: Failure): Promise<boolean> {
    this.insist = false;
    const { attempt } = this.record;
    if (attempt instanceof StreamAttempt && attempt.stream.hasContent) return this.continueFrom(attempt, failure);
    if (this.sent !== null) return this.continueElsewhere(failure);
    return this.follow(this.stepAfter(failure));
  }

  private stepAfter(failure: Failure): NextStep {
    const { target } = this;
    return nextStep({
      failure,
      calls: this.callsToModel,
      contextWindow: this.model.contextWindow,
      hasNext: this.hasNext,
      otherKey: this.record.attempt !== null && target !== null && this.shared.states.hasFree(target.configured, target.endpoint.modelId),
      budget: this.shared.retries.allowed(),
      remainingMs: this.deadlineAt - performance.now(),
      jitter: Math.random(),
    });
  }

  private async follow(step: NextStep): Promise<boolean> {
    switch (step.do) {
      case 'retry':
        this.shared.retries.spent();
        await this.pause(step.afterMs);
        this.insist = step.afterMs > 0;
        return true;
      case 'next':
        return this.moveTo(this.at + 1);
      case 'as_large':
        return this.moveTo(this.placeOfAsLarge(step.tokens));
      case 'stop':
        return false;
    }
  }

  /** The client has a part of the answer: it may only be gone on from. */
  private continueFrom(attempt: StreamAttempt, failure: Failure): boolean {
    this.record.cut(attempt, failure);
    const text = attempt.stream.overflowed ? null : continuableText(this.record.sentSoFar());
    if (!this.call.mayContinue || text === null || failureRules[failure.class].then !== 'next') return false;
    this.sent = text;
    // Without a next model the same one may go on, once.
    const alone = this.record.continued ? this.chain.length : this.at;
    return this.continueAt(this.hasNext ? this.at + 1 : alone);
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
    this.record.continued = true;
    const target = this.parts.targets.of(this.model, this.call.mode);
    this.seamMode = target && acceptsPrefill(target.configured.host, target.endpoint.modelId) ? 'prefilled' : 'repeated';
    return true;
  }

  private moveTo(index: number): boolean {
    const model = this.chain[index];
    if (!model) return false;
    this.at = index;
    this.record.model = model;
    this.callsToModel = 0;
    return true;
  }

  private placeOfAsLarge(tokens: number | null): number {
    return this.chain.findIndex(
      ({ id, contextWindow }, index) => index > this.at && id !== this.model.id && (tokens === null || contextWindow === null || contextWindow >= tokens),
    );
  }

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

  /** What is known of endpoints, and the retries left: by all requests together, or by this one alone. */
  private get shared(): Pick<GatewayParts, 'states' | 'retries'> {
    if (!this.target?.isolated) return this.parts;
    return (this.own ??= { states: new EndpointStates(), retries: new Retries() });
  }

  private get model(): ChainModel {
    return this.record.model;
  }

  private get hasNext(): boolean {
    return this.at + 1 < this.chain.length;
  }
}

const failedAs = (kind: Failure['class'], message: string): AttemptResult => ({
  kind: 'failed',
  failure: { class: kind, status: null, code: null, message, retryAfterMs: null },
});

function resting({ because, until }: Resting): AttemptResult {
  const retryAfterMs = Number.isFinite(until) ? Math.max(0, until - Date.now()) : null;
  return { kind: 'failed', failure: { class: because, status: null, code: null, message: `resting after ${because}`, retryAfterMs } };
}
