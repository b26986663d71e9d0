import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { binaryEvent, jsonEvent, type EventData } from '@eventstore/db-client';
import { openEnvironment } from '../store/environment.js';
import { indexKey, positionKey } from '../store/keys.js';
import { collect, testNode, type TestNode } from '../testing/node.js';
import { verify } from './verify.js';

let log: TestNode;
let scratch: string;
beforeEach(async () => {
  log = await testNode();
  scratch = await mkdtemp(join(tmpdir(), 'event-log-operations-'));
});
afterEach(async () => {
  await log.close();
  await rm(scratch, { recursive: true, force: true });
});

const events = (count: number): EventData[] => Array.from({ length: count }, (_, n) => jsonEvent({ type: 'Numbered', data: { n } }));
const all = async () => (await collect(log.client.readAll())).map(({ event }) => event!);

describe('verify', () => {
  it('finds a used log sound, and says how far it is', async () => {
    await Promise.all([1, 2, 3].map((n) => log.client.appendToStream(`s${n}`, events(200))));
    await log.client.appendToStream('binary', binaryEvent({ type: 'B', data: Uint8Array.from([0, 255]), metadata: Uint8Array.from([1]) }));
    await log.client.deleteStream('s1');
    await log.client.tombstoneStream('s2');
    await log.client.tombstoneStream('never-was');
    await log.client.setStreamMetadata('s3', { maxCount: 5 });
    const told: number[][] = [];
    const report = await log.node.verify((...progress) => told.push(progress));
    expect(report).toEqual({ events: 606, streams: 8, missingPositions: 0, problems: [] });
    expect(told.at(-1)).toEqual([1212, 1212]);
  });

  it.each([
    ['a record without its index entry', (env) => env.index.removeSync(indexKey(2, 1)), /index does not lead to 1@s at 3/],
    ['an index entry without its record', (env) => env.log.removeSync(positionKey(3)), /leads stream number 2, revision 1 to position 3/],
    ['a stream without its number', (env) => env.streams.removeSync(Buffer.from('\x01s')), /but s is not/],
    ['a flipped byte in a record', (env) => env.log.putSync(positionKey(3), flipped(env.log.get(positionKey(3))!)), /position|record at 3/],
  ] as const satisfies readonly (readonly [string, (env: ReturnType<typeof openEnvironment>) => unknown, RegExp])[])('reports %s', async (_what, damage, expected) => {
    await log.client.appendToStream('s', events(3));
    await log.node.close();
    const env = openEnvironment({ dir: log.dir });
    damage(env);
    const { problems } = await verify(env);
    await env.root.close();
    expect(problems.join('\n')).toMatch(expected);
  });
});

/** Changes the revision inside the event, which the header repeats. */
function flipped(record: Buffer): Buffer {
  const copy = Buffer.from(record);
  copy[copy.indexOf(Buffer.from([3 << 3, 1])) + 1] = 9;
  return copy;
}

describe('backup', () => {
  it('copies a log that is being written; the copy opens as a log of its own', async () => {
    await log.client.appendToStream('s', events(500));
    const writing = Promise.all(Array.from({ length: 20 }, () => log.client.appendToStream('during', events(5))));
    const target = join(scratch, 'copy');
    const report = await log.node.backup(target);
    await writing;
    expect(report.bytes).toBeGreaterThan(100_000);
    const copy = await testNode({ dir: target });
    expect(await collect(copy.client.readStream('s'))).toHaveLength(500);
    expect(await copy.node.verify()).toMatchObject({ problems: [], missingPositions: 0 });
    expect((await copy.node.stats()).storeId).toBe((await log.node.stats()).storeId);
    await copy.close();
    await expect(log.node.backup(log.dir)).rejects.toThrow(/not empty/);
  });
});

describe('scavenge', () => {
  it('removes what nobody can read, and nothing else', async () => {
    for (const stream of ['kept', 'counted', 'truncated', 'deleted', 'tombstoned']) await log.client.appendToStream(stream, events(600));
    await log.client.setStreamMetadata('counted', { maxCount: 100 });
    await log.client.setStreamMetadata('counted', { maxCount: 10 });
    await log.client.setStreamMetadata('truncated', { truncateBefore: 590 });
    await log.client.deleteStream('deleted');
    await log.client.tombstoneStream('tombstoned');
    const readable = async () => {
      const streams = await Promise.all(['kept', 'counted', 'truncated'].map((stream) => collect(log.client.readStream(stream))));
      return streams.map((each) => each.map(({ event }) => [event!.id, event!.position!.commit]));
    };
    const before = await readable();
    const report = await log.node.scavenge();
    // 590 counted, 590 truncated, 599 deleted, 600 tombstoned, 1 superseded metadata
    expect(report.removedEvents).toBe(590 + 590 + 599 + 600 + 1);
    expect(await readable()).toEqual(before);
    expect(await log.node.verify()).toMatchObject({ problems: [], missingPositions: report.removedEvents });
    expect((await all()).length).toBe(3006 - report.removedEvents);
    expect((await log.node.stats()).freeBytes).toBeGreaterThan(report.removedBytes / 2);
    await expect(collect(log.client.readStream('tombstoned'))).rejects.toMatchObject({ type: 'stream-deleted' });
  });

  it('keeps revisions and positions going, across a restart', async () => {
    await log.client.appendToStream('s', events(50));
    await log.client.deleteStream('s');
    await log.node.scavenge();
    await log.restart();
    const client = log.connect();
    const { nextExpectedRevision, position } = await client.appendToStream('s', events(1), { expectedRevision: 49n });
    expect(nextExpectedRevision).toBe(50n);
    expect(position!.commit).toBe(53n);
    expect((await collect(client.readStream('s'))).map(({ event }) => event!.revision)).toEqual([50n]);
  });

  it('runs beside appends and subscriptions', async () => {
    const stream = `busy-${randomUUID()}`;
    await log.client.setStreamMetadata(stream, { maxCount: 10 });
    await log.client.appendToStream(stream, events(900));
    const appending = Promise.all(Array.from({ length: 30 }, () => log.client.appendToStream(stream, events(10))));
    const report = await log.node.scavenge();
    await appending;
    await log.node.scavenge();
    expect(report.removedEvents).toBeGreaterThan(0);
    expect((await collect(log.client.readStream(stream))).map(({ event }) => Number(event!.revision))).toEqual(Array.from({ length: 10 }, (_, n) => 1190 + n));
    expect(await log.node.verify()).toMatchObject({ problems: [] });
  });
});
