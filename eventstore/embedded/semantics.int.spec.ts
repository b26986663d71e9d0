/** Random interleavings of everything that can be done to a log, against a model of it in plain arrays. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { append, type ExpectedRevision } from './append.js';
import { softDelete, tombstone } from './delete.js';
import { metastreamOf } from './metadata.js';
import { scavenge } from './operations/scavenge.js';
import { verify } from './operations/verify.js';
import { readAllBackward, readAllForward } from './read-all.js';
import { readStreamBackward, readStreamForward, statusOf } from './read-stream.js';
import { EventStore, jsonEvent, METADATA_TYPE_BYTES } from './store/event-store.js';
import type { LogEntry } from './store/log.js';
import { idOf, revisionOf, type ProposedEvent } from './store/record.js';
import { subscribeToAll, subscribeToStream, type Subscriber } from './subscriptions.js';
import { Model, OWN, type ModelMetadata } from './testing/model.js';
import { parseUuid, uuidText } from './wire/uuid.js';

const STREAMS = ['a', 'b', 'c'] as const;
type Stream = (typeof STREAMS)[number];

type Command =
  | { kind: 'append'; stream: Stream; expected: ExpectedRevision; fresh: number; reuse: number | undefined }
  | { kind: 'metadata'; stream: Stream; metadata: ModelMetadata }
  | { kind: 'delete' | 'tombstone' | 'subscribe'; stream: Stream }
  | { kind: 'settle' | 'reopen' | 'scavenge' };

const stream = fc.constantFrom(...STREAMS);
const small = fc.integer({ min: 0, max: 6 });
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      stream,
      expected: fc.oneof(fc.constantFrom<ExpectedRevision>('any', 'no_stream', 'stream_exists'), small),
      fresh: fc.integer({ min: 0, max: 3 }),
      reuse: fc.option(small, { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('metadata' as const), stream, metadata: fc.record({ maxCount: fc.integer({ min: 1, max: 4 }), truncateBefore: small }, { requiredKeys: [] }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), stream }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tombstone' as const), stream }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('subscribe' as const), stream }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('settle' as const, 'reopen' as const, 'scavenge' as const) }) },
);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'event-log-model-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** The real log and the model side by side. Commands are not awaited, so that they meet in group commits. */
class Comparison {
  private readonly model = new Model();
  private pending: Promise<void>[] = [];
  private readonly subscriptions: { check(): void; end(): Promise<unknown> }[] = [];
  /** After a scavenge $all has gaps, and ids of removed events are no longer known at their revision. */
  private scavenged = false;
  private ids = 0;

  constructor(
    private store: EventStore,
    private readonly folder: string,
  ) {}

  async run(commands: readonly Command[]): Promise<void> {
    for (const each of commands) await this.apply(each);
    await this.settle();
    await this.reopen();
    await this.store.close();
  }

  private async apply(each: Command): Promise<void> {
    switch (each.kind) {
      case 'append':
        return this.append(each);
      case 'metadata': {
        const raw = { ...(each.metadata.maxCount !== undefined && { $maxCount: each.metadata.maxCount }), ...(each.metadata.truncateBefore !== undefined && { $tb: each.metadata.truncateBefore }) };
        const event = jsonEvent(METADATA_TYPE_BYTES, Buffer.from(JSON.stringify(raw)));
        return this.same(this.model.setMetadata(each.stream, each.metadata), append(this.store, metastreamOf(each.stream), 'any', [event]).then(({ kind }) => kind));
      }
      case 'delete':
        return this.same(this.model.delete(each.stream), softDelete(this.store, each.stream, 'any').then(({ kind }) => kind));
      case 'tombstone':
        return this.same(this.model.tombstone(each.stream), tombstone(this.store, each.stream, 'any').then(({ kind }) => kind));
      case 'subscribe':
        return this.subscribe(each.stream);
      case 'settle':
        return this.settle();
      case 'reopen':
        await this.settle();
        return this.reopen();
      case 'scavenge':
        await this.settle();
        await scavenge(this.store);
        this.model.scavenge();
        this.scavenged = true;
    }
  }

  private append({ stream, expected, fresh, reuse }: Extract<Command, { kind: 'append' }>): void {
    // A retry names the ids that follow a revision; with fresh ones behind, it only looks like one.
    const known = reuse === undefined ? [] : [this.model.idAt(stream, reuse), this.model.idAt(stream, reuse + 1)].filter((id) => id !== undefined);
    const ids = [...(this.scavenged ? [] : known), ...Array.from({ length: fresh }, () => this.freshId())];
    const events = ids.map((id): ProposedEvent => ({ id: parseUuid(id), type: Buffer.from('T'), json: false, data: Buffer.from(id), metadata: Buffer.alloc(0) }));
    this.same(this.model.append(stream, expected, ids), append(this.store, stream, expected, events));
  }

  private freshId(): string {
    return `00000000-0000-4000-8000-${String(++this.ids).padStart(12, '0')}`;
  }

  private same<T>(expected: T, actual: Promise<T>): void {
    this.pending.push(actual.then((outcome) => expect(outcome).toEqual(expected)));
  }

