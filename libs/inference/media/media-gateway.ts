/**
 * The way to the models that make pictures, clips, music, voices, transcripts and searches. Like its chat sibling it
 * falls back along the chain and never throws for what a provider does: that is an outcome.
 */
import { zero, type Money } from '../../money/money.js';
import type { CostStatus, InferenceAttemptFailed } from '../../routing/domain/events.js';
import { clientError } from '../chat/client-error.js';
import type { ModelEndpoint } from '../domain/chain.js';
import { costOf } from '../domain/cost.js';
import { classify, failureRules, retryAfter, type Failure } from '../domain/failure.js';
import { mediaCost, type MediaAnswer, type MediaCall, type MediaModel, type Quantities } from '../domain/media.js';
import type { Completed, Ending, Outcome } from '../domain/outcome.js';
import { scrub } from '../domain/scrub.js';
import { noUsage, type MeteredUsage } from '../domain/usage.js';
import { sandboxMedia } from '../sandbox/media/sandbox-media.js';
import type { ConfiguredHost, ConfiguredHosts } from '../upstream/keys.js';
import { InvalidAnswer, isPending, type MediaFormat, type Pending } from './media-format.js';
import { mediaFormatOf } from './media-hosts.js';
import { presentMedia } from './present-media.js';
import { exchange } from './media-transport.js';

/** Longest that one model may take while the client waits; longer work is asked for as a job. */
const waitedForMs = 120_000;
const pollEveryMs = 1_500;

interface Target {
  readonly endpoint: ModelEndpoint;
  readonly configured: ConfiguredHost;
  readonly format: MediaFormat;
}

type Attempt = { readonly answer: MediaAnswer } | { readonly failure: Failure } | { readonly cancelled: true };

export class MediaGateway {
  /** @param attemptMs longest that one model may take. */
  constructor(
    private readonly hosts: ConfiguredHosts,
    private readonly attemptMs = waitedForMs,
  ) {}

  async make(call: MediaCall): Promise<Outcome> {
    const began = performance.now();
    const failedAttempts: InferenceAttemptFailed[] = [];
    let last: Failure = notConfigured;
    let model = call.chain[0]!;
    for (const next of call.chain) {
      model = next;
      const from = performance.now();
      const { attempt, endpoint } = await this.attempt(next, call, failedAttempts.length + 1);
      const ending = (cost: Pick<Ending, 'cost' | 'costStatus' | 'usage' | 'rawUsage'>) => endingOf({ model, endpoint, failedAttempts, began }, cost);
      if ('answer' in attempt) return completed(next, attempt.answer, call, ending(billOf(attempt.answer, call, endpoint)));
      if ('cancelled' in attempt) return { ...ending(unbilled), kind: 'cancelled', by: 'client' };
      last = attempt.failure;
      failedAttempts.push({
        attempt: failedAttempts.length + 1, mode: call.mode, model: next.id, provider: next.provider, errorClass: last.class, status: last.status, message: last.message,
        tookMs: Math.round(performance.now() - from),
      });
      if (failureRules[last.class].then === 'stop') break;
    }
    return { ...endingOf({ model, endpoint: null, failedAttempts, began }, unbilled), kind: 'failed', error: clientError(last), tail: null };
  }

  private async attempt(model: MediaModel, call: MediaCall, number: number): Promise<{ attempt: Attempt; endpoint: ModelEndpoint | null }> {
    if (call.mode === 'test') return { attempt: await this.inSandbox(model, call, number), endpoint: model.endpoints[0] ?? null };
    const target = this.targetOf(model);
    if (target === null) return { attempt: { failure: notConfigured }, endpoint: null };
    return { attempt: await this.overHttp(target, call), endpoint: target.endpoint };
  }

  private async inSandbox(model: MediaModel, call: MediaCall, number: number): Promise<Attempt> {
    const made = await sandboxMedia(model.kind, model.id, call, number);
    if (call.signal.aborted) return { cancelled: true };
    if ('answer' in made) return made;
    const { trouble } = made;
    if (trouble.kind !== 'status') return { failure: failureFrom({ status: null, code: null, message: 'The sandbox broke off.' }, 'connection') };
    return { failure: { ...failureFrom({ status: trouble.status, code: trouble.code, message: trouble.message }), retryAfterMs: trouble.retryAfterMs } };
  }

  private targetOf(model: MediaModel): Target | null {
    for (const endpoint of model.endpoints) {
      const configured = this.hosts.of(endpoint.host);
      const format = mediaFormatOf(endpoint.host, model.kind);
      if (configured && format) return { endpoint, configured, format };
    }
    return null;
  }

