/** One streamed call: from the provider's bytes to the client's, with its deadlines, its back-pressure and its end. */
import { retryAfter } from '../domain/failure.js';
import type { Json } from '../domain/json.js';
import type { StreamTranslator } from '../formats/format.js';
import type { Receiver, Transfer } from '../upstream/upstream.js';
import {
  answered, asObject, broken, cancelled, errorIn, failure, longestErrorBody, parsed, refused, refusedInside,
  type AttemptContext, type AttemptResult, type Header,
} from './attempt.js';
import { ChatStream } from './chat-stream.js';
import type { ClientOutput } from './client-output.js';
import { replayOf } from './replay.js';
import type { Seam } from './seam.js';
import type { Watched } from './watch.js';

/** After the finish reason only usage and the end mark are due; a provider that forgets to hang up is not waited for. */
const lingerMs = 2_000;

export class StreamAttempt implements Receiver, Watched {
  readonly stream: ChatStream;
  readonly result: Promise<AttemptResult>;
  private readonly translator: StreamTranslator | null;
  private transfer: Transfer | null = null;
  private resolve!: (result: AttemptResult) => void;
  private reject!: (fault: unknown) => void;
  private settled = false;
  /** The upstream has said all it will. */
  private ended = false;
  /** How it ended, while a slow client has yet to take what came before. */
  private pending: AttemptResult | null = null;
  /** Not null when the answer is no event stream: an error, or a whole answer. */
  private collected: Buffer[] | null = null;
  private collectedBytes = 0;
  private usageOfWhole: Json | null = null;
  private status = 0;
  private retryAfterMs: number | null = null;
  /** Bytes came since the last tick. */
  private stirred = false;
  private readonly startedAt = performance.now();
  private lastStirAt = this.startedAt;
  private flushing = false;

  constructor(
    private readonly context: AttemptContext,
    private readonly output: ClientOutput,
    includeUsage: boolean,
    private readonly seam: Seam | null,
  ) {
    this.stream = new ChatStream(includeUsage, () => context.metadata(context.facts('first')));
    this.translator = context.format.streamed();
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  start(): Promise<AttemptResult> {
    this.context.watch.add(this);
    this.transfer = this.context.upstream.send(this.context.request, this);
    if (this.settled) this.hangUp();
    return this.result;
  }

  /** The client hung up. */
  cancel(): void {
    this.settle(cancelled);
    this.hangUp();
  }

  /** The provider's usage object, verbatim; null when it sent none. */
  rawUsage() {
    return this.usageOfWhole ?? this.translator?.rawUsage() ?? this.stream.rawUsage();
  }

  onHead(status: number, header: Header): void {
    this.status = status;
    this.stirred = true;
    if (status !== 200) this.retryAfterMs = retryAfter(header, Date.now());
    if (status !== 200 || /^application\/(?:problem\+)?json|^text\/html/i.test(header('content-type') ?? '')) this.collected = [];
  }

  onData(chunk: Buffer): void {
    this.stirred = true;
    if (this.settled || this.pending) return;
    try {
      if (this.collected) return this.collect(chunk);
      const translated = this.translator ? this.translator.push(chunk) : chunk;
      if (translated.length > 0) this.feed(this.seam ? this.seam.push(translated) : translated);
    } catch (fault) {
      this.breakOff(fault);
    }
  }

  onEnd(): void {
    this.ended = true;
    this.unwatch();
    if (this.settled || this.pending) return;
    try {
      this.conclude();
    } catch (fault) {
      this.breakOff(fault);
    }
  }

  private conclude(): void {
    if (this.collected) return this.endCollected(Buffer.concat(this.collected));
    this.stream.end();
    if (this.seam?.broken) return this.depart();
    if (this.stream.error) return this.fail(refusedInside(this.context, this.stream.error));
    if (this.stream.finished || this.stream.done) return this.complete();
    this.fail(failure(this.context, { class: 'cut_stream', message: 'the provider ended the stream before the answer was whole' }));
  }

  onError(error: Error): void {
    this.ended = true;
    this.unwatch();
    if (this.settled || this.pending) return;
    if (!this.collected && this.stream.finished) return this.complete();
    if (this.collected && this.status !== 200) return this.endCollected(Buffer.concat(this.collected));
    this.fail(broken(this.context, error, this.status !== 0));
  }

  tick(nowMs: number): void {
    const { limits } = this.context;
    if (this.stirred || !this.output.writable) {
      this.stirred = false;
      this.lastStirAt = nowMs;
    }
    const silent = nowMs - this.lastStirAt;
    if (this.settled) return silent > lingerMs ? this.hangUp() : undefined;
    if (this.pending) return nowMs > limits.deadlineAt ? this.settle(cancelled) : undefined;
    this.output.beat(nowMs, () => this.context.facts('first'));
    if (this.stream.finished && silent > lingerMs) return this.complete();
    if (nowMs > limits.deadlineAt) return this.late('the deadline of the request has passed');
    if (!this.stream.hasContent && nowMs - this.startedAt > limits.firstTokenMs) return this.late('no first token within the limit');
    if (this.stream.hasContent && silent > limits.idleMs) this.late('the stream fell silent');
  }

  private feed(events: Buffer): void {
    this.stream.push(events);
    if (this.seam?.broken) return this.depart();
    this.flushSoon();
    if (this.stream.error) this.fail(refusedInside(this.context, this.stream.error));
    else if (this.stream.done) this.complete();
  }

  /** Chunks that arrive in one read of the socket leave in one write. */
  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    queueMicrotask(() => {
      this.flushing = false;
      this.flush();
    });
  }

