/** One call for a whole answer. */
import { retryAfter } from '../domain/failure.js';
import type { Json } from '../domain/json.js';
import type { Receiver, Transfer } from '../upstream/upstream.js';
import {
  answered, asObject, broken, cancelled, errorIn, failure, longestErrorBody, parsed, refused, refusedInside,
  type AttemptContext, type AttemptResult, type Header,
} from './attempt.js';
import type { Watched } from './watch.js';

const longestAnswer = 67_108_864;

export class JsonAttempt implements Receiver, Watched {
  /** The answer in OpenAI's shape, and its bytes: the upstream's own where the format is OpenAI's. */
  answer: { readonly value: Json; readonly bytes: Buffer } | null = null;
  /** The provider's usage object, verbatim; null when it sent none. */
  rawUsage: Json | null = null;
  readonly result: Promise<AttemptResult>;
  private resolve!: (result: AttemptResult) => void;
  private transfer: Transfer | null = null;
  private settled = false;
  private readonly chunks: Buffer[] = [];
  private length = 0;
  private status = 0;
  private retryAfterMs: number | null = null;
  private readonly startedAt = performance.now();

  constructor(private readonly context: AttemptContext) {
    this.result = new Promise((resolve) => (this.resolve = resolve));
  }

  start(): Promise<AttemptResult> {
    this.context.watch.add(this);
    this.transfer = this.context.upstream.send(this.context.request, this);
    if (this.settled) this.transfer.abort();
    return this.result;
  }

  cancel(): void {
    this.settle(cancelled, true);
  }

  onHead(status: number, header: Header): void {
    this.status = status;
    if (status !== 200) this.retryAfterMs = retryAfter(header, Date.now());
  }

  onData(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.status !== 200 && this.length > longestErrorBody) {
      this.onEnd();
      this.transfer?.abort();
    } else if (this.length > longestAnswer) this.settle(failure(this.context, { class: 'invalid_response', status: 200, message: 'the answer is longer than 64 MB' }), true);
  }

  onEnd(): void {
    if (this.settled) return;
    const body = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.settle(this.status === 200 ? this.read(body) : refused(this.context, this.status, body, this.retryAfterMs), false);
  }

  onError(error: Error): void {
    this.settle(broken(this.context, error, this.status !== 0), false);
  }

  tick(nowMs: number): void {
    const { firstTokenMs, deadlineAt } = this.context.limits;
    if (nowMs - this.startedAt <= firstTokenMs && nowMs <= deadlineAt) return;
    this.settle(failure(this.context, { class: 'timeout', message: 'no answer within the limit' }), true);
  }

  /** Parsed once: for its usage, its validity and its text. The client gets the bytes. */
  private read(body: Buffer): AttemptResult {
    const value = parsed(body.toString('utf8'));
    const { whole, rawUsage } = this.context.format;
    const original = errorIn(value) ? null : asObject(value);
    const completion = original && (whole?.(original) ?? original);
    const error = errorIn(value) ?? errorIn(completion);
    if (error) return refusedInside(this.context, error);
    if (!completion || !Array.isArray(completion['choices'])) {
      return failure(this.context, { class: 'invalid_response', status: 200, message: 'the provider answered with something else than a completion' });
    }
    this.rawUsage = rawUsage(original);
    this.answer = { value: completion, bytes: whole ? Buffer.from(JSON.stringify(completion)) : body };
    return answered;
  }

  private settle(result: AttemptResult, abort: boolean): void {
    if (this.settled) return;
    this.settled = true;
    this.context.watch.remove(this);
    if (abort) this.transfer?.abort();
    this.resolve(result);
  }
}
