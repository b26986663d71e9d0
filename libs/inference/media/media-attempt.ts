/**
 * One model at one host: asked, asked again until it is done, and what it made brought home. What has to outlive this
 * process is noted before and after the provider is asked, so that nobody is asked twice for the same work.
 */
import type { Failure } from '../domain/failure.js';
import type { Accepted, MediaAnswer, MediaCall, MediaModel } from '../domain/media.js';
import { delivered } from './media-delivery.js';
import { breakage, failureFrom, refusal } from './media-failure.js';
import { isPending, type MediaAsk, type MediaResponse, type Pending } from './media-format.js';
import type { MediaTarget } from './media-target.js';
import { exchange } from './media-transport.js';
import { pause } from './pause.js';

export interface MediaLimits {
  /** Longest that one model may take, milliseconds. */
  readonly attemptMs: number;
  /** Between two questions how far a clip or music is; grows slowly to four times as much. Quicker work is asked about sooner. */
  readonly pollMs: number;
  /** How long a provider that is to stop may take to say so. */
  readonly cancelMs: number;
  /** How long an answer in flight is still waited for when this process stops. */
  readonly leaveMs: number;
  /** A result that is not there yet is fetched again after each of these waits. */
  readonly fetchAgainMs: readonly number[];
}

export const mediaLimits: MediaLimits = { attemptMs: 120_000, pollMs: 1_500, cancelMs: 5_000, leaveMs: 10_000, fetchAgainMs: [250, 1_000, 3_000] };

export type AttemptEnd =
  | { readonly kind: 'made'; readonly answer: MediaAnswer }
  /** @param made what was made, and is billed, but could not be had. @param certain whether the provider has certainly stopped. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly made: MediaAnswer | null; readonly certain: boolean }
  | { readonly kind: 'cancelled'; readonly certain: boolean }
  /** This process stops; the work is left to the provider, and to who asks for it next. */
  | { readonly kind: 'left' };

export interface AttemptStart {
  readonly sentMs: number;
  /** Null when the provider is still to be asked. */
  readonly accepted: Accepted | null;
  note(accepted: Accepted | null): Promise<void>;
}

const pollGrowth = 1.15;
/** Questions in a row that may fail before the work is taken for lost. */
const mostLostPolls = 6;

export class MediaAttempt {
  private readonly ask: MediaAsk;
  private readonly deadline: AbortSignal;
  private accepted: Accepted | null;
  private made: MediaAnswer | null = null;

  constructor(
    private readonly target: MediaTarget,
    model: MediaModel,
    private readonly call: MediaCall,
    private readonly start: AttemptStart,
    private readonly limits: MediaLimits,
  ) {
    const { modelId, withImage } = target.endpoint;
    this.ask = { call, kind: model.kind, host: target.configured.host.slug, modelId: call.images.length > 0 ? (withImage ?? modelId) : modelId };
    this.deadline = AbortSignal.any([call.signal, AbortSignal.timeout(Math.max(1, start.sentMs + limits.attemptMs - Date.now()))]);
    this.accepted = start.accepted;
  }

  async run(): Promise<AttemptEnd> {
    try {
      const first = this.accepted === null ? await this.submit() : ({ pending: { progress: null, isDone: true } } as const);
      if ('kind' in first) return first;
      const answer = await this.until(first);
      if ('kind' in answer) return answer;
      this.made = answer;
      return { kind: 'made', answer: await delivered(answer, { ask: this.ask, configured: this.target.configured, signal: this.deadline, fetchAgainMs: this.limits.fetchAgainMs }) };
    } catch (error) {
      return this.broken(error);
    }
  }

  private async submit(): Promise<MediaAnswer | Pending | AttemptEnd> {
    const request = this.target.format.request(this.ask);
    await this.start.note(null);
    const response = await exchange(this.target.configured, request, this.patience());
    if (response.status >= 400) return this.failed(refusal(response, this.target.configured, this.call));
    const answer = this.target.format.read(response, this.ask);
    if (isPending(answer)) await this.take(answer);
    return answer;
  }

