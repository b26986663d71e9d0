/**
 * The log for all readers of a process: they share one subscription, the lead, so an event is sent, read and decoded
 * once and not once for each of them. One that is behind (new, rebuilt, after a takeover, busy with a poison event)
 * catches up by a subscription of its own types and takes a seat at the lead when its position is in the lead's
 * window. Positions decide all of it, so a hand-over misses nothing and says nothing twice.
 */
import type { Position } from './domain/event.js';
import { commitOf, SharedReader, type Seat, type WindowLimits } from './shared-reader.js';
import { ChunkedSubscription, lastPosition, type LogMessage, type Subscription, type SubscriptionStart } from './subscription.js';
import { realTimer, type Timer } from './timer.js';

/** Where the subscriptions come from; EventLog is one. */
export interface SubscriptionSource {
  subscribe(options: SubscriptionStart): Subscription;
}

/** A seat further behind than this catches up by itself. */
const usualWindow: WindowLimits = { events: 4_096, bytes: 16 * 1024 * 1024, atOnce: 1_000, patienceMs: 1_000 };

export class SharedLog {
  private lead: SharedReader | null = null;
  private readonly readers = new Set<SharedReader>();
  private readonly followers = new Set<Follower>();

  constructor(
    private readonly source: SubscriptionSource,
    private readonly limits: WindowLimits = usualWindow,
    private readonly timer: Timer = realTimer,
  ) {}

  /** A subscription like any other, strictly after `from`; what it costs is shared with the others. */
  follow(options: SubscriptionStart): Subscription {
    return new Follower(this, options);
  }

  /** Subscriptions to the log that are open. One, once everybody has caught up. */
  get subscriptions(): number {
    return this.readers.size;
  }

  enter(follower: Follower): void {
    this.followers.add(follower);
  }

  /** The reader that a follower goes on with, and has a seat at. */
  readerFor(follower: Follower, current: SharedReader | null): SharedReader {
    const { seat } = follower;
    const seated = current !== null && !current.over && current.has(seat);
    if (seated && (current === this.lead || !this.mayLead(seat))) return current;
    const reader = this.nextReader(follower);
    if (current) this.stand(seat, current);
    reader.join(seat);
    return reader;
  }

  leave(follower: Follower, reader: SharedReader | null): void {
    this.followers.delete(follower);
    if (reader) this.stand(follower.seat, reader);
  }

  private mayLead(seat: Seat): boolean {
    return this.lead === null || this.lead.over || this.lead.reaches(seat.at);
  }

  private nextReader(follower: Follower): SharedReader {
    const { seat } = follower;
    const lead = this.lead?.over ? null : this.lead;
    if (lead?.reaches(seat.at) && lead.covers(seat.types)) return lead;
    if (lead?.isAhead(seat.at)) return this.open(follower, seat.types);
    // The lead does not read its types, or is far behind it, or there is none: from here on this one leads.
    return (this.lead = this.open(follower, new Set([...this.followers].flatMap((each) => [...each.seat.types]))));
  }

  private open({ position }: Follower, types: ReadonlySet<string>): SharedReader {
    const subscription = this.source.subscribe({ types: [...types].sort(), ...(position ? { from: position } : {}) });
    const reader: SharedReader = new SharedReader(subscription, {
      from: position, types, limits: this.limits, timer: this.timer, live: () => this.nowLive(reader), awaited: () => this.readers.size > 1,
    });
    this.readers.add(reader);
    return reader;
  }

  /** Whoever waits elsewhere may come over now. */
  private nowLive(reader: SharedReader): void {
    if (reader === this.lead) for (const other of this.readers) if (other !== reader) other.wake();
  }

  private stand(seat: Seat, reader: SharedReader): void {
    reader.leave(seat);
    if (!reader.empty) return;
    this.readers.delete(reader);
    if (this.lead === reader) this.lead = null;
    void reader.close();
  }
}

/** One reader of the log among several. */
class Follower extends ChunkedSubscription {
  readonly seat: Seat;
  /** Everything of its types up to here has been said. */
  position: Position | undefined;
  private reader: SharedReader | null = null;
  private stopped = false;

  constructor(
    private readonly shared: SharedLog,
    { from, types }: SubscriptionStart,
  ) {
    super();
    this.position = from;
    this.seat = { at: commitOf(from), types: new Set(types) };
    shared.enter(this);
  }

  async *chunks(): AsyncGenerator<readonly LogMessage[], void> {
    try {
      while (!this.stopped) {
        this.reader = this.shared.readerFor(this, this.reader);
        const chunk = this.reader.take(this.seat);
        if (chunk.length === 0) await this.reader.more();
        else {
          this.position = lastPosition(chunk) ?? this.position;
          yield chunk;
        }
      }
    } finally {
      this.stop();
    }
  }

  async unsubscribe(): Promise<void> {
    this.stop();
  }

  private stop(): void {
    this.stopped = true;
    const { reader } = this;
    this.reader = null;
    this.shared.leave(this, reader);
    reader?.wake();
  }
}
