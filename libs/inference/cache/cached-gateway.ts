/**
 * Answers identical requests of one organization from memory while the caller's `X-GR-Cache-TTL` allows it, and lets
 * identical requests in flight share one call. What changes the answer is in its place; how it is delivered is not: a
 * streamed answer can be repeated whole, and the other way round.
 */
import { zero } from '../../money/money.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import { errorEvent } from '../chat/client-error.js';
import { ChatStream } from '../chat/chat-stream.js';
import { defaultLimits } from '../chat/limits.js';
import { outputOf } from '../chat/message.js';
import { replayOf } from '../chat/replay.js';
import type { AnswerFacts, ChatCall, ClientSink, Completed, Ending, Outcome } from '../domain/outcome.js';
import { noUsage } from '../domain/usage.js';
import type { InferenceGateway } from '../gateway.js';
import type { AnswerCache, CachedAnswer } from './answer-cache.js';
import type { AnswerPlace, AnswerPlaces } from './answer-place.js';
import { Flights } from './flights.js';
import { WaitingSink } from './waiting-sink.js';

/** Fields that change how an answer is delivered, not what it says. */
const delivery = new Set(['stream', 'stream_options']);
/** Answers that ended by themselves; one that was blocked or cut may go better next time. */
const repeatable = new Set(['stop', 'length', 'tool_calls']);

export class CachedGateway implements InferenceGateway {
  private readonly flights = new Flights();

  constructor(
    private readonly gateway: InferenceGateway,
    private readonly cache: AnswerCache,
    private readonly places: AnswerPlaces,
    private readonly heartbeatMs = defaultLimits.heartbeatMs,
  ) {}

  async chat(call: ChatCall, sink: ClientSink | null): Promise<Outcome> {
    const place = call.cacheTtlSeconds <= 0 ? null : await this.placeOf(call);
    if (place === null) return this.gateway.chat(call, sink);
    const waiting = sink && new WaitingSink(sink);
    try {
      return withError(await this.cachedOrCalled(place, call, waiting), waiting);
    } finally {
      waiting?.waited();
    }
  }

  private async cachedOrCalled(place: AnswerPlace, call: ChatCall, sink: WaitingSink | null): Promise<Outcome> {
    const startedAt = performance.now();
    const { name } = place;
    for (;;) {
      const cached = await this.cache.get(place);
      sink?.waited();
      if (cached) return this.repeat(call, sink, cached, startedAt);
      if (!this.flights.has(name)) return this.lead(place, call, sink);
      sink?.wait(this.heartbeatMs, waitingFor(call));
      await this.flights.wait(name, call.signal);
      sink?.waited();
      if (call.signal.aborted) return this.gateway.chat(call, sink);
    }
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.cache.close();
  }

  private lead(place: AnswerPlace, call: ChatCall, sink: ClientSink | null): Promise<Outcome> {
    const called = this.gateway.chat(call, sink);
    // Others wait until the answer is kept; this request does not.
    this.flights.lead(place.name, called.then((outcome) => this.keep(place, outcome, call.cacheTtlSeconds)));
    return called;
  }

  private async keep(place: AnswerPlace, outcome: Outcome, ttlSeconds: number): Promise<void> {
    if (outcome.kind !== 'completed' || outcome.continued || !repeatable.has(outcome.finishReason ?? '')) return;
    const completion = outcome.completion();
    if (!completion) return;
    const { model, provider, host, finishReason } = outcome;
    await this.cache.set(place, { model, provider, host, finishReason, completion }, ttlSeconds);
  }

  /** The chosen model is part of it: a decision that has changed its mind is not answered by the old choice. */
  private placeOf({ orgId, mode, chain, body }: ChatCall): Promise<AnswerPlace | null> {
    const asked = Object.fromEntries(Object.entries(body).filter(([field]) => !delivery.has(field)));
    return this.places.of({ orgId, user: body['user'] }, [mode, chain[0]!.id, asked]);
  }

  private repeat(call: ChatCall, sink: ClientSink | null, cached: CachedAnswer, startedAt: number): Completed {
    const facts = factsOf(cached);
    const { completion, finishReason } = cached;
    const ending = endingOf(cached, startedAt);
    if (!sink) {
      return { ...ending, kind: 'completed', finishReason, completion: () => completion, answer: { form: 'json', value: completion, bytes: Buffer.from(JSON.stringify(completion)) } };
    }
    const stream = new ChatStream(call.includeUsage, () => call.metadata(facts));
    stream.push(replayOf(completion));
    sink.start(facts);
    const events = stream.drain();
    if (events) sink.write(events);
    const tail = stream.tail(call.metadata({ ...facts, phase: 'last', usage: ending.usage, cost: zero, costStatus: 'exact' }));
    return { ...ending, kind: 'completed', finishReason, completion: () => completion, answer: { form: 'stream', tail } };
  }
}

/** Nothing is known yet of an answer that is still another's. */
const waitingFor = ({ chain: [model] }: ChatCall): AnswerFacts => ({
  phase: 'first', model: model!.id, provider: model!.provider, host: model!.provider, attempts: 0, continued: false, cache: 'miss', usage: null, cost: null, costStatus: null,
});

/** A stream that only comments had begun ends in an error event too, never in a clean close. */
function withError(outcome: Outcome, sink: WaitingSink | null): Outcome {
  return outcome.kind === 'failed' && outcome.tail === null && sink?.started ? { ...outcome, tail: errorEvent(outcome.error) } : outcome;
}

const factsOf = ({ model, provider, host }: CachedAnswer): AnswerFacts => ({
  phase: 'first', model: model as ModelId, provider, host, attempts: 0, continued: false, cache: 'hit', usage: null, cost: null, costStatus: null,
});

/** Nobody was called, so nothing was used and nothing is owed. */
function endingOf({ model, provider, host, completion }: CachedAnswer, startedAt: number): Ending {
  const inferenceMs = performance.now() - startedAt;
  return {
    failedAttempts: [], attempts: 0, model: model as ModelId, provider, host, usage: noUsage, rawUsage: null, cost: zero, costStatus: 'exact',
    ttftMs: inferenceMs, inferenceMs, cache: 'hit', continued: false, output: () => outputOf(completion['choices'] as unknown[]),
  };
}
