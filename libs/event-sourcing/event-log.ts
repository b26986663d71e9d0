/**
 * The event log: the only place that speaks to EventStoreDB, always through the official client, so that the embedded
 * node and a cluster are one code path. Appends use exact revisions and deterministic ids: a retry is the same event.
 */
import {
  EventStoreDBClient, MaxAppendSizeExceededError, StreamDeletedError, StreamNotFoundError, WrongExpectedVersionError,
  type AllStreamResolvedEvent, type ResolvedEvent, type StreamingRead,
} from '@eventstore/db-client';
import { BatchAppends } from './batch-appends.js';
import { decode, encode } from './codec.js';
import type { Decider } from './domain/decider.js';
import type { Appended, CommandContext, DomainEvent, ExpectedRevision, Position, Recorded, StreamName } from './domain/event.js';
import { AppendTooLarge, LogUnavailable, RevisionConflict } from './log-errors.js';
import { asStored, isOurs, type StoredEvent } from './stored-event.js';
import { LogSubscription, type SubscriptionOptions } from './log-subscription.js';
import { SharedLog } from './shared-log.js';
import type { Subscription, SubscriptionStart } from './subscription.js';
import { openForwardRead } from './wire/read-call.js';
import { readReply } from './wire/read-reply.js';

export interface Decided<State, Event> extends Appended {
  readonly events: readonly Event[];
  readonly state: State;
}

/** How long the same append is tried again before the caller is told that its outcome is unknown. */
const appendPatienceMs = 5_000;
/** And how often at least: a process that did not run meanwhile has not seen the log fail. */
const leastAttempts = 3;
const conflictRetries = 5;
/** Events of one page of a backwards read. */
const backwardsPage = 64;
const closePatienceMs = 2_000;

export class EventLog {
  private readonly client: EventStoreDBClient;
  private readonly shared = new SharedLog(this);
  private readonly appends: BatchAppends;

  /** @param connectionString such as `esdb://127.0.0.1:2113?tls=false`. */
  constructor(connectionString: string) {
    this.client = EventStoreDBClient.connectionString(connectionString);
    this.appends = new BatchAppends(this.client);
  }