  private async overHttp({ endpoint, configured, format }: Target, call: MediaCall): Promise<Attempt> {
    const signal = AbortSignal.any([call.signal, AbortSignal.timeout(this.attemptMs)]);
    try {
      let answer: MediaAnswer | Pending = { pending: { poll: format.request(call, endpoint.modelId, configured.host), progress: null } };
      for (let polls = 0; isPending(answer); polls++) {
        if (polls > 1) await pause(pollEveryMs, signal);
        const response = await exchange(configured, answer.pending.poll, signal);
        if (response.status >= 400) return { failure: refusal(response.status, response.body, response.header, configured, call) };
        answer = await format.read(response, call);
        if (isPending(answer) && answer.pending.progress !== null) call.onProgress?.(answer.pending.progress);
      }
      return { answer };
    } catch (error) {
      if (call.signal.aborted) return { cancelled: true };
      if (signal.aborted) return { failure: failureFrom({ status: null, code: null, message: 'no answer in time' }, 'timeout') };
      const { message, code } = error as InvalidAnswer;
      const said = { status: null, code: code ?? null, message: scrub(message, configured.keys, [call.prompt]) };
      return { failure: failureFrom(said, error instanceof InvalidAnswer ? 'invalid_response' : 'connection') };
    }
  }
}

const notConfigured: Failure = { class: 'not_configured', status: null, code: null, message: 'no provider that makes this has a key', retryAfterMs: null };
const unbilled = { cost: zero, costStatus: 'exact', usage: null, rawUsage: null } as const;

const failureFrom = (said: Pick<Failure, 'status' | 'code' | 'message'>, as?: Failure['class']): Failure => ({ ...said, class: as ?? classify(said), retryAfterMs: null });

function refusal(status: number, body: Buffer, header: (name: string) => string | undefined, { keys }: ConfiguredHost, call: MediaCall): Failure {
  const { code, message } = saidIn(body);
  const said = { status, code, message: scrub(message, keys, [call.prompt]) };
  return { ...failureFrom(said), retryAfterMs: retryAfter(header, Date.now()) };
}

/** Providers put it under `error`, `detail` or `message`; what is none of these is quoted in part. */
function saidIn(body: Buffer): { code: string | null; message: string } {
  const text = body.toString('utf8').slice(0, 4_000);
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const error = (value['error'] ?? value['detail'] ?? value) as Record<string, unknown> | string;
    if (typeof error === 'string') return { code: null, message: error };
    return { code: typeof error['code'] === 'string' ? error['code'] : null, message: typeof error['message'] === 'string' ? error['message'] : text };
  } catch {
    return { code: null, message: text };
  }
}

/** By the provider's tokens where they are the price, else by what was made. */
function billOf(answer: MediaAnswer, call: MediaCall, endpoint: ModelEndpoint | null): Pick<Ending, 'cost' | 'costStatus' | 'usage' | 'rawUsage'> {
  const pricing = endpoint?.pricing ?? null;
  const quantities = quantitiesOf(answer, call);
  const cost: Money | null = pricing?.unit === 'token' ? (answer.usage && costOf({ pricing, usage: answer.usage, at: call.at })) : mediaCost(pricing, quantities);
  const usage: MeteredUsage = { ...(answer.usage ?? noUsage), units: pricing?.unit === 'token' ? null : unitsIn(quantities) };
  const status: CostStatus = cost === null ? 'unpriced' : 'exact';
  return { cost, costStatus: status, usage, rawUsage: answer.rawUsage };
}

function quantitiesOf({ artefacts }: MediaAnswer, { prompt, parameters }: MediaCall): Quantities {
  const played = artefacts.map(({ seconds }) => seconds).filter((seconds) => seconds !== null);
  const asked = Number(parameters['duration'] ?? parameters['seconds'] ?? NaN);
  const seconds = played.length > 0 ? played.reduce((sum, each) => sum + each, 0) : Number.isFinite(asked) && asked > 0 ? asked : null;
  return { images: artefacts.filter(({ mime }) => mime.startsWith('image/')).length, seconds, characters: [...prompt].length };
}

const unitsIn = ({ images, seconds, characters }: Quantities): number => (seconds === null ? images || characters : Math.ceil(seconds));

function completed({ kind }: MediaModel, made: MediaAnswer, { at }: MediaCall, ending: Ending): Completed {
  const answer = presentMedia(kind, made, at);
  return { ...ending, kind: 'completed', finishReason: 'stop', output: () => made.text, answer, completion: () => answer.value };
}

interface Facts {
  readonly model: MediaModel;
  readonly endpoint: ModelEndpoint | null;
  readonly failedAttempts: readonly InferenceAttemptFailed[];
  readonly began: number;
}

const endingOf = ({ model, endpoint, failedAttempts, began }: Facts, bill: Pick<Ending, 'cost' | 'costStatus' | 'usage' | 'rawUsage'>): Ending => ({
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

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
