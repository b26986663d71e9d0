import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BACKWARDS, END, FORWARDS, START, binaryEvent, jsonEvent, type Direction, type EventData, type ReadRevision } from '@eventstore/db-client';
import { collect, testNode, type TestNode } from './testing/node.js';

let log: TestNode;
beforeAll(async () => {
  log = await testNode();
});
afterAll(() => log.close());

const events = (count: number): EventData[] => Array.from({ length: count }, (_, n) => jsonEvent({ type: `Type${n}`, data: { n } }));
const link = (revision: number, stream: string): EventData => binaryEvent({ type: '$>', data: Buffer.from(`${revision}@${stream}`) });
const revisions = (read: { event?: { revision: bigint } }[]) => read.map(({ event }) => Number(event!.revision));

async function streamOf(count: number): Promise<string> {
  const stream = `read-${randomUUID()}`;
  await log.client.appendToStream(stream, events(count));
  return stream;
}

describe('a read of a stream of five', () => {
  let stream: string;
  beforeAll(async () => {
    stream = await streamOf(5);
  });

  const rows: readonly [Direction, ReadRevision, number | undefined, number[]][] = [
    [FORWARDS, START, undefined, [0, 1, 2, 3, 4]],
    [FORWARDS, START, 2, [0, 1]],
    [FORWARDS, 0n, undefined, [0, 1, 2, 3, 4]],
    [FORWARDS, 3n, undefined, [3, 4]],
    [FORWARDS, 2n, 2, [2, 3]],
    [FORWARDS, 5n, undefined, []],
    [FORWARDS, 500n, undefined, []],
    [FORWARDS, END, undefined, []],
    [BACKWARDS, END, undefined, [4, 3, 2, 1, 0]],
    [BACKWARDS, END, 1, [4]],
    [BACKWARDS, 2n, undefined, [2, 1, 0]],
    [BACKWARDS, 2n, 2, [2, 1]],
    [BACKWARDS, START, undefined, [0]],
    [BACKWARDS, 500n, 2, [4, 3]],
  ];
  it.each(rows)('%s from %s, at most %s -> %s', async (direction, fromRevision, maxCount, expected) => {
    const read = await collect(log.client.readStream(stream, { direction, fromRevision, ...(maxCount !== undefined && { maxCount }) }));
    expect(revisions(read)).toEqual(expected);
    expect(read.every((event) => event.commitPosition === undefined)).toBe(true);
  });

  it('gives more than a page, in both directions', async () => {
    const long = `long-${randomUUID()}`;
    await log.client.appendToStream(long, events(1000));
    const forward = revisions(await collect(log.client.readStream(long)));
    const backward = revisions(await collect(log.client.readStream(long, { direction: BACKWARDS, fromRevision: END })));
    expect(forward).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    expect(backward).toEqual([...forward].reverse());
  });
});

describe('a read of a stream that is not there', () => {
  it.each([
    ['never existed', async () => undefined, 'stream-not-found'],
    ['has metadata only', (s: string) => log.client.setStreamMetadata(s, { maxCount: 1 }), 'stream-not-found'],
    ['is deleted', async (s: string) => (await log.client.appendToStream(s, events(1)), log.client.deleteStream(s)), 'stream-not-found'],
    ['is tombstoned', async (s: string) => (await log.client.appendToStream(s, events(1)), log.client.tombstoneStream(s)), 'stream-deleted'],
    ['is tombstoned before its first event', (s: string) => log.client.tombstoneStream(s), 'stream-deleted'],
  ] as const)('%s', async (_what, prepare, type) => {
    const stream = `absent-${randomUUID()}`;
    await prepare(stream);
    await expect(collect(log.client.readStream(stream))).rejects.toMatchObject({ type, streamName: stream });
  });
});

