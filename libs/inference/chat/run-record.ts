/** What a run has come to so far, and the outcome that follows from it. It decides nothing. */
import type { ErrorClass, InferenceAttemptFailed } from '../../routing/domain/events.js';
import type { ChainModel, ModelEndpoint } from '../domain/chain.js';
import type { Failure } from '../domain/failure.js';
import type { AnswerFacts, Cancelled, ChatCall, Completed, Ending, Failed } from '../domain/outcome.js';
import type { ChatFormat } from '../formats/format.js';
import { Bill } from './bill.js';
import { clientError, errorEvent } from './client-error.js';
import type { ClientOutput } from './client-output.js';
import { JsonAttempt } from './json-attempt.js';
import { completionOf, outputOf, plainTextOf } from './message.js';
import type { StreamAttempt } from './stream-attempt.js';

export type Attempt = StreamAttempt | JsonAttempt;

/** Failures of calls that were never made: reported only when nothing else can be. */
const skipped: ReadonlySet<ErrorClass> = new Set(['not_configured', 'circuit_open']);

export class RunRecord {
  readonly startedAt = performance.now();
  /** Calls made upstream. */
  calls = 0;
  /** The model of the chain that is being tried, and the slug of the host it is called at. */
  model: ChainModel;
  host: string | null = null;
  /** The last call that was made. */
  attempt: Attempt | null = null;
  /** A second model has gone on from the text of a first. */
  continued = false;
  private readonly failedAttempts: InferenceAttemptFailed[] = [];
  private readonly bill: Bill;
  /** Runs of events of earlier attempts that wrote to the client. */
  private readonly written: Buffer[] = [];
  /** The failure that the client is told when nothing helps. */
  private reported: Failure | null = null;

  constructor(
    private readonly call: ChatCall,
    private readonly output: ClientOutput | null,
  ) {
    this.model = call.chain[0]!;
    this.bill = new Bill(call);
  }

  billed(attempt: Attempt, endpoint: ModelEndpoint, format: ChatFormat): void {
    this.bill.add(attempt, endpoint, format);
  }

  /** The first failure of a call that was made is what the client is told, if anything. */
  failedOnce(failure: Failure, tookMs: number): void {
    const { id, provider } = this.model;
    const { mode } = this.call;
    // A model that rests after a limit was not called: that is not another limit.
    const errorClass = failure.class === 'rate_limit' && !this.attempt ? 'circuit_open' : failure.class;
    const { status, message } = failure;
    this.failedAttempts.push({ attempt: this.failedAttempts.length + 1, mode, model: id, provider, errorClass, status, message, tookMs: Math.round(tookMs) });
    const improves = this.reported !== null && skipped.has(this.reported.class) && !skipped.has(failure.class);
    if (this.reported === null || improves) this.reported = failure;
  }

  /** The attempt wrote to the client and was cut: whatever fails from here on, this is what is reported. */
  cut(attempt: StreamAttempt, failure: Failure): void {
    this.written.push(...attempt.stream.kept);
    this.reported = failure;
  }

  /** Everything the client has been sent, in order. */
  sentSoFar() {
    return completionOf(this.written).choices;
  }

  facts(phase: AnswerFacts['phase']): AnswerFacts {
    const { usage, cost, costStatus } = phase === 'last' ? this.bill.total() : { usage: null, cost: null, costStatus: null };
    const { id: model, provider } = this.model;
    return { phase, model, provider, host: this.host ?? provider, attempts: this.calls, continued: this.continued, cache: this.cacheUse(), usage, cost, costStatus };
  }

  completed(attempt: Attempt): Completed {
    const ending = this.ending();
    if (attempt instanceof JsonAttempt) {
      const { value, bytes } = attempt.answer!;
      return { kind: 'completed', finishReason: finishOf(value['choices']), answer: { form: 'json', bytes, value }, completion: () => value, ...ending };
    }
    const { stream } = attempt;
    const completion = () => {
      if (stream.overflowed) return null;
      const usage = stream.usageShown();
      return { ...completionOf([...this.written, ...stream.kept]), ...(usage ? { usage } : {}) };
    };
    const tail = stream.tail(this.call.metadata(this.facts('last')));
    return { kind: 'completed', finishReason: stream.finishReason(), answer: { form: 'stream', tail }, completion, ...ending };
  }

  failed(): Failed {
    const error = clientError(this.reported!);
    return { kind: 'failed', error, tail: this.output?.started ? errorEvent(error) : null, ...this.ending() };
  }

  cancelled(by: Cancelled['by']): Cancelled {
    return { kind: 'cancelled', by, ...this.ending() };
  }

  /** Spread as the last of an outcome: V8 adds what follows a spread one by one, at half a microsecond each. */
  private ending(): Ending {
    const { id: model, provider } = this.model;
    const { usage, rawUsage, cost, costStatus } = this.bill.total();
    return {
      model,
      provider,
      host: this.host ?? provider,
      usage,
      rawUsage,
      cost,
      costStatus,
      failedAttempts: this.failedAttempts,
      attempts: this.calls,
      ttftMs: this.ttftMs(),
      inferenceMs: performance.now() - this.startedAt,
      cache: this.cacheUse(),
      continued: this.continued,
      output: () => this.seen(),
    };
  }

  private cacheUse() {
    return this.call.cacheTtlSeconds > 0 ? 'miss' : 'off';
  }

  private ttftMs(): number | null {
    if (this.output) return this.output.firstContentAt === 0 ? null : this.output.firstContentAt - this.startedAt;
    return this.attempt instanceof JsonAttempt && this.attempt.answer ? performance.now() - this.startedAt : null;
  }

  private seen(): string | null {
    const { attempt, written } = this;
    if (attempt instanceof JsonAttempt) return attempt.answer && outputOf(attempt.answer.value['choices'] as unknown[]);
    const own = attempt?.stream.kept ?? [];
    const runs = written.includes(own[0]!) ? written : [...written, ...own];
    const text = plainTextOf(runs);
    return text === undefined ? outputOf(completionOf(runs).choices) : text;
  }
}

function finishOf(choices: unknown): string | null {
  const first = (choices as readonly { finish_reason?: unknown }[])[0];
  return typeof first?.finish_reason === 'string' ? first.finish_reason : null;
}
