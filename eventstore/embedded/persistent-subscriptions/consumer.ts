/** One connected consumer of a group: its free slots and, if wanted, how long it takes. */
import type { Message } from './message.js';

/** How a group reaches a consumer. */
export interface ConsumerConnection {
  deliver(message: Message): void;
  /** Ends the consumer's call with an error of the protocol. */
  drop(reason: 'dropped' | 'deleted'): void;
  /** Address of the peer. */
  readonly from: string;
  readonly connectionName: string;
}

const MEASUREMENTS = 1000;

export class Consumer {
  readonly inFlight = new Set<Message>();
  totalItems = 0;
  /** Items at the last look, for the rate since then. */
  lastTotalItems = 0;
  private readonly startedMs = new Map<Message, number>();
  private readonly tookMs: number[] = [];

  constructor(
    readonly connection: ConsumerConnection,
    /** Messages it takes before it answers any. */
    private readonly bufferSize: number,
    private readonly measures: boolean,
  ) {}

  get availableSlots(): number {
    return this.bufferSize - this.inFlight.size;
  }

  push(message: Message, nowMs: number): void {
    this.inFlight.add(message);
    this.totalItems++;
    if (this.measures) this.startedMs.set(message, nowMs);
    this.connection.deliver(message);
  }

  /** The message was answered or timed out: its slot is free. */
  free(message: Message, nowMs: number): void {
    this.inFlight.delete(message);
    const started = this.startedMs.get(message);
    if (started === undefined) return;
    this.startedMs.delete(message);
    if (this.tookMs.length === MEASUREMENTS) this.tookMs.shift();
    this.tookMs.push(Math.round(nowMs - started));
  }

  /** Processing times in ms by the keys of the server; empty without extra statistics. */
  measurements(): (readonly [key: string, ms: number])[] {
    if (this.tookMs.length === 0) return [];
    const sorted = [...this.tookMs].sort((a, b) => a - b);
    const at = (percent: number) => sorted[Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length))]!;
    const mean = Math.round(sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length);
    return [
      ['Mean', mean],
      ['Median', at(50)],
      ['Fastest', sorted[0]!],
      ...[0, 20, 40, 60, 80].map((percent, index) => [`Quintile ${index + 1}`, at(percent)] as const),
      ...[90, 95, 99, 99.5, 99.9].map((percent) => [`${percent}%`, at(percent)] as const),
      ['Highest', sorted.at(-1)!],
    ];
  }
}
