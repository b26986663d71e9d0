/**
 * The BatchAppend call: appends of many streams interleave on one call that lives as long as the client. Each
 * correlation id is answered exactly once; after an early error its other messages are ignored. The deadline comes in
 * the message and only the server watches it.
 */
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { append } from '../append.js';
import type { EventStore } from '../store/event-store.js';
import type { ProposedEvent } from '../store/record.js';
import { batchError, encodeBatchError, encodeBatchSuccess, parseBatchChunk, type AppendOptions, type BatchChunk, type BatchError } from '../wire/append-messages.js';
import { CallWriter } from './call-writer.js';
import { toStatus } from './errors.js';

const DEADLINE_SWEEP_MS = 50;

interface OpenAppend {
  readonly correlationId: Buffer;
  readonly options: AppendOptions;
  readonly events: ProposedEvent[];
  size: number;
  answered: boolean;
  final: boolean;
}

export function batchAppendCall(store: EventStore, maxAppendSize: number, call: ServerDuplexStream<Buffer, Buffer>): void {
  new BatchAppend(store, maxAppendSize, call);
}

class BatchAppend {
  /** By correlation id: appends that are incomplete or not answered. */
  private readonly open = new Map<string, OpenAppend>();
  /** What this turn has to say: the appends of one commit are answered in one write. */
  private answers: Buffer[] = [];
  private readonly writer: CallWriter;
  private readonly sweep: NodeJS.Timeout;
  private ended = false;

  constructor(
    private readonly store: EventStore,
    private readonly maxAppendSize: number,
    private readonly call: ServerDuplexStream<Buffer, Buffer>,
  ) {
    this.writer = new CallWriter(call);
    this.sweep = setInterval(() => this.expire(), DEADLINE_SWEEP_MS);
    this.writer.onGone(() => clearInterval(this.sweep));
    call.on('data', (message: Buffer) => this.receive(message));
    call.on('end', () => {
      this.ended = true;
      this.endWhenAnswered();
    });
  }

  private receive(message: Buffer): void {
    try {
      this.take(parseBatchChunk(message));
    } catch (error) {
      this.fail(error);
    }
  }

  private take(chunk: BatchChunk): void {
    const key = chunk.correlationId.toString('latin1');
    const append = this.open.get(key) ?? this.begin(key, chunk);
    append.final = chunk.final;
    if (!append.answered) this.collect(append, chunk);
    if (append.answered) this.forgetIfFinal(key, append);
    else if (chunk.final) this.write(key, append);
  }

  private begin(key: string, { correlationId, options }: BatchChunk): OpenAppend {
    const append: OpenAppend = {
      correlationId,
      options: options ?? { stream: '', expected: 'any', deadlineMs: Infinity },
      events: [],
      size: 0,
      answered: false,
      final: false,
    };
    this.open.set(key, append);
    if (options === undefined) this.refuse(append, batchError.badRequest('the first message of an append needs options'));
    return append;
  }

  private collect(append: OpenAppend, { events, invalid }: BatchChunk): void {
    if (invalid !== undefined) return this.refuse(append, batchError.badRequest(invalid.message));
    for (const event of events) {
      append.events.push(event);
      append.size += event.data.length;
    }
    if (append.size > this.maxAppendSize) this.refuse(append, batchError.appendTooLarge(this.maxAppendSize));
    else if (isLate(append)) this.refuse(append, batchError.timeout());
  }

  private write(key: string, open: OpenAppend): void {
    const { stream, expected } = open.options;
    append(this.store, stream, expected, open.events).then(
      (outcome) => {
        if (!open.answered) {
          if (outcome.kind === 'stream-deleted') this.refuse(open, batchError.streamDeleted(stream));
          else if (outcome.kind === 'wrong-expected-version') this.refuse(open, batchError.wrongExpectedVersion(expected, outcome.current));
          else if (isLate(open)) this.refuse(open, batchError.timeout());
          else this.answer(open, encodeBatchSuccess(answerTo(open), outcome));
        }
        this.forgetIfFinal(key, open);
      },
      (error: unknown) => this.fail(error),
    );
  }

  private refuse(open: OpenAppend, error: BatchError): void {
    this.answer(open, encodeBatchError(answerTo(open), error));
  }

  private answer(open: OpenAppend, message: Buffer): void {
    open.answered = true;
    if (this.answers.push(message) === 1) process.nextTick(() => this.sayAnswers());
  }

  /** A client that does not read its answers is not read from either. */
  private sayAnswers(): void {
    const { answers } = this;
    this.answers = [];
    if (this.writer.writeAll(answers) || this.call.isPaused()) return;
    this.call.pause();
    void this.writer.ready().then(() => this.call.resume());
  }

  private forgetIfFinal(key: string, append: OpenAppend): void {
    if (!append.final) return;
    this.open.delete(key);
    this.endWhenAnswered();
  }

  private expire(): void {
    for (const append of this.open.values()) {
      if (!append.answered && isLate(append)) this.refuse(append, batchError.timeout());
    }
    this.endWhenAnswered();
  }

  /** After the client's half-close: what is complete is answered, then the call ends. */
  private endWhenAnswered(): void {
    if (!this.ended || [...this.open.values()].some(({ final }) => final)) return;
    clearInterval(this.sweep);
    this.sayAnswers();
    this.call.end();
  }

  private fail(error: unknown): void {
    clearInterval(this.sweep);
    this.sayAnswers();
    if (!this.writer.gone) this.call.emit('error', toStatus(error));
  }
}

const answerTo = ({ correlationId, options }: OpenAppend) => ({ correlationId, stream: options.stream, expected: options.expected });

/** Past its deadline. The events may be written all the same; a retry with the same ids finds out. */
const isLate = ({ options }: OpenAppend): boolean => Date.now() >= options.deadlineMs;
