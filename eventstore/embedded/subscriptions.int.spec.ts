import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { END, START, eventTypeFilter, excludeSystemEvents, jsonEvent, streamNameFilter, type EventData, type Filter } from '@eventstore/db-client';
import { eventually, take, testNode, type TestNode } from './testing/node.js';

let log: TestNode;
beforeAll(async () => {
  log = await testNode();
});
afterAll(() => log.close());

const events = (count: number, type = 'Numbered'): EventData[] => Array.from({ length: count }, (_, n) => jsonEvent({ type, data: { n } }));
const name = () => `sub-${randomUUID()}`;
const once = (emitter: { once(event: string, listener: () => void): unknown }, event: string) =>
  new Promise<void>((resolve) => emitter.once(event, () => resolve()));
const revisions = (seen: { event?: { revision: bigint } }[]) => seen.map(({ event }) => Number(event!.revision));

describe('a subscription to a stream', () => {
  it.each([
    [START, [0, 1, 2, 3]],
    [0n, [1, 2, 3]],
    [1n, [2, 3]],
    [END, [3]],
  ] as const)('from %s sees what is strictly after: %s', async (fromRevision, expected) => {
    const stream = name();
    await log.client.appendToStream(stream, events(3));
    const subscription = log.client.subscribeToStream(stream, { fromRevision });
    await once(subscription, 'confirmation');
    await log.client.appendToStream(stream, events(1));
    expect(revisions(await take(subscription, expected.length))).toEqual(expected);
  });

  it.each(['that does not exist yet', 'that is deleted'])('%s is confirmed and waits', async (which) => {
    const stream = name();
    if (which === 'that is deleted') {
      await log.client.appendToStream(stream, events(2));
      await log.client.deleteStream(stream);
    }
    const subscription = log.client.subscribeToStream(stream);
    await once(subscription, 'confirmation');
    await log.client.appendToStream(stream, events(1));
    expect(revisions(await take(subscription, 1))).toEqual([which === 'that is deleted' ? 2 : 0]);
  });

  it('says once that it has caught up, after the last event that was there', async () => {
    const stream = name();
    await log.client.appendToStream(stream, events(600));
    const subscription = log.client.subscribeToStream(stream);
    const told: (number | 'caught up')[] = [];
    subscription.on('caughtUp', () => told.push('caught up'));
    subscription.on('data', ({ event }) => told.push(Number(event!.revision)));
    await eventually(() => told.includes('caught up') && told.includes(599));
    await log.client.appendToStream(stream, events(2));
    await eventually(() => told.includes(601));
    expect(told.filter((each) => each === 'caught up')).toHaveLength(1);
    expect(told.filter((each) => each !== 'caught up')).toEqual(Array.from({ length: 602 }, (_, n) => n));
    await subscription.unsubscribe();
  });

  it('ends with StreamDeleted at the tombstone, and cannot begin after it', async () => {
    const stream = name();
    await log.client.appendToStream(stream, events(1));
    const subscription = log.client.subscribeToStream(stream);
    const seen: unknown[] = [];
    const ended = (async () => {
      for await (const event of subscription) seen.push(event);
    })();
    await eventually(() => seen.length === 1);
    await log.client.tombstoneStream(stream);
    await expect(ended).rejects.toMatchObject({ type: 'stream-deleted', streamName: stream });
    await expect(take(log.client.subscribeToStream(stream), 1)).rejects.toMatchObject({ type: 'stream-deleted' });
  });

  it('respects metadata and resolves links', async () => {
    const target = name();
    const links = name();
    await log.client.appendToStream(target, events(2));
    await log.client.appendToStream(links, [0, 1].map((n) => ({ ...jsonEvent({ type: '$>', data: 0 as never }), contentType: 'application/octet-stream', data: Buffer.from(`${n}@${target}`) })) as never);
    await log.client.setStreamMetadata(links, { maxCount: 1 });
    const [only] = await take(log.client.subscribeToStream(links, { resolveLinkTos: true }), 1);
    expect([only!.event!.streamId, only!.event!.revision, only!.link!.revision]).toEqual([target, 1n, 1n]);
  });
});