  private flush(): void {
    if (!this.output.writable) return;
    const events = this.stream.drain();
    if (!events) return;
    try {
      this.output.start(this.context.facts('first'));
      this.output.write(events, this.resume);
      if (!this.output.writable && !this.settled) this.transfer?.pause();
    } catch (fault) {
      this.breakOff(fault);
    }
  }

  private readonly resume = (): void => {
    this.flush();
    if (!this.output.writable) return;
    if (this.pending) this.settle(this.pending);
    else if (!this.settled) this.transfer?.resume();
  };

  private collect(chunk: Buffer): void {
    this.collected!.push(chunk);
    this.collectedBytes += chunk.length;
    if (this.status !== 200 && this.collectedBytes > longestErrorBody) this.endCollected(Buffer.concat(this.collected!));
  }

  /** An error, or a host that answers a streaming request whole: its answer is told as a stream. */
  private endCollected(body: Buffer): void {
    if (this.status !== 200) return this.fail(refused(this.context, this.status, body, this.retryAfterMs));
    const value = parsed(body.toString('utf8'));
    const { whole, rawUsage } = this.context.format;
    const answer = errorIn(value) ? null : asObject(value);
    const completion = answer && (whole?.(answer) ?? answer);
    const error = errorIn(value) ?? errorIn(completion);
    if (error) return this.fail(refusedInside(this.context, error));
    if (!completion || !Array.isArray(completion['choices'])) {
      return this.fail(failure(this.context, { class: 'invalid_response', status: 200, message: 'the provider answered with something else than a stream' }));
    }
    this.collected = null;
    this.usageOfWhole = answer && rawUsage(answer);
    const events = replayOf(completion);
    this.feed(this.seam ? this.seam.push(events) : events);
  }

  private depart(): void {
    this.fail(failure(this.context, { class: 'cut_stream', message: 'the second answer departed from the text already sent' }));
  }

  private late(message: string): void {
    this.fail(failure(this.context, { class: 'timeout', message }));
  }

  private fail(result: AttemptResult): void {
    this.settleAfterFlush(result);
    this.hangUp();
  }

  private complete(): void {
    this.settleAfterFlush(answered);
  }

  /** What comes after the attempt must not overtake what it has still to write to a slow client. */
  private settleAfterFlush(result: AttemptResult): void {
    if (this.settled || this.pending) return;
    this.flush();
    if (this.output.writable || !this.stream.hasContent) this.settle(result);
    else this.pending = result;
  }

  private settle(result: AttemptResult): void {
    if (this.settled) return;
    this.settled = true;
    this.unwatch();
    this.resolve(result);
  }

  /** A fault on this side, of the caller's sink or metadata: no outcome of a provider, and not to be survived in silence. */
  private breakOff(fault: unknown): void {
    if (this.settled) return;
    this.settled = true;
    this.hangUp();
    this.reject(fault);
  }

  /** A settled attempt is still watched while its provider has not hung up. */
  private unwatch(): void {
    if (this.settled && this.ended) this.context.watch.remove(this);
  }

  private hangUp(): void {
    this.transfer?.abort();
    this.ended = true;
    this.unwatch();
  }
}
