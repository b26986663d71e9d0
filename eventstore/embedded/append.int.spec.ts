import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binaryEvent, jsonEvent, type AppendExpectedRevision, type EventData } from '@eventstore/db-client';
import { collect, testNode, type TestNode } from './testing/node.js';

let log: TestNode;
beforeAll(async () => {
  log = await testNode();
});
afterAll(() => log.close());

const event = (id: string = randomUUID()): EventData => jsonEvent({ id, type: 'Happened', data: { id } });
const events = (count: number) => Array.from({ length: count }, () => event());
const name = () => `append-${randomUUID()}`;

type Given = 'nothing' | 'three events' | 'soft-deleted' | 'metadata only' | 'tombstoned';
interface Row {
  given: Given;
  expected: AppendExpectedRevision;
  /** Which events are sent: new ones, or by index those already there. */
  sent: 'new' | readonly (number | 'new')[];
  then: { revision: bigint } | { error: 'wrong-expected-version' | 'stream-deleted'; actual?: bigint | 'no_stream' };
}

/** Order and outcome of the checks of an append, one row per rule. */
const ROWS: readonly Row[] = [
  { given: 'nothing', expected: 'no_stream', sent: 'new', then: { revision: 0n } },
  { given: 'nothing', expected: 'any', sent: 'new', then: { revision: 0n } },
  { given: 'nothing', expected: 'stream_exists', sent: 'new', then: { error: 'wrong-expected-version', actual: 'no_stream' } },
  { given: 'nothing', expected: 0n, sent: 'new', then: { error: 'wrong-expected-version', actual: 'no_stream' } },
  { given: 'nothing', expected: 5n, sent: 'new', then: { error: 'wrong-expected-version', actual: 'no_stream' } },
  { given: 'metadata only', expected: 'stream_exists', sent: 'new', then: { revision: 0n } },
  { given: 'metadata only', expected: 'no_stream', sent: 'new', then: { revision: 0n } },
  { given: 'three events', expected: 2n, sent: 'new', then: { revision: 3n } },
  { given: 'three events', expected: 'any', sent: 'new', then: { revision: 3n } },
  { given: 'three events', expected: 'stream_exists', sent: 'new', then: { revision: 3n } },
  { given: 'three events', expected: 'no_stream', sent: 'new', then: { error: 'wrong-expected-version', actual: 2n } },
  { given: 'three events', expected: 1n, sent: 'new', then: { error: 'wrong-expected-version', actual: 2n } },
  { given: 'three events', expected: 3n, sent: 'new', then: { error: 'wrong-expected-version', actual: 2n } },
  // retries
  { given: 'three events', expected: 'no_stream', sent: [0, 1, 2], then: { revision: 2n } },
  { given: 'three events', expected: 'no_stream', sent: [0, 1], then: { revision: 1n } },
  { given: 'three events', expected: 0n, sent: [1, 2], then: { revision: 2n } },
  { given: 'three events', expected: 0n, sent: [1], then: { revision: 1n } },
  { given: 'three events', expected: 'any', sent: [0, 1, 2], then: { revision: 2n } },
  { given: 'three events', expected: 'any', sent: [1], then: { revision: 1n } },
  { given: 'three events', expected: 'stream_exists', sent: [2], then: { revision: 2n } },
  // conflicts that look like retries
  { given: 'three events', expected: 'no_stream', sent: [0, 'new'], then: { error: 'wrong-expected-version', actual: 2n } },
  { given: 'three events', expected: 'no_stream', sent: [0, 1, 2, 'new'], then: { error: 'wrong-expected-version', actual: 2n } },
  { given: 'three events', expected: 0n, sent: [2], then: { error: 'wrong-expected-version', actual: 2n } },
  { given: 'three events', expected: 'any', sent: [2, 'new'], then: { error: 'wrong-expected-version', actual: 2n } },
  { given: 'three events', expected: 'any', sent: ['new', 0], then: { revision: 4n } },
  // deleted streams
  { given: 'soft-deleted', expected: 'no_stream', sent: 'new', then: { revision: 3n } },
  { given: 'soft-deleted', expected: 'any', sent: 'new', then: { revision: 3n } },
  { given: 'soft-deleted', expected: 2n, sent: 'new', then: { revision: 3n } },
  { given: 'soft-deleted', expected: 1n, sent: 'new', then: { error: 'wrong-expected-version', actual: 2n } },
  { given: 'soft-deleted', expected: 'stream_exists', sent: 'new', then: { error: 'stream-deleted' } },
  ...(['any', 'no_stream', 'stream_exists', 2n] as const).map((expected): Row => ({ given: 'tombstoned', expected, sent: 'new', then: { error: 'stream-deleted' } })),
];

