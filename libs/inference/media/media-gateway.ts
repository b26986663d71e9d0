/**
 * The way to the models that make pictures, clips, music, voices, transcripts and searches. Like its chat sibling it
 * falls back along the chain and never throws for what a provider does: that is an outcome.
 */
import type { PicoDollars } from '../../money/money.js';
import type { InferenceAttemptFailed } from '../../routing/domain/events.js';
import { clientError } from '../chat/client-error.js';
import { failureRules, type Failure } from '../domain/failure.js';
import type { MediaAnswer, MediaCall, MediaEndpoint, MediaModel, WorkNote } from '../domain/media.js';
import { nextStep } from '../domain/next-step.js';
import type { ClientError, Completed, Ending, Outcome } from '../domain/outcome.js';
import { sandboxMedia } from '../sandbox/media/sandbox-media.js';
import type { ConfiguredHosts } from '../upstream/keys.js';
import { MediaAttempt, mediaLimits, type AttemptEnd, type MediaLimits } from './media-attempt.js';
import { billOf, noneSpent, spentAlso, unbilled, unknownBill, withSpent, type Bill } from './media-bill.js';
import { failureFrom } from './media-failure.js';
import { mediaTarget } from './media-target.js';
import { pause } from './pause.js';
import { presentMedia } from './present-media.js';

/** What is known of a call while it walks along its chain. */
interface Walk {
  readonly call: MediaCall;
  readonly began: number;
  readonly failedAttempts: InferenceAttemptFailed[];
  spent: PicoDollars | null;
}

interface Ended {
  readonly end: AttemptEnd;
  /** Where; null when nobody was called. */
  readonly endpoint: MediaEndpoint | null;
  /** Keys of the host that was called. */
  readonly keys: number;
}

export class MediaGateway {
  private readonly limits: MediaLimits;

  constructor(
    private readonly hosts: ConfiguredHosts,
    limits: Partial<MediaLimits> = {},
  ) {
    this.limits = { ...mediaLimits, ...limits };
  }

  async make(call: MediaCall): Promise<Outcome> {
    const before = call.mode === 'live' ? (call.journal?.before ?? null) : null;
    const walk: Walk = { call, began: performance.now(), failedAttempts: [...(before?.failedAttempts ?? [])], spent: before ? before.spent : noneSpent };
    if (before && !before.accepted) return call.signal.aborted ? { ...ending(walk, call.chain[0]!, null, unknownBill), kind: 'cancelled', by: 'client' } : interrupted(walk, before);
    const from = before ? Math.max(0, call.chain.findIndex(({ id }) => id === before.model)) : 0;
    let last: Failure = notConfigured;
    for (const [place, model] of [...call.chain.entries()].slice(from)) {
      const { end, endpoint } = await this.patiently(walk, model, { resume: place === from ? before : null, hasNext: place + 1 < call.chain.length });
      if (end.kind === 'made') return completed(walk, model, end.answer, endpoint);
      if (end.kind === 'left') return { ...ending(walk, model, endpoint, unbilled), kind: 'cancelled', by: 'operator' };
      if (end.kind === 'cancelled') return { ...ending(walk, model, endpoint, end.certain ? unbilled : unknownBill), kind: 'cancelled', by: 'client' };
      last = end.failure;
      if (failureRules[last.class].then === 'stop') return failedWith(walk, model, last);
    }
    return failedWith(walk, call.chain.at(-1)!, last);
  }

  /** One model, again where it said no for now and nothing was begun. */
  private async patiently(walk: Walk, model: MediaModel, { resume, hasNext }: { resume: WorkNote | null; hasNext: boolean }): Promise<Ended> {
    for (let calls = 1, key = resume?.key ?? 0; ; calls++) {
      const from = performance.now();
      const ended = await this.attempt(walk, model, { resume: calls === 1 ? resume : null, key });
      const { end, endpoint } = ended;
      if (end.kind !== 'failed') return ended;
      const { failure, made, certain } = end;
      if (made) walk.spent = spentAlso(walk.spent, billOf(made, model.kind, walk.call, endpoint).cost);
      if (!certain) walk.spent = null;
      walk.failedAttempts.push({
        attempt: walk.failedAttempts.length + 1, mode: walk.call.mode, model: model.id, provider: model.provider, errorClass: failure.class, status: failure.status, message: failure.message,
        tookMs: Math.round(performance.now() - from),
      });
      const mayRepeat = walk.call.mode === 'live' && failure.status !== null && made === null;
      const step = nextStep({ failure, calls, contextWindow: null, hasNext, otherKey: calls < ended.keys, budget: mayRepeat, remainingMs: this.limits.attemptMs, jitter: Math.random() });
      if (step.do !== 'retry' || walk.call.signal.aborted) return ended;
      if (failureRules[failure.class].rests !== null && calls < ended.keys) key += 1;
      await pause(step.afterMs, walk.call.signal);
    }
  }

