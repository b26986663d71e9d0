/**
 * A catch-up subscription on the whole log, pulled by `for await`, so a slow reader costs the server nothing.
 * After a broken connection it resumes after the last message that was pulled, and says caught-up again.
 */
import type { EventStoreDBClient } from '@eventstore/db-client';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { decodeStored } from './codec.js';
import type { Position } from './domain/event.js';
import { ChunkedSubscription, lastPosition, type LogMessage } from './subscription.js';
import { openSubscription, type SubscriptionRequest } from './wire/read-call.js';
import { readReply } from './wire/read-reply.js';

export interface SubscriptionOptions {
  /** Strictly after this position; the start of the log when absent. */
  readonly from?: Position | undefined;
  /** Event types to receive; everything of ours when absent. */
  readonly types?: readonly string[];
  /** Prefixes of stream names to receive; not together with `types`. */
  readonly streams?: readonly string[];
}

/** Events considered by the server between two checkpoints of a filtered subscription. */
const checkpointWindow = 1_000;
/** Messages and bytes that are read before somebody asks for them. */
const readAhead = { messages: 2_048, bytes: 8 * 1024 * 1024 };

export class LogSubscription extends ChunkedSubscription {
  private position: Position | undefined;
  private current: ClientReadableStream<Buffer> | undefined;
  private stopped = false;
  private wake = () => {};

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly options: SubscriptionOptions,
  ) {
    super();
    this.position = options.from;
  }

  async *chunks(): AsyncGenerator<readonly LogMessage[], void> {
    for (let failures = 0; !this.stopped; failures++) {
      try {
        for await (const chunk of this.untilBroken()) {
          failures = 0;
          yield chunk;
        }
      } finally {
        this.endCurrent();
      }
      if (!this.stopped) await this.sleep(Math.min(50 * 2 ** failures, 2_000));
    }
  }

  async unsubscribe(): Promise<void> {
    this.stopped = true;
    this.wake();
    this.endCurrent();
  }

  private async *untilBroken(): AsyncGenerator<readonly LogMessage[], void> {
    const call = await openSubscription(this.client, { from: this.position, filter: this.filter(), checkpointWindow }).catch(() => undefined);
    if (!call) return;
    this.current = call;
    if (this.stopped) return;
    const arrived = new Arrivals(call, () => this.wake());
    while (!this.stopped) {
      const chunk = arrived.take();
      if (chunk.length > 0) {
        this.position = lastPosition(chunk) ?? this.position;
        yield chunk;
      } else if (arrived.ended) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private filter(): SubscriptionRequest['filter'] {
    const { types, streams } = this.options;
    if (types) return { on: 'type', regex: `^(${types.join('|')})$` };
    return streams ? { on: 'stream', prefixes: streams } : { on: 'stream', regex: '^[^$]' };
  }

  private endCurrent(): void {
    const call = this.current;
    this.current = undefined;
    if (!call) return;
    call.on('error', () => {});
    // Not at once: grpc-js loses a cancel that comes before the call is on its way (grpc/grpc-node issue 1464).
    setImmediate(() => call.cancel());
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** What a call has brought and nobody has taken. Holds the call back when that becomes too much. */
class Arrivals {
  ended = false;
  private waiting: LogMessage[] = [];
  private bytes = 0;

  constructor(
    private readonly call: ClientReadableStream<Buffer>,
    private readonly wake: () => void,
  ) {
    call.on('data', (reply: Buffer) => this.add(reply));
    for (const end of ['error', 'end', 'close'] as const) call.on(end, () => this.end());
  }

  take(): readonly LogMessage[] {
    const taken = this.waiting;
    if (taken.length === 0) return taken;
    this.waiting = [];
    this.bytes = 0;
    if (this.call.isPaused()) this.call.resume();
    return taken;
  }

  private add(bytes: Buffer): void {
    const message = messageOf(bytes);
    if (!message) return;
    this.waiting.push(message);
    this.bytes += bytes.length;
    if (this.waiting.length >= readAhead.messages || this.bytes >= readAhead.bytes) this.call.pause();
    // When all that came with it has been read as well: a chunk goes through many hands, however little is in it.
    if (this.waiting.length === 1) setImmediate(this.wake);
  }

  private end(): void {
    this.ended = true;
    this.wake();
  }
}

/** Null for what is not ours or says nothing. */
function messageOf(bytes: Buffer): LogMessage | null {
  const reply = readReply(bytes);
  if (reply.kind !== 'event') return reply.kind === 'other' ? null : reply;
  const event = decodeStored(reply.event);
  return event && { kind: 'event', event, bytes: reply.event.data.length };
}
