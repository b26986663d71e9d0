import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  END,
  START,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  streamNameFilter,
  type EventData,
  type PersistentSubscriptionToStream,
  type PersistentSubscriptionToStreamSettings,
} from '@eventstore/db-client';
import { collect, eventually, testNode, type TestNode } from '../testing/node.js';

let log: TestNode;
beforeAll(async () => {
  log = await testNode();
});
afterAll(() => log.close());

const events = (count: number): EventData[] => Array.from({ length: count }, (_, n) => jsonEvent({ type: 'Numbered', data: { n } }));
const settings = (changes: Partial<PersistentSubscriptionToStreamSettings> = {}) =>
  persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, checkPointAfter: 100, checkPointLowerBound: 1, ...changes });

async function group(changes: Partial<PersistentSubscriptionToStreamSettings> = {}, count = 0) {
  const stream = `orders-${randomUUID()}`;
  const name = 'shipping';
  if (count > 0) await log.client.appendToStream(stream, events(count));
  await log.client.createPersistentSubscriptionToStream(stream, name, settings(changes));
  const info = () => log.client.getPersistentSubscriptionToStreamInfo(stream, name);
  return { stream, name, info, connect: (bufferSize = 10) => log.client.subscribeToPersistentSubscriptionToStream(stream, name, { bufferSize }) };
}

const n = (event: { event?: { data: unknown } }) => (event.event!.data as { n: number }).n;

/** Handles each message with `handle` until `count` have come. */
async function consume(
  subscription: PersistentSubscriptionToStream,
  count: number,
  handle: (event: Parameters<PersistentSubscriptionToStream['ack']>[0] & { retryCount: number }) => Promise<void> = (event) => subscription.ack(event),
) {
  const seen: { n: number; retryCount: number }[] = [];
  for await (const event of subscription) {
    seen.push({ n: n(event), retryCount: event.retryCount });
    await handle(event as never);
    if (seen.length === count) break;
  }
  return seen;
}

describe('a group of consumers of a stream', () => {
  it('delivers from the start, then what is appended', async () => {
    const { stream, connect } = await group({}, 3);
    const subscription = connect();
    const seen = consume(subscription, 5);
    await log.client.appendToStream(stream, events(2));
    expect((await seen).map((message) => message.n)).toEqual([0, 1, 2, 0, 1]);
    await subscription.unsubscribe();
  });

  it.each([
    { startFrom: START, expected: [0, 1, 2, 100] },
    { startFrom: 1n, expected: [1, 2, 100] },
    { startFrom: END, expected: [100] },
  ] as const)('starts from $startFrom', async ({ startFrom, expected }) => {
    const { stream, connect } = await group({ startFrom }, 3);
    await log.client.appendToStream(stream, jsonEvent({ type: 'Numbered', data: { n: 100 } }));
    const subscription = connect();
    expect((await consume(subscription, expected.length)).map((message) => message.n)).toEqual(expected);
    await subscription.unsubscribe();
  });

  it('never gives a consumer more than its buffer', async () => {
    const { connect, info } = await group({}, 6);
    const subscription = connect(2);
    const first: unknown[] = [];
    subscription.on('data', (event) => first.push(event));
    await eventually(() => first.length === 2);
    expect((await info()).connections[0]).toMatchObject({ inFlightMessages: 2, availableSlots: 0 });
    expect(first).toHaveLength(2);
    await subscription.ack(first[0] as never);
    await eventually(() => first.length === 3);
    await subscription.unsubscribe();
  });

  it('shares messages evenly, each to one consumer', async () => {
    const { connect, stream } = await group();
    const consumers = [connect(5), connect(5)];
    const seen: number[][] = [[], []];
    for (const [index, consumer] of consumers.entries()) {
      consumer.on('data', (event) => {
        seen[index]!.push(n(event));
        void consumer.ack(event);
      });
    }
    await Promise.all(consumers.map((consumer) => new Promise((resolve) => consumer.once('confirmation', () => resolve(undefined)))));
    await log.client.appendToStream(stream, events(10));
    await eventually(() => seen.flat().length === 10);
    expect(seen.map((each) => each.length)).toEqual([5, 5]);
    expect(seen.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const consumer of consumers) await consumer.unsubscribe();
  });

  it('dispatches to a single consumer while that has room', async () => {
    const { connect, stream } = await group({ consumerStrategyName: 'DispatchToSingle' });
    const consumers = [connect(20), connect(20)];
    const counts = [0, 0];
    for (const [index, consumer] of consumers.entries()) consumer.on('data', () => counts[index]!++);
    await eventually(async () => (await log.client.getPersistentSubscriptionToStreamInfo(stream, 'shipping')).connections.length === 2);
    await log.client.appendToStream(stream, events(10));
    await eventually(() => counts[0]! + counts[1]! === 10);
    expect([...counts].sort((a, b) => a - b)).toEqual([0, 10]);
    for (const consumer of consumers) await consumer.unsubscribe();
  });

  it('pins streams to consumers', async () => {
    const prefix = `pinned-${randomUUID()}-`;
    await log.client.createPersistentSubscriptionToAll(
      prefix,
      persistentSubscriptionToAllSettingsFromDefaults({ startFrom: END, consumerStrategyName: 'Pinned' }),
      { filter: streamNameFilter({ prefixes: [prefix] }) },
    );
    const consumers = [1, 2].map(() => log.client.subscribeToPersistentSubscriptionToAll(prefix, { bufferSize: 100 }));
    const owners = new Map<string, Set<number>>();
    let seen = 0;
    for (const [index, consumer] of consumers.entries()) {
      consumer.on('data', (event) => {
        const stream = event.event!.streamId;
        owners.set(stream, (owners.get(stream) ?? new Set()).add(index));
        seen++;
        void consumer.ack(event);
      });
    }
    await Promise.all(consumers.map((consumer) => new Promise((resolve) => consumer.once('confirmation', () => resolve(undefined)))));
    for (let round = 0; round < 3; round++) {
      await Promise.all([0, 1, 2, 3, 4, 5].map((each) => log.client.appendToStream(`${prefix}${each}`, events(2))));
    }
    await eventually(() => seen === 36);
    expect([...owners.values()].map((each) => each.size)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set([...owners.values()].flatMap((each) => [...each])).size).toBe(2);
    for (const consumer of consumers) await consumer.unsubscribe();
  });
});