describe('stream metadata', () => {
  const rows: readonly [string, Record<string, unknown>, number[]][] = [
    ['$maxCount', { maxCount: 2 }, [3, 4]],
    ['$tb', { truncateBefore: 3 }, [3, 4]],
    ['both', { maxCount: 4, truncateBefore: 3 }, [3, 4]],
    ['$tb beyond the end', { truncateBefore: 100 }, []],
    ['$maxAge of an hour', { maxAge: 3600 }, [0, 1, 2, 3, 4]],
  ];
  it.each(rows)('hides events by %s, in both directions', async (_what, metadata, expected) => {
    const stream = await streamOf(5);
    await log.client.setStreamMetadata(stream, metadata);
    expect(revisions(await collect(log.client.readStream(stream)))).toEqual(expected);
    expect(revisions(await collect(log.client.readStream(stream, { direction: BACKWARDS, fromRevision: END })))).toEqual([...expected].reverse());
    const next = await log.client.appendToStream(stream, events(1), { expectedRevision: 4n });
    expect(next.nextExpectedRevision).toBe(5n);
  });

  it('keeps every key, the access list among them, and one event of itself', async () => {
    const stream = await streamOf(1);
    await log.client.setStreamMetadata(stream, { custom: 1 });
    const written = { maxCount: 9, maxAge: 8, truncateBefore: 0, cacheControl: 7, acl: { readRoles: ['a'], writeRoles: 'b' }, custom: { deep: [1] } };
    await log.client.setStreamMetadata(stream, written as never);
    expect((await log.client.getStreamMetadata(stream)).metadata).toEqual(written);
    expect(await collect(log.client.readStream(`$$${stream}`))).toHaveLength(1);
  });

  it('that is not JSON hides nothing', async () => {
    const stream = await streamOf(2);
    await log.client.appendToStream(`$$${stream}`, binaryEvent({ type: '$metadata', data: Buffer.from('no json') }));
    expect(await collect(log.client.readStream(stream))).toHaveLength(2);
  });
});

describe('delete', () => {
  it('hides what was there, keeps counting revisions and keeps other metadata on reopening', async () => {
    const stream = await streamOf(3);
    await log.client.setStreamMetadata(stream, { custom: 'kept' });
    await log.client.deleteStream(stream, { expectedRevision: 2n });
    await log.client.setStreamMetadata(stream, { custom: 'kept' });
    await log.client.appendToStream(stream, events(2), { expectedRevision: 2n });
    expect(revisions(await collect(log.client.readStream(stream)))).toEqual([3, 4]);
    expect((await log.client.getStreamMetadata(stream)).metadata).toMatchObject({ custom: 'kept', truncateBefore: 3 });
  });

  it('can be repeated, and undone by metadata', async () => {
    const stream = await streamOf(2);
    await log.client.deleteStream(stream);
    await log.client.appendToStream(stream, events(1));
    await log.client.deleteStream(stream);
    await log.client.setStreamMetadata(stream, { custom: true });
    await expect(collect(log.client.readStream(stream))).resolves.toEqual([]);
    await log.client.appendToStream(stream, events(1));
    expect(revisions(await collect(log.client.readStream(stream)))).toEqual([3]);
  });

  const wrong = (actual: bigint | undefined) => ({ type: 'wrong-expected-version', ...(actual !== undefined && { actualVersion: actual }) });
  it.each([
    ['deleteStream', 'nothing', undefined, wrong(-1n)],
    ['deleteStream', 'three', 1n, wrong(2n)],
    ['deleteStream', 'three', 'no_stream', wrong(2n)],
    ['deleteStream', 'tombstoned', undefined, { type: 'stream-deleted' }],
    ['tombstoneStream', 'three', 7n, wrong(2n)],
    ['tombstoneStream', 'nothing', 0n, wrong(-1n)],
    ['tombstoneStream', 'tombstoned', undefined, { type: 'stream-deleted' }],
  ] as const)('%s of %s, expecting %s, is refused', async (act, given, expectedRevision, error) => {
    const stream = given === 'nothing' ? `absent-${randomUUID()}` : await streamOf(3);
    if (given === 'tombstoned') await log.client.tombstoneStream(stream);
    await expect(log.client[act](stream, expectedRevision === undefined ? {} : { expectedRevision })).rejects.toMatchObject({ ...error, streamName: stream });
  });

  it('names in trailers that are not ASCII arrive', async () => {
    const stream = `größe-${randomUUID()}`;
    await log.client.tombstoneStream(stream);
    await expect(collect(log.client.readStream(stream))).rejects.toMatchObject({ type: 'stream-deleted', streamName: encodeURIComponent(stream) });
  });

  it('answers the position of what it wrote, which is in $all', async () => {
    const stream = await streamOf(1);
    const deleted = (await log.client.deleteStream(stream)).position!;
    const tombstoned = (await log.client.tombstoneStream(stream)).position!;
    const [metadata, tombstone] = await collect(log.client.readAll({ fromPosition: deleted, maxCount: 2 }));
    expect(metadata!.event).toMatchObject({ streamId: `$$${stream}`, type: '$metadata' });
    expect(tombstone!.event).toMatchObject({ streamId: stream, type: '$streamDeleted', revision: 2n ** 63n - 1n, position: tombstoned });
  });
});

