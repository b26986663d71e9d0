import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Decider } from './domain/decider.js';
import type { CommandContext, DomainEvent, Recorded } from './domain/event.js';
import { EventLog } from './event-log.js';
import type { StoredEvent } from './stored-event.js';
import { LiveFolds, type LiveFold } from './live-folds.js';
import { RevisionConflict } from './log-errors.js';
import { testLog, type TestLog } from './testing/log.js';
import { newFolder, removeFolder } from '../platform/testing/folder.js';

let at: TestLog;
beforeAll(async () => void (at = await testLog()));
afterAll(() => at.close());

const context = (commandId: string): CommandContext => ({ orgId: 'o', actor: 'cli', commandId, correlationId: commandId, at: '2026-11-25T10:00:00.000Z' });
const counted = (n: number): DomainEvent => ({ type: 'Counted', data: { n } });
const read = async (stream: `${string}-${string}`) => {
  const found: Recorded[] = [];
  for await (const event of at.log.read(stream)) found.push(event);
  return found;
};

const counter: Decider<number, 'count', { type: 'Counted'; data: { n: number } }> = {
  initial: 0,
  decide: (_, n) => [{ type: 'Counted', data: { n: n + 1 } }],
  evolve: (_, event) => event.data.n,
};

class Sum implements LiveFold {
  readonly name = 'sum';
  readonly types = ['Added'];
  total = 0;
  applied = 0;
  constructor(readonly version = '1') {}
  apply(event: Recorded) {
    this.total += (event.data as { n: number }).n;
    this.applied++;
  }
  snapshot = () => this.total;
  restore(total: unknown) {
    this.total = total as number;
  }
}

describe('the event log', () => {
  it('gives back what was written, with its metadata', async () => {
    await at.log.append('test-1', 'no_stream', [counted(1), counted(2)], context('c1'));
    const events = await read('test-1');
    expect(events.map(({ type, data, revision }) => ({ type, data, revision }))).toEqual([
      { type: 'Counted', data: { n: 1 }, revision: 0n },
      { type: 'Counted', data: { n: 2 }, revision: 1n },
    ]);
    expect(events[0]!.metadata).toEqual({ $correlationId: 'c1', $causationId: 'c1', orgId: 'o', schemaVersion: 1, actor: 'cli', commandId: 'c1', at: '2026-11-25T10:00:00.000Z' });
  });

  it('takes the same command at the same revision for the same events', async () => {
    const first = await at.log.append('test-2', 'no_stream', [counted(1)], context('c2'));
    expect(await at.log.append('test-2', 'no_stream', [counted(1)], context('c2'))).toEqual(first);
    expect(await read('test-2')).toHaveLength(1);
  });

  it('refuses another command at a revision that has passed, and says where the stream is', async () => {
    await at.log.append('test-3', 'no_stream', [counted(1)], context('c3'));
    await expect(at.log.append('test-3', 'no_stream', [counted(1)], context('other'))).rejects.toThrow(RevisionConflict);
  });

  it('decides 20 commands at once on one stream, each once', async () => {
    const decided = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => at.log.decide('counter-1', counter, 'count', context(`d${n}`))));
    const done = decided.filter(({ status }) => status === 'fulfilled').length;
    expect((await read('counter-1')).map(({ data }) => (data as { n: number }).n)).toEqual(Array.from({ length: done }, (_, n) => n + 1));
  });

  it('answers a command that was done already from the stream', async () => {
    await at.log.decide('counter-2', counter, 'count', context('once'));
    await at.log.decide('counter-2', counter, 'count', context('between'));
    expect(await at.log.decide('counter-2', counter, 'count', context('once'))).toMatchObject({ events: [{ data: { n: 1 } }], state: 2 });
    expect(await read('counter-2')).toHaveLength(2);
  });

  it('says nothing of a stream that does not exist', async () => expect(await read('nothing-here')).toEqual([]));

  it('gives back the bytes of every event of ours, in order, from a position on and at most so many', async () => {
    await at.log.append('bytes-a', 'no_stream', [counted(1), counted(2), { type: 'Namé', data: { text: 'fläche "1"' } }], context('bytes'));
    const stored: StoredEvent[] = [];
    for await (const event of at.log.readStored()) stored.push(event);
    const own: StoredEvent[] = [];
    for await (const event of at.log.readStoredStream('bytes-a')) own.push(event);
    const asBytes = (events: readonly StoredEvent[]) => events.map(({ metadata, data, ...rest }) => ({ ...rest, metadata: Buffer.from(metadata).toString('hex'), data: Buffer.from(data).toString('hex') }));
    expect(asBytes(stored.slice(-3))).toEqual(asBytes(own));
    expect(stored.map(({ position }) => position.commit)).toEqual(stored.map(({ position }) => position.commit).sort((a, b) => (a < b ? -1 : 1)));
    const { position: from } = stored.at(-2)!;
    const some: StoredEvent[] = [];
    for await (const event of at.log.readStored({ from, max: 1 })) some.push(event);
    expect(asBytes(some)).toEqual(asBytes([own[1]!]));
  });

  it('lets go of a read that is broken off, and says when the log cannot be read', async () => {
    for await (const { stream } of at.log.readStored()) {
      expect(stream).toMatch(/^[^$]/);
      break;
    }
    const gone = new EventLog('esdb://127.0.0.1:9?tls=false');
    await expect(gone.readStored().next()).rejects.toThrow();
    await gone.close();
  });

  it('has an identity and a head', async () => {
    expect(await at.log.identity()).toEqual(expect.any(String));
    expect(await at.log.head()).toBeGreaterThan(0n);
  });
});

describe('live folds', () => {
  it('see what was there, then what comes, and resume from a snapshot without seeing it again', async () => {
    const folder = await newFolder('folds');
    const add = (n: number, id: string) => at.log.append(`adding-${id}`, 'no_stream', [{ type: 'Added', data: { n } }], context(id));
    const start = async (fold: Sum) => {
      const folds = new LiveFolds(at.log, folder, (error) => {
        throw error;
      });
      folds.register(fold);
      await folds.start();
      return folds;
    };
    await add(1, 'a');
    const first = new Sum();
    const folds = await start(first);
    expect(first.total).toBe(1);
    const { position } = await add(10, 'b');
    expect(await folds.waitFor(position, 60_000)).toBe(true);
    expect(first.total).toBe(11);
    await folds.stop();

    await add(100, 'c');
    const second = new Sum();
    await (await start(second)).stop();
    expect([second.total, second.applied]).toEqual([111, 1]);

    // A fold whose meaning changed starts from nothing.
    const changed = new Sum('2');
    await (await start(changed)).stop();
    expect([changed.total, changed.applied]).toEqual([111, 3]);
    await removeFolder(folder);
  });

  it('gives up waiting for a position that does not come', async () => {
    const folds = new LiveFolds(at.log, null, () => {});
    folds.register(new Sum());
    await folds.start();
    expect(await folds.waitFor(2n ** 60n, 20)).toBe(false);
    await folds.stop();
  });
});