describe('a message that is not acknowledged', () => {
  it('is delivered again when its consumer leaves', async () => {
    const { connect } = await group({}, 2);
    const first = connect();
    await consume(first, 2, async () => undefined);
    await first.unsubscribe();
    const second = connect();
    expect(await consume(second, 2)).toEqual([
      { n: 0, retryCount: 1 },
      { n: 1, retryCount: 1 },
    ]);
    await second.unsubscribe();
  });

  it('is delivered again after the message timeout', async () => {
    const { connect } = await group({ messageTimeout: 150 }, 1);
    const subscription = connect();
    let deliveries = 0;
    const seen = await consume(subscription, 2, async (event) => (++deliveries === 2 ? subscription.ack(event) : undefined));
    expect(seen).toEqual([
      { n: 0, retryCount: 0 },
      { n: 0, retryCount: 1 },
    ]);
    await subscription.unsubscribe();
  });

  it('is delivered again after a nack with retry, and parked after the last one', async () => {
    const { connect, info, stream, name } = await group({ maxRetryCount: 2 }, 1);
    const subscription = connect();
    const seen = await consume(subscription, 3, (event) => subscription.nack('retry', 'not now', event));
    expect(seen.map(({ retryCount }) => retryCount)).toEqual([0, 1, 2]);
    await eventually(async () => (await info()).stats.parkedMessageCount === 1n);
    const parked = await collect(log.client.readStream(`$persistentsubscription-${stream}::${name}-parked`));
    expect(parked.map(({ event }) => [event!.type, Buffer.from(event!.data as Uint8Array).toString()])).toEqual([['$>', `0@${stream}`]]);
    await subscription.unsubscribe();
  });

  it.each([
    { action: 'skip', parked: 0n },
    { action: 'park', parked: 1n },
  ] as const)('is done after a nack with $action', async ({ action, parked }) => {
    const { connect, info } = await group({}, 1);
    const subscription = connect();
    await consume(subscription, 1, (event) => subscription.nack(action, 'because', event));
    await eventually(async () => {
      const { stats } = await info();
      return stats.outstandingMessagesCount === 0 && stats.parkedMessageCount === parked && stats.lastCheckpointedEventRevision === 0n;
    });
    await subscription.unsubscribe();
  });

  it('comes back from the parked ones, as far as asked', async () => {
    const { connect, info, stream, name } = await group({}, 3);
    const subscription = connect();
    const seen: number[] = [];
    const replayed: unknown[] = [];
    subscription.on('data', (event) => {
      seen.push(n(event));
      if (seen.length <= 3) void subscription.nack('park', 'later', event);
      else {
        replayed.push(event.link?.streamId);
        void subscription.ack(event);
      }
    });
    await eventually(async () => (await info()).stats.parkedMessageCount === 3n);
    await log.client.replayParkedMessagesToStream(stream, name, { stopAt: 2 });
    await eventually(async () => seen.length === 5 && (await info()).stats.parkedMessageCount === 1n);
    await log.client.replayParkedMessagesToStream(stream, name);
    await eventually(async () => seen.length === 6 && (await info()).stats.parkedMessageCount === 0n);
    expect(seen).toEqual([0, 1, 2, 0, 1, 2]);
    expect(new Set(replayed)).toEqual(new Set([`$persistentsubscription-${stream}::${name}-parked`]));
    await subscription.unsubscribe();
  });
});