async function prepare(given: Given, stream: string): Promise<readonly EventData[]> {
  const there = events(3);
  if (given === 'metadata only') await log.client.setStreamMetadata(stream, { owner: 'somebody' });
  if (given === 'nothing' || given === 'metadata only') return [];
  await log.client.appendToStream(stream, there, { expectedRevision: 'no_stream' });
  if (given === 'soft-deleted') await log.client.deleteStream(stream);
  if (given === 'tombstoned') await log.client.tombstoneStream(stream);
  return there;
}

/** The two ways to append: credentials make the client leave the batch call. */
const WAYS = [
  ['BatchAppend', {}],
  ['Append', { credentials: { username: 'admin', password: 'ignored' } }],
] as const;

describe.each(WAYS)('the expected revision of %s', (_way, options) => {
  it.each(ROWS)('$given, expected $expected, sent $sent -> $then', async ({ given, expected, sent, then }) => {
    const stream = name();
    const there = await prepare(given, stream);
    const proposed = sent === 'new' ? [event()] : sent.map((which) => (which === 'new' ? event() : there[which]!));
    const appended = log.client.appendToStream(stream, proposed, { expectedRevision: expected, ...options });
    if ('revision' in then) {
      const { nextExpectedRevision, success } = await appended;
      expect({ success, nextExpectedRevision }).toEqual({ success: true, nextExpectedRevision: then.revision });
    } else {
      await expect(appended).rejects.toMatchObject(
        then.error === 'stream-deleted'
          ? { type: 'stream-deleted', streamName: stream }
          : { type: 'wrong-expected-version', streamName: stream, expectedVersion: expected, actualVersion: then.actual },
      );
    }
  });

  it('answers the position of the last event, and a retry with the same one', async () => {
    const stream = name();
    const proposed = events(3);
    const first = await log.client.appendToStream(stream, proposed, { expectedRevision: 'no_stream', ...options });
    await log.client.appendToStream(stream, event(), options);
    const retried = await log.client.appendToStream(stream, proposed, { expectedRevision: 'no_stream', ...options });
    const read = await collect(log.client.readStream(stream));
    expect(first.position).toEqual(read[2]!.event!.position);
    expect(retried.position).toEqual(first.position);
    expect(read).toHaveLength(4);
  });

  it('refuses more than 1 MiB of data, and counts data only', async () => {
    const stream = name();
    const bytes = (size: number) => binaryEvent({ type: 'Blob', data: new Uint8Array(size), metadata: new Uint8Array(1000) });
    await expect(log.client.appendToStream(stream, [bytes(1024 * 1024), bytes(1)], options)).rejects.toMatchObject({
      type: 'maximum-append-size-exceeded',
      maxAppendSize: 1024 * 1024,
    });
    await expect(log.client.appendToStream(stream, bytes(1024 * 1024), options)).resolves.toMatchObject({ nextExpectedRevision: 0n });
  });

  it('accepts no events: the current revision and no position', async () => {
    const stream = name();
    await log.client.appendToStream(stream, events(2), options);
    const { nextExpectedRevision, position } = await log.client.appendToStream(stream, [], options);
    expect([nextExpectedRevision, position]).toEqual([1n, undefined]);
  });

  it('keeps bytes, JSON, metadata of both kinds, and ids in lower case', async () => {
    const stream = name();
    const id = randomUUID().toUpperCase();
    await log.client.appendToStream(
      stream,
      [
        binaryEvent({ id, type: 'Bytes', data: Uint8Array.from([0, 1, 255]), metadata: Uint8Array.from([254, 0]) }),
        jsonEvent({ type: 'Größe', data: { text: 'zu groß 🚀' }, metadata: { $correlationId: 'c' } }),
      ],
      options,
    );
    const [bytes, json] = await collect(log.client.readStream(stream));
    expect(bytes!.event).toMatchObject({ id: id.toLowerCase(), type: 'Bytes', isJson: false, metadata: Uint8Array.from([254, 0]) });
    expect([...(bytes!.event!.data as Uint8Array)]).toEqual([0, 1, 255]);
    expect(json!.event).toMatchObject({ type: 'Größe', isJson: true, data: { text: 'zu groß 🚀' }, metadata: { $correlationId: 'c' } });
    expect(Math.abs(Date.now() - json!.event!.created.getTime())).toBeLessThan(60_000);
  });
});
