/**
 * The way to the models that turn texts into vectors. One model, at each of its hosts in turn: failures are sorted,
 * retried and rested from as those of chat are. It never throws for what a provider does: that is an outcome.
 */
import { zero } from '../../money/money.js';
import type { InferenceAttemptFailed } from '../../routing/domain/events.js';
import type { AnswerCache, CachedAnswer } from '../cache/answer-cache.js';
import type { AnswerPlace, AnswerPlaces } from '../cache/answer-place.js';
import { Flights } from '../cache/flights.js';
import { clientError } from '../chat/client-error.js';
import { EndpointStates } from '../chat/endpoint-states.js';
import { Retries } from '../chat/retries.js';
import type { ModelEndpoint } from '../domain/chain.js';
import { costOf } from '../domain/cost.js';
import type { EmbeddingAnswer, EmbeddingCall } from '../domain/embedding.js';
import type { Failure } from '../domain/failure.js';
import { nextStep } from '../domain/next-step.js';
import type { Completed, Ending, Outcome } from '../domain/outcome.js';
import { noUsage } from '../domain/usage.js';
import { tokensIn } from '../sandbox/sandbox-embeddings.js';
import type { ConfiguredHosts } from '../upstream/keys.js';
import { callHost, callSandbox, notConfigured, type Attempt } from './embedding-attempt.js';

const totalMs = 120_000;

export class EmbeddingGateway {
  private readonly states = new EndpointStates();
  private readonly retries = new Retries();
  private readonly flights = new Flights();

  constructor(
    private readonly hosts: ConfiguredHosts,
    private readonly cache: AnswerCache,
    private readonly places: AnswerPlaces,
  ) {}

  async embed(call: EmbeddingCall): Promise<Outcome> {
    const began = performance.now();
    const place = call.cacheTtlSeconds <= 0 ? null : await this.placeOf(call);
    if (place === null) return this.called(call, began);
    for (;;) {
      const cached = await this.cache.get(place);
      if (cached) return repeated(cached, call, began);
      if (!this.flights.has(place.name)) return this.lead(place, call, began);
      await this.flights.wait(place.name, call.signal);
      if (call.signal.aborted) return new Run(call, began).cancelled();
    }
  }

  private lead(place: AnswerPlace, call: EmbeddingCall, began: number): Promise<Outcome> {
    const called = this.called(call, began);
    this.flights.lead(place.name, called.then((outcome) => (outcome.kind === 'completed' ? this.cache.set(place, kept(outcome), call.cacheTtlSeconds) : undefined)));
    return called;
  }

  private async called(call: EmbeddingCall, began: number): Promise<Outcome> {
    const run = new Run(call, began);
    const signal = AbortSignal.any([call.signal, AbortSignal.timeout(totalMs)]);
    const endpoints = this.endpointsOf(call);
    for (let at = 0, calls = 0; ; ) {
      const endpoint = endpoints[at] ?? null;
      run.at = endpoint;
      const from = performance.now();
      const attempt = await this.attempt(endpoint, call, { signal, number: run.calls + 1 });
      if ('answer' in attempt) return run.completed(attempt.answer);
      if ('cancelled' in attempt) return run.cancelled();
      if (attempt.made) [run.calls, calls] = [run.calls + 1, calls + 1];
      run.failedOnce(attempt.failure, performance.now() - from);
      const step = nextStep({
        failure: attempt.failure, calls, contextWindow: null, hasNext: at + 1 < endpoints.length, otherKey: false,
        budget: this.retries.allowed(), remainingMs: totalMs - (performance.now() - began), jitter: Math.random(),
      });
      if (step.do === 'stop') return run.failed();
      if (step.do === 'retry') {
        this.retries.spent();
        await pause(step.afterMs, signal);
      } else [at, calls] = [at + 1, 0];
      if (call.signal.aborted) return run.cancelled();
    }
  }