describe('the checkpoint of a group', () => {
  it('survives a restart of the node: what is done is not delivered again', async () => {
    const own = await testNode();
    const stream = 'orders';
    await own.client.appendToStream(stream, events(5));
    await own.client.createPersistentSubscriptionToStream(stream, 'g', settings());
    const first = own.client.subscribeToPersistentSubscriptionToStream(stream, 'g');
    await consume(first, 3);
    await eventually(async () => (await own.client.getPersistentSubscriptionToStreamInfo(stream, 'g')).stats.lastCheckpointedEventRevision === 2n);
    await first.unsubscribe();
    await own.restart();
    const client = own.connect();
    const second = client.subscribeToPersistentSubscriptionToStream(stream, 'g');
    expect((await consume(second, 2)).map((message) => message.n)).toEqual([3, 4]);
    await second.unsubscribe();
    await own.close();
  });

  it('stays before a message that is open', async () => {
    const { connect, info } = await group({}, 4);
    const subscription = connect();
    await consume(subscription, 4, (event) => (n(event as never) === 1 ? Promise.resolve() : subscription.ack(event)));
    await eventually(async () => (await info()).stats.lastCheckpointedEventRevision === 0n);
    expect((await info()).stats.outstandingMessagesCount).toBe(1);
    await subscription.unsubscribe();
  });
});

describe('a group of consumers of $all', () => {
  it('delivers what its filter lets through, with positions', async () => {
    const prefix = `all-${randomUUID()}`;
    const { position } = await log.client.appendToStream(prefix, events(2));
    await log.client.createPersistentSubscriptionToAll(prefix, persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START }), {
      filter: streamNameFilter({ prefixes: [prefix] }),
    });
    const subscription = log.client.subscribeToPersistentSubscriptionToAll(prefix);
    const seen: (bigint | undefined)[] = [];
    for await (const event of subscription) {
      seen.push(event.commitPosition);
      await subscription.ack(event);
      if (seen.length === 2) break;
    }
    expect(seen[1]).toBe(position!.commit);
    await subscription.unsubscribe();
    const { settings: shown, eventSource } = await log.client.getPersistentSubscriptionToAllInfo(prefix);
    expect([eventSource, shown.startFrom]).toEqual(['$all', START]);
  });

  it('with resolved links, is acknowledged by the link', async () => {
    const target = `target-${randomUUID()}`;
    const links = `links-${randomUUID()}`;
    await log.client.appendToStream(target, events(1));
    await log.client.appendToStream(links, { ...jsonEvent({ type: '$>', data: {} as never }), contentType: 'application/octet-stream', data: Buffer.from(`0@${target}`) } as never);
    await log.client.createPersistentSubscriptionToStream(links, 'g', settings({ resolveLinkTos: true }));
    const subscription = log.client.subscribeToPersistentSubscriptionToStream(links, 'g');
    for await (const event of subscription) {
      expect([event.event!.streamId, event.link!.streamId]).toEqual([target, links]);
      await subscription.ack(event);
      break;
    }
    await eventually(async () => (await log.client.getPersistentSubscriptionToStreamInfo(links, 'g')).stats.outstandingMessagesCount === 0);
    await subscription.unsubscribe();
  });
});