  /**
   * Appends at an exact revision and returns once the events are durable.
   * @throws RevisionConflict the stream is elsewhere. @throws LogUnavailable outcome unknown. @throws AppendTooLarge
   */
  async append(stream: StreamName, expected: ExpectedRevision, events: readonly DomainEvent[], context: CommandContext): Promise<Appended> {
    const encoded = encode(stream, events, context);
    const giveUpAt = performance.now() + appendPatienceMs;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.appends.append(stream, expected, encoded);
      } catch (error) {
        refuseWhatIsCertain(stream, expected, error);
        // Outcome unknown: the same ids at the same revision are idempotent, so try exactly the same again.
        if (attempt + 1 >= leastAttempts && performance.now() >= giveUpAt) throw new LogUnavailable(stream, error);
        await pause(Math.min(50 * 2 ** attempt, 1_000));
      }
    }
  }

  /**
   * The command loop: 1. load and fold the stream, 2. decide, 3. append at the revision that was read, 4. on a
   * conflict start again. A command already in the stream (same commandId) is answered from it, not done twice.
   */
  async decide<State, Command, Event extends DomainEvent>(
    stream: StreamName,
    decider: Decider<State, Command, Event>,
    command: Command,
    context: CommandContext,
  ): Promise<Decided<State, Event>> {
    for (let attempt = 0; ; attempt++) {
      const loaded = await this.load(stream, decider, context.commandId);
      if (loaded.earlier.length > 0) return { ...loaded.at, events: loaded.earlier, state: loaded.state };
      const events = decider.decide(command, loaded.state);
      if (events.length === 0) return { ...loaded.at, events, state: loaded.state };
      try {
        const appended = await this.append(stream, loaded.at.revision < 0n ? 'no_stream' : loaded.at.revision, events, context);
        return { ...appended, events, state: events.reduce((state, event) => decider.evolve(state, event), loaded.state) };
      } catch (error) {
        if (!(error instanceof RevisionConflict) || attempt >= conflictRetries) throw error;
      }
    }
  }

  private async load<State, Command, Event extends DomainEvent>(stream: StreamName, decider: Decider<State, Command, Event>, commandId: string) {
    let state = decider.initial;
    let at: Appended = { position: 0n, revision: -1n };
    const earlier: Event[] = [];
    for await (const recorded of this.read(stream)) {
      const event = { type: recorded.type, data: recorded.data } as Event;
      state = decider.evolve(state, event);
      at = { position: recorded.position.commit, revision: recorded.revision };
      if (recorded.metadata.commandId === commandId) earlier.push(event);
    }
    return { state, at, earlier };
  }

  /** The events of one stream, oldest first. Nothing when it does not exist. */
  async *read(stream: StreamName, from: bigint = 0n): AsyncGenerator<Recorded> {
    try {
      yield* decoded(this.client.readStream(stream, { fromRevision: from }));
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
  }

  /**
   * The events of one stream, newest first. Nothing when it does not exist. Read in pages that are always finished: a
   * reader that stops early costs no broken-off read, of which Node's HTTP/2 servers forgive 33 a second.
   */
  async *readBackwards(stream: StreamName): AsyncGenerator<Recorded> {
    for (let from: bigint | 'end' = 'end'; ; ) {
      const page: ResolvedEvent[] = await this.pageBackwards(stream, from);
      for (const resolved of page) {
        const recorded = decode(resolved);
        if (recorded) yield recorded;
      }
      const oldest = page.at(-1)?.event?.revision ?? 0n;
      if (oldest === 0n) return;
      from = oldest - 1n;
    }
  }

  private async pageBackwards(stream: StreamName, from: bigint | 'end'): Promise<ResolvedEvent[]> {
    const page: ResolvedEvent[] = [];
    try {
      for await (const resolved of this.client.readStream(stream, { direction: 'backwards', fromRevision: from, maxCount: backwardsPage })) page.push(resolved as ResolvedEvent);
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
    return page;
  }

  /** Whether anything was ever written to the stream. */
  async exists(stream: StreamName): Promise<boolean> {
    try {
      let found = false;
      for await (const _first of this.client.readStream(stream, { maxCount: 1 })) found = true;
      return found;
    } catch (error) {
      if (error instanceof StreamNotFoundError) return false;
      throw error;
    }
  }

  /** The whole log in order, from a position (inclusive) or the start. */
  async *readAll(options: { from?: Position; backwards?: boolean; max?: number } = {}): AsyncGenerator<Recorded> {
    const from = options.from ?? (options.backwards ? 'end' : 'start');
    const reading = this.client.readAll(
      { direction: options.backwards ? 'backwards' : 'forwards', fromPosition: from, ...(options.max ? { maxCount: options.max } : {}) },
      { highWaterMark: 512 },
    );
    yield* decoded(reading);
  }

  /** The events of one stream as bytes, oldest first. Nothing when it does not exist. */
  async *readStoredStream(stream: StreamName): AsyncGenerator<StoredEvent> {
    try {
      for await (const resolved of this.client.readStream(stream)) {
        const stored = asStored(resolved);
        if (stored) yield stored;
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
  }

  /** The whole log as bytes, in order, from a position (inclusive) or the start; at most `max` events. */
  async *readStored({ from, max }: { from?: Position; max?: number } = {}): AsyncGenerator<StoredEvent> {
    const reading = await openForwardRead(this.client, { from, max: max ?? Number.MAX_SAFE_INTEGER });
    let finished = false;
    try {
      for await (const bytes of reading) {
        const reply = readReply(bytes as Buffer);
        if (reply.kind === 'event' && isOurs(reply.event)) yield reply.event;
      }
      finished = true;
    } finally {
      if (!finished) reading.on('error', () => {}).cancel();
    }
  }

  /** A catch-up subscription that resumes by itself after a broken connection. Strictly after `from`. */
  subscribe(options: SubscriptionOptions): LogSubscription {
    return new LogSubscription(this.client, options);
  }

  /** The same for a reader that stays: all of them share one subscription of this process, and each keeps its own place. */
  follow(options: SubscriptionStart): Subscription {
    return this.shared.follow(options);
  }

  /** Commit position of the newest event of ours or of the system; 0 in an empty log. */
  async head(): Promise<bigint> {
    const newest = await this.oneOf({ direction: 'backwards', fromPosition: 'end' });
    return newest?.position?.commit ?? 0n;
  }

  /** The id of the first event ever written to this log: what a saved position belongs to. Null while the log is empty. */
  async identity(): Promise<string | null> {
    const first = await this.oneOf({ fromPosition: 'start' });
    return first?.id ?? null;
  }

  private async oneOf(from: { direction?: 'backwards'; fromPosition: 'start' | 'end' }) {
    let found: AllStreamResolvedEvent | undefined;
    for await (const resolved of this.client.readAll({ ...from, maxCount: 1 })) found ??= resolved;
    return found?.event;
  }

  async close(): Promise<void> {
    // The client waits for every stream to finish; one whose server is gone never does.
    await Promise.race([this.client.dispose(), new Promise((resolve) => setTimeout(resolve, closePatienceMs).unref())]);
  }
}

/** A read that its reader gives up must be cancelled: otherwise the client's dispose waits for its end for ever. */
async function* decoded(reading: StreamingRead<AllStreamResolvedEvent | ResolvedEvent>): AsyncGenerator<Recorded> {
  let finished = false;
  try {
    for await (const resolved of reading) {
      const recorded = decode(resolved);
      if (recorded) yield recorded;
    }
    finished = true;
  } finally {
    if (!finished) await reading.cancel().catch(() => {});
  }
}

/** Rethrows the failures whose outcome is known: nothing was written. */
function refuseWhatIsCertain(stream: StreamName, expected: ExpectedRevision, error: unknown): void {
  if (error instanceof WrongExpectedVersionError) throw new RevisionConflict(stream, String(expected), String(error.actualVersion));
  if (error instanceof StreamDeletedError) throw new RevisionConflict(stream, String(expected), 'deleted');
  if (error instanceof MaxAppendSizeExceededError) throw new AppendTooLarge(stream);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms * (0.5 + Math.random())));