  /** Asks until it is done. */
  private async until(first: MediaAnswer | Pending): Promise<MediaAnswer | AttemptEnd> {
    let answer = first;
    const isSlow = this.ask.kind === 'video' || this.ask.kind === 'music';
    for (let wait = isSlow ? this.limits.pollMs : this.limits.pollMs / 4, lost = 0; isPending(answer); wait = Math.min(wait * pollGrowth, this.limits.pollMs * 4)) {
      const { progress, isDone } = answer.pending;
      if (progress !== null) this.call.onProgress?.(progress);
      const leave = this.call.journal?.leave;
      if (!isDone) await pause(wait, leave ? AbortSignal.any([this.deadline, leave]) : this.deadline);
      this.deadline.throwIfAborted();
      if (leave?.aborted) return { kind: 'left' };
      const response = await this.poll();
      if (response === null || isPassing(response.status)) {
        if (++lost > mostLostPolls) return this.failed(response ? refusal(response, this.target.configured, this.call) : failureFrom({ status: null, code: null, message: 'the provider is not reached any more' }, 'connection'));
        answer = { pending: { progress: null } };
        continue;
      }
      if (response.status >= 400) return this.failed(refusal(response, this.target.configured, this.call));
      lost = 0;
      answer = this.target.format.read(response, this.ask);
      if (isPending(answer)) await this.take(answer);
    }
    return answer;
  }

  /** Null when the connection broke: the work goes on without it. */
  private async poll(): Promise<MediaResponse | null> {
    try {
      return await exchange(this.target.configured, this.accepted!.poll, this.deadline);
    } catch (error) {
      this.deadline.throwIfAborted();
      if ((error as Error).name === 'InvalidAnswer') throw error;
      return null;
    }
  }

  /** How it is asked from now on, durable before it is asked. */
  private async take({ pending: { poll, cancel } }: Pending): Promise<void> {
    if (poll === undefined && cancel === undefined) return;
    const before = this.accepted;
    this.accepted = { poll: poll ?? before!.poll, cancel: cancel === undefined ? (before?.cancel ?? null) : cancel };
    if (JSON.stringify(before) !== JSON.stringify(this.accepted)) await this.start.note(this.accepted);
  }

  private failed(failure: Failure): AttemptEnd {
    return { kind: 'failed', failure, made: null, certain: true };
  }

  private async broken(error: unknown): Promise<AttemptEnd> {
    const { signal, journal } = this.call;
    if (signal.aborted) return { kind: 'cancelled', certain: await this.stopped() };
    if (this.deadline.aborted) {
      const failure = failureFrom({ status: null, code: null, message: 'no answer in time' }, 'timeout');
      return { kind: 'failed', failure, made: this.made, certain: this.made !== null || (await this.stopped()) };
    }
    if (journal?.leave.aborted && (error as Error).name === 'AbortError') return { kind: 'left' };
    return { kind: 'failed', failure: breakage(error, this.target.configured, this.call), made: this.made, certain: true };
  }

  /** Tells the provider to stop. @returns whether it has, so that nothing more is billed. */
  private async stopped(): Promise<boolean> {
    const cancel = this.accepted?.cancel;
    if (!cancel) return false;
    const answer = await exchange(this.target.configured, cancel, AbortSignal.timeout(this.limits.cancelMs)).catch(() => null);
    return answer !== null && answer.status < 300;
  }

  /** For a question in flight: until the deadline, and a little longer than the process wants to live. */
  private patience(): AbortSignal {
    const leave = this.call.journal?.leave;
    if (!leave) return this.deadline;
    const late = new AbortController();
    leave.addEventListener('abort', () => setTimeout(() => late.abort(), this.limits.leaveMs).unref(), { once: true });
    return AbortSignal.any([this.deadline, late.signal]);
  }
}

/** Of a question, not of the work: limits and outages pass. */
const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;