describe('the administration of groups', () => {
  const missing = { type: 'persistent-subscription-does-not-exist' };
  const rows: readonly [string, (stream: string, name: string) => Promise<unknown>, object][] = [
    ['creating it twice', (s, g) => log.client.createPersistentSubscriptionToStream(s, g, settings()), { type: 'persistent-subscription-exists' }],
    ['creating it with a batch as large as the buffer', (s) => log.client.createPersistentSubscriptionToStream(s, 'other', settings({ readBatchSize: 500 })), { type: 'persistent-subscription-failed' }],
    ['creating one to $all beyond the end', (_s, g) => log.client.createPersistentSubscriptionToAll(g + randomUUID(), persistentSubscriptionToAllSettingsFromDefaults({ startFrom: { commit: 10n ** 9n, prepare: 10n ** 9n } })), { type: 'persistent-subscription-failed' }],
    ['updating another', (s) => log.client.updatePersistentSubscriptionToStream(s, 'absent', settings()), missing],
    ['deleting another', (s) => log.client.deletePersistentSubscriptionToStream(s, 'absent'), missing],
    ['asking for another', (s) => log.client.getPersistentSubscriptionToStreamInfo(s, 'absent'), missing],
    ['replaying another', (s) => log.client.replayParkedMessagesToStream(s, 'absent'), missing],
    ['listing a stream without any', () => log.client.listPersistentSubscriptionsToStream('no-such'), { ...missing, message: expect.stringContaining('Subscription group  on stream no-such does not exist.') }],
  ];
  it.each(rows)('refuses %s', async (_what, act, error) => {
    const { stream, name } = await group();
    await expect(act(stream, name)).rejects.toMatchObject(error);
  });

  it('refuses a consumer of a group that does not exist, and one too many', async () => {
    const absent = log.client.subscribeToPersistentSubscriptionToStream('no-such', 'absent');
    await expect(consume(absent, 1)).rejects.toMatchObject({ ...missing, streamName: 'no-such', groupName: 'absent' });
    const { connect } = await group({ maxSubscriberCount: 1 });
    const first = connect();
    await new Promise((resolve) => first.once('confirmation', () => resolve(undefined)));
    await expect(consume(connect(), 1)).rejects.toMatchObject({ type: 'maximum-subscribers-reached' });
    await first.unsubscribe();
  });

  it('drops consumers on update and delete, each with its error', async () => {
    const { stream, name, connect, info } = await group();
    const confirmed = (subscription: PersistentSubscriptionToStream) => new Promise((resolve) => subscription.once('confirmation', () => resolve(undefined)));
    const failure = (subscription: PersistentSubscriptionToStream) => new Promise((resolve) => subscription.once('error', resolve));
    const first = connect();
    const dropped = failure(first);
    await confirmed(first);
    await log.client.updatePersistentSubscriptionToStream(stream, name, settings({ maxRetryCount: 3 }));
    expect(await dropped).toMatchObject({ type: 'persistent-subscription-dropped' });
    expect((await info()).settings.maxRetryCount).toBe(3);
    const second = connect();
    const deleted = failure(second);
    await confirmed(second);
    await log.client.deletePersistentSubscriptionToStream(stream, name);
    expect(await deleted).toMatchObject(missing);
    await expect(info()).rejects.toMatchObject(missing);
  });

  it('drops consumers on a restart of the subsystem and keeps the groups', async () => {
    const { connect, info } = await group();
    const subscription = connect();
    const dropped = new Promise((resolve) => subscription.once('error', resolve));
    await new Promise((resolve) => subscription.once('confirmation', () => resolve(undefined)));
    await log.client.restartPersistentSubscriptionSubsystem();
    expect(await dropped).toMatchObject({ type: 'persistent-subscription-dropped' });
    expect((await info()).status).toMatch(/Live|Behind/);
  });

  it('shows settings, connections and statistics', async () => {
    const { connect, info, stream, name } = await group({ extraStatistics: true, startFrom: 1n }, 4);
    const subscription = connect(7);
    await consume(subscription, 3);
    const shown = await eventually(async () => {
      const now = await info();
      return now.stats.outstandingMessagesCount === 0 && now.stats.lastCheckpointedEventRevision === 3n && now;
    });
    expect(shown).toMatchObject({ eventSource: stream, groupName: name, status: 'Live', settings: { ...settings({ extraStatistics: true }), startFrom: 1n } });
    expect(shown.stats).toMatchObject({ totalItems: 3n, lastKnownEventRevision: 3n, parkedMessageCount: 0n, totalInFlightMessages: 0 });
    const [connection] = shown.connections;
    expect(connection).toMatchObject({ username: 'anonymous', availableSlots: 7, inFlightMessages: 0, totalItems: 3n });
    expect(connection!.from).toMatch(/^127\.0\.0\.1:\d+$/);
    const keys = ['mean', 'median', 'fastest', 'quintile 1', 'quintile 5', '90%', '95%', '99%', '99.5%', '99.9%', 'highest'];
    expect([...connection!.extraStatistics!.keys()]).toEqual(expect.arrayContaining(keys));
    await subscription.unsubscribe();
    expect((await log.client.listAllPersistentSubscriptions()).length).toBeGreaterThan(1);
    expect(await log.client.listPersistentSubscriptionsToStream(stream)).toHaveLength(1);
  });
});