describe('a read of $all', () => {
  it('goes forward from a position inclusive, backward exclusive', async () => {
    const stream = await streamOf(3);
    const [first, second, third] = (await collect(log.client.readStream(stream))).map(({ event }) => event!.position!);
    const forward = await collect(log.client.readAll({ fromPosition: second!, maxCount: 2 }));
    expect(forward.map(({ event }) => event!.position)).toEqual([second, third]);
    expect(forward[0]!.commitPosition).toBe(second!.commit);
    const backward = await collect(log.client.readAll({ direction: BACKWARDS, fromPosition: third!, maxCount: 2 }));
    expect(backward.map(({ event }) => event!.position)).toEqual([second, first]);
  });

  it('has system events, the first of them at the very start, and nothing from the wrong ends', async () => {
    const [first] = await collect(log.client.readAll({ maxCount: 1 }));
    expect(first!.event!.streamId.startsWith('$')).toBe(true);
    expect(await collect(log.client.readAll({ fromPosition: END }))).toEqual([]);
    expect(await collect(log.client.readAll({ direction: BACKWARDS, fromPosition: START }))).toEqual([]);
    const stream = await streamOf(1);
    const [newest] = await collect(log.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
    expect(newest!.event!.streamId).toBe(stream);
  });

  it('is dense and in order', async () => {
    await Promise.all(Array.from({ length: 20 }, () => streamOf(5)));
    const positions = (await collect(log.client.readAll())).map(({ event }) => Number(event!.position!.commit));
    expect(positions).toEqual(Array.from({ length: positions.length }, (_, n) => n + 1));
  });
});

describe('links', () => {
  it('resolve to their target, keep their place, and stand alone when the target is gone', async () => {
    const target = `with@sign-${randomUUID()}`;
    await log.client.appendToStream(target, events(2));
    const links = `links-${randomUUID()}`;
    await log.client.appendToStream(links, [link(1, target), link(7, target), link(0, 'no-such'), ...events(1)]);
    const resolved = await collect(log.client.readStream(links, { resolveLinkTos: true }));
    expect(resolved.map(({ event, link: by }) => [event?.streamId, event && Number(event.revision), by && Number(by.revision)])).toEqual([
      [target, 1, 0],
      [undefined, undefined, 1],
      [undefined, undefined, 2],
      [links, 3, undefined],
    ]);
    const plain = await collect(log.client.readStream(links));
    expect(plain.map(({ event }) => event!.type)).toEqual(['$>', '$>', '$>', 'Type0']);
    await log.client.deleteStream(target);
    const [gone] = await collect(log.client.readStream(links, { resolveLinkTos: true, maxCount: 1 }));
    expect([gone!.event, gone!.link?.streamId]).toEqual([undefined, links]);
  });
});