  /** Everything in flight is acknowledged: the log must now show what the model says. */
  private async settle(): Promise<void> {
    await Promise.all(this.pending.splice(0));
    for (const name of STREAMS) await this.compareStream(name);
    this.compareAll();
  }

  private async compareStream(name: Stream): Promise<void> {
    expect([name, await statusOf(this.store, name)]).toEqual([name, this.model.status(name)]);
    if (this.model.status(name) !== 'exists') return;
    const shown = (entries: readonly LogEntry[]) => entries.map(({ record }) => [revisionOf(record), uuidText(idOf(record))]);
    const size = { count: 100, bytes: 1 << 20 };
    expect(shown(readStreamForward(this.store, name, 0, size).entries)).toEqual(this.model.readable(name));
    expect(shown(readStreamBackward(this.store, name, 1000, size).entries)).toEqual([...this.model.readable(name)].reverse());
  }

  private compareAll(): void {
    const size = { count: 1000, bytes: 1 << 24 };
    const forward = readAllForward(this.store, 1, size).entries;
    const backward = readAllBackward(this.store, this.store.lastPosition + 1, size).entries;
    expect([...backward].reverse()).toEqual(forward);
    for (const { position, record } of forward) {
      const id = this.model.all[position - 1];
      if (id !== OWN) expect(uuidText(idOf(record))).toBe(id);
    }
    expect(this.store.lastPosition).toBe(this.model.all.length);
    if (!this.scavenged) expect(forward).toHaveLength(this.model.all.length);
  }

  private subscribe(name: Stream): void {
    const all = collector();
    const one = collector();
    const after = this.store.commits.durable;
    const model = this.model;
    const running = [subscribeToAll(this.store, after, all.subscriber), subscribeToStream(this.store, name, -1, one.subscriber)];
    this.subscriptions.push({
      end: () => {
        all.end();
        one.end();
        return Promise.all(running);
      },
      check: () => {
        const positions = all.seen.map(({ position }) => position);
        if (!this.scavenged) expect(positions).toEqual(Array.from({ length: model.all.length - after }, (_, index) => after + 1 + index));
        const revisions = one.seen.map(({ record }) => revisionOf(record));
        expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
        expect(revisions).toEqual(expect.arrayContaining(model.alwaysReadable(name)));
      },
    });
  }

  private async reopen(): Promise<void> {
    for (const subscription of this.subscriptions.splice(0)) {
      await eventuallyHolds(() => subscription.check());
      await subscription.end();
    }
    await this.store.close();
    this.store = await EventStore.open({ dir: this.folder, onFailure: (error) => expect(error).toBeUndefined() });
    expect((await verify(this.store.env)).problems).toEqual([]);
    await this.settle();
  }
}

/** A subscriber gets an event soon after its commit, not with it. */
async function eventuallyHolds(check: () => void): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; ) {
    try {
      return check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function collector(): { seen: LogEntry[]; subscriber: Subscriber; end(): void } {
  const seen: LogEntry[] = [];
  const notify: (() => void)[] = [];
  let gone = false;
  const subscriber: Subscriber = {
    events: (entries) => seen.push(...entries) > 0,
    checkpoint: () => true,
    caughtUp: () => undefined,
    ready: () => Promise.resolve(),
    get gone() {
      return gone;
    },
    onGone: (listener) => notify.push(listener),
  };
  const end = () => {
    gone = true;
    for (const each of notify) each();
  };
  return { seen, subscriber, end };
}

/** A subscriber that began while an event was hidden does not get it when it is shown again. */
const shownAgain: Command[] = [
  { kind: 'metadata', stream: 'a', metadata: { truncateBefore: 1 } },
  { kind: 'append', stream: 'a', expected: 'any', fresh: 2, reuse: undefined },
  { kind: 'settle' },
  { kind: 'subscribe', stream: 'a' },
  { kind: 'append', stream: 'a', expected: 'any', fresh: 1, reuse: undefined },
  { kind: 'metadata', stream: 'a', metadata: {} },
];

/** What a scavenge removed stays away when the metadata that hid it are taken back. */
const removedForGood: Command[] = [
  { kind: 'metadata', stream: 'a', metadata: { truncateBefore: 1 } },
  { kind: 'append', stream: 'a', expected: 'any', fresh: 2, reuse: undefined },
  { kind: 'scavenge' },
  { kind: 'metadata', stream: 'a', metadata: {} },
];

/** An id that an exact revision wrote twice is found where it was written last. */
const writtenTwice: Command[] = [
  { kind: 'append', stream: 'b', expected: 'any', fresh: 3, reuse: undefined },
  { kind: 'append', stream: 'b', expected: 2, fresh: 0, reuse: 0 },
  { kind: 'append', stream: 'b', expected: 'any', fresh: 0, reuse: 0 },
];

describe('any interleaving of append, delete, tombstone, metadata, read and subscribe', () => {
  it('does to the log what it does to the model, restarts and scavenges included', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
        const folder = join(dir, String(run++));
        const store = await EventStore.open({ dir: folder, onFailure: (error) => expect(error).toBeUndefined() });
        await new Comparison(store, folder).run(commands);
      }),
      { numRuns: 60, examples: [[shownAgain], [removedForGood], [writtenTwice]] },
    );
  });
});