  private async attempt(walk: Walk, model: MediaModel, { resume, key }: { resume: WorkNote | null; key: number }): Promise<Ended> {
    const { call } = walk;
    if (call.mode === 'test') return { end: await inSandbox(model, call, walk.failedAttempts.length + 1), endpoint: model.endpoints[0] ?? null, keys: 1 };
    const target = mediaTarget(this.hosts, model, key, resume?.host ?? null);
    if (target === null) return { end: { kind: 'failed', failure: notConfigured, made: null, certain: resume === null }, endpoint: null, keys: 0 };
    const sentMs = resume?.sentMs ?? Date.now();
    const note: MediaNote = (accepted) => call.journal?.note({ model: model.id, host: target.endpoint.host, key, sentMs, accepted, failedAttempts: [...walk.failedAttempts], spent: walk.spent }) ?? Promise.resolve();
    return { end: await new MediaAttempt(target, model, call, { sentMs, accepted: resume?.accepted ?? null, note }, this.limits).run(), endpoint: target.endpoint, keys: target.keys };
  }
}

type MediaNote = (accepted: WorkNote['accepted']) => Promise<void>;

async function inSandbox(model: MediaModel, call: MediaCall, number: number): Promise<AttemptEnd> {
  const leave = call.journal?.leave;
  const made = await sandboxMedia(model.kind, model.id, leave ? { ...call, signal: AbortSignal.any([call.signal, leave]) } : call, number);
  if (call.signal.aborted) return { kind: 'cancelled', certain: true };
  if (leave?.aborted) return { kind: 'left' };
  if ('answer' in made) return { kind: 'made', answer: made.answer };
  const { trouble } = made;
  const failure = trouble.kind === 'status'
    ? { ...failureFrom({ status: trouble.status, code: trouble.code, message: trouble.message }), retryAfterMs: trouble.retryAfterMs }
    : failureFrom({ status: null, code: null, message: 'The sandbox broke off.' }, 'connection');
  return { kind: 'failed', failure, made: null, certain: true };
}

const notConfigured: Failure = { class: 'not_configured', status: null, code: null, message: 'no provider that makes this has a key', retryAfterMs: null };

function completed(walk: Walk, model: MediaModel, made: MediaAnswer, endpoint: MediaEndpoint | null): Completed {
  const answer = presentMedia(model.kind, made, walk.call.at);
  const bill = withSpent(billOf(made, model.kind, walk.call, endpoint), walk.spent);
  return { ...ending(walk, model, endpoint, bill), kind: 'completed', finishReason: 'stop', output: () => made.text, answer, completion: () => answer.value };
}

const failedWith = (walk: Walk, model: MediaModel, failure: Failure): Outcome => failedAs(walk, model, clientError(failure));

const failedAs = (walk: Walk, model: MediaModel, error: ClientError): Outcome => ({ ...ending(walk, model, null, withSpent(unbilled, walk.spent)), kind: 'failed', error, tail: null });

/** The provider was asked, and nobody knows whether it heard: it is not asked again, for that could be paid twice. */
function interrupted(walk: Walk, before: WorkNote): Outcome {
  const model = walk.call.chain.find(({ id }) => id === before.model) ?? walk.call.chain[0]!;
  walk.spent = null;
  walk.failedAttempts.push({
    attempt: walk.failedAttempts.length + 1, mode: walk.call.mode, model: model.id, provider: model.provider, errorClass: 'connection', status: null,
    message: 'the process that asked ended before the provider had answered', tookMs: Math.max(0, Date.now() - before.sentMs),
  });
  const message = 'The work was interrupted while the provider was asked, and is not asked for again, because it could be paid twice.';
  return failedAs(walk, model, { class: 'connection', status: 502, type: 'upstream_error', code: 'job_interrupted', message, headers: { 'x-should-retry': 'false' } });
}

const ending = ({ failedAttempts, began }: Walk, model: MediaModel, endpoint: MediaEndpoint | null, bill: Bill): Ending => ({
  failedAttempts: [...failedAttempts],
  attempts: failedAttempts.length + (endpoint ? 1 : 0),
  model: model.id,
  provider: model.provider,
  host: endpoint?.host ?? model.provider,
  ...bill,
  ttftMs: null,
  inferenceMs: performance.now() - began,
  cache: 'off',
  continued: false,
  output: () => null,
});