describe('a subscription to $all', () => {
  it('from a position sees what is strictly after, live events included, without gap or duplicate', async () => {
    const stream = name();
    const { position } = await log.client.appendToStream(stream, events(1));
    const subscription = log.client.subscribeToAll({ fromPosition: position!, filter: streamNameFilter({ prefixes: [stream] }) });
    const writers = Promise.all(Array.from({ length: 8 }, (_, writer) => log.client.appendToStream(`${stream}-${writer}`, events(50))));
    const seen = await take(subscription, 400);
    await writers;
    const positions = seen.map(({ event }) => event!.position!.commit);
    expect(new Set(positions).size).toBe(400);
    expect([...positions].sort((a, b) => Number(a - b))).toEqual(positions);
    expect(seen.every(({ commitPosition, event }) => commitPosition === event!.position!.commit)).toBe(true);
  });

  it('from the end sees only what comes', async () => {
    const subscription = log.client.subscribeToAll({ fromPosition: END });
    await once(subscription, 'confirmation');
    const stream = name();
    await log.client.appendToStream(stream, events(1));
    expect((await take(subscription, 1))[0]!.event!.streamId).toBe(stream);
  });

  it('delivers metadata, deletions and tombstones too', async () => {
    const stream = name();
    const subscription = log.client.subscribeToAll({ fromPosition: END });
    await once(subscription, 'confirmation');
    await log.client.appendToStream(stream, events(1));
    await log.client.deleteStream(stream);
    await log.client.tombstoneStream(stream);
    expect((await take(subscription, 3)).map(({ event }) => event!.type)).toEqual(['Numbered', '$metadata', '$streamDeleted']);
  });
});

describe('a filter of $all', () => {
  const word = randomUUID().slice(0, 8);
  beforeAll(async () => {
    await log.client.appendToStream(`${word}-a`, [...events(1, `${word}Placed`), ...events(1, `${word}Paid`), ...events(1, 'Other')]);
    await log.client.appendToStream(`x-${word}`, events(1, `${word}Größe`));
  });

  const rows: readonly [string, Filter, string[]][] = [
    ['type prefix', eventTypeFilter({ prefixes: [`${word}P`] }), [`${word}Placed`, `${word}Paid`]],
    ['several type prefixes', eventTypeFilter({ prefixes: [`${word}Paid`, `${word}G`] }), [`${word}Paid`, `${word}Größe`]],
    ['type regex', eventTypeFilter({ regex: `^${word}.*(d|ße)$` }), [`${word}Placed`, `${word}Paid`, `${word}Größe`]],
    ['stream prefix', streamNameFilter({ prefixes: [`${word}-`] }), [`${word}Placed`, `${word}Paid`, 'Other']],
    ['stream regex', streamNameFilter({ regex: `^x-${word}` }), [`${word}Größe`]],
  ];
  it.each(rows)('by %s', async (_what, filter, expected) => {
    const subscription = log.client.subscribeToAll({ filter });
    expect((await take(subscription, expected.length)).map(({ event }) => event!.type)).toEqual(expected);
  });

  it('without system events', async () => {
    const subscription = log.client.subscribeToAll({ filter: excludeSystemEvents() });
    for (const { event } of await take(subscription, 20)) expect(event!.type.startsWith('$')).toBe(false);
  });

  it('sends a checkpoint after each interval of events looked at, and one when it has caught up', async () => {
    const own = await testNode();
    await own.client.appendToStream('s', events(100, 'Looked'));
    const checkpoints: number[] = [];
    const filter = eventTypeFilter({
      prefixes: ['Nothing'],
      maxSearchWindow: 5,
      checkpointInterval: 4,
      checkpointReached: async (_subscription, { commit }) => void checkpoints.push(Number(commit)),
    });
    const subscription = own.client.subscribeToAll({ filter });
    await once(subscription.resume() as never, 'caughtUp');
    // 101 events: the first is the store's own.
    expect(checkpoints).toEqual([20, 40, 60, 80, 100, 101]);
    await own.client.appendToStream('s', events(20, 'Looked'));
    await eventually(() => checkpoints.at(-1) === 120);
    await subscription.unsubscribe();
    await own.close();
  });

  it('that cannot be read is refused', async () => {
    await expect(take(log.client.subscribeToAll({ filter: eventTypeFilter({ regex: '(' }) }), 1)).rejects.toMatchObject({ message: expect.stringContaining('regular expression') });
  });
});

describe('a slow subscriber', () => {
  it('is neither dropped nor missed anything, and others go on', async () => {
    const stream = name();
    const slow = log.client.subscribeToStream(stream);
    await once(slow, 'confirmation');
    slow.pause();
    const big = () => jsonEvent({ type: 'Big', data: { filler: 'x'.repeat(50_000) } });
    for (let round = 0; round < 20; round++) await log.client.appendToStream(stream, Array.from({ length: 10 }, big));
    expect(revisions(await take(log.client.subscribeToStream(stream), 200))).toHaveLength(200);
    expect(revisions(await take(slow, 200))).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });
});