  private attempt(endpoint: ModelEndpoint | null, call: EmbeddingCall, about: { signal: AbortSignal; number: number }): Promise<Attempt> {
    if (call.mode === 'test') return callSandbox(call, about.number);
    const configured = endpoint && this.hosts.of(endpoint.host);
    if (!configured) return Promise.resolve({ failure: notConfigured, made: false });
    const leave = this.states.admit(configured, endpoint.modelId, about.number > 1);
    if ('because' in leave) return Promise.resolve({ failure: { ...notConfigured, class: leave.because, message: `resting after ${leave.because}` }, made: false });
    this.retries.called();
    return callHost({ configured: { host: configured.host, keys: [leave.key] }, modelId: endpoint.modelId }, call, about.signal).then((attempt) => {
      if ('answer' in attempt) this.states.succeeded(leave);
      else if ('failure' in attempt) this.states.failed(leave, attempt.failure);
      else this.states.release(leave);
      return attempt;
    });
  }

  /** Of the model's hosts, those that have a key; a stand-in must have a known price. */
  private endpointsOf({ model, mode }: EmbeddingCall): readonly ModelEndpoint[] {
    if (mode === 'test') return model.endpoints.slice(0, 1);
    const [first, ...others] = model.endpoints.filter(({ host }) => this.hosts.of(host));
    return first ? [first, ...others.filter(({ pricing }) => pricing !== null)] : [];
  }

  private placeOf({ orgId, mode, model, texts, dimensions, user }: EmbeddingCall): Promise<AnswerPlace | null> {
    return this.places.of({ orgId, user }, ['embedding', mode, model.id, texts, dimensions]);
  }
}

/** What a request has come to so far, and the outcome that follows from it. */
class Run {
  at: ModelEndpoint | null = null;
  /** Calls made that failed. */
  calls = 0;
  private readonly failures: InferenceAttemptFailed[] = [];
  private last: Failure = notConfigured;

  constructor(
    private readonly call: EmbeddingCall,
    private readonly began: number,
  ) {}

  failedOnce(failure: Failure, tookMs: number): void {
    const { class: errorClass, status, message } = failure;
    const { id, provider } = this.call.model;
    this.last = failure;
    this.failures.push({ attempt: this.failures.length + 1, mode: this.call.mode, model: id, provider, errorClass, status, message, tookMs: Math.round(tookMs) });
  }

  completed({ vectors, usage: counted, rawUsage }: EmbeddingAnswer): Completed {
    const usage = counted ?? { ...noUsage, inputTokens: tokensIn(this.call.texts) };
    const cost = costOf({ pricing: this.at?.pricing ?? null, usage, at: this.call.at });
    const costStatus = cost === null ? 'unpriced' : counted === null ? 'estimated' : 'exact';
    const value = {
      object: 'list',
      data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      model: this.call.model.id,
      usage: { prompt_tokens: usage.inputTokens, total_tokens: usage.inputTokens },
    };
    return completedWith(value, { ...this.ending(this.calls + 1), usage, rawUsage, cost, costStatus });
  }

  failed(): Outcome {
    return { ...this.ending(this.calls), kind: 'failed', error: clientError(this.last), tail: null };
  }

  cancelled(): Outcome {
    return { ...this.ending(this.calls), kind: 'cancelled', by: 'client' };
  }

  private ending(attempts: number): Ending {
    const { call, began } = this;
    return { ...unbilled(call, began), host: this.at?.host ?? call.model.provider, failedAttempts: this.failures, attempts, cache: call.cacheTtlSeconds > 0 ? 'miss' : 'off' };
  }
}

const unbilled = ({ model: { id, provider } }: EmbeddingCall, began: number): Ending => ({
  failedAttempts: [], attempts: 0, model: id, provider, host: provider, usage: null, rawUsage: null, cost: zero, costStatus: 'exact',
  ttftMs: null, inferenceMs: performance.now() - began, cache: 'off', continued: false, output: () => null,
});

/** A vector is no text: nothing of it is kept in the log. */
function completedWith(value: Readonly<Record<string, unknown>>, ending: Ending): Completed {
  return { ...ending, kind: 'completed', finishReason: 'stop', answer: { form: 'json', value, bytes: Buffer.alloc(0) }, completion: () => value };
}

const kept = ({ model, provider, host, completion }: Completed): CachedAnswer => ({ model, provider, host, finishReason: 'stop', completion: completion()! });

const repeated = ({ completion, host }: CachedAnswer, call: EmbeddingCall, began: number): Completed =>
  completedWith(completion, { ...unbilled(call, began), host, usage: noUsage, cache: 'hit' });

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
