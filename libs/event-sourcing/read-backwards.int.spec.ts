import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testLog, type TestLog } from './testing/log.js';

let store: TestLog;
const context = { orgId: null, actor: 'cli' as const, commandId: 'c', correlationId: 'c', at: '2026-11-25T10:00:00.000Z' };
const things = (length: number) => Array.from({ length }, (_, n) => ({ type: 'Thing', data: { n } }));
beforeAll(async () => {
  store = await testLog();
  await store.log.append('test-long', 'no_stream', things(600), context);
  await store.log.append('test-short', 'no_stream', things(2), context);
});
afterAll(() => store.close());

describe('a stream read backwards', () => {
  it('gives every event, newest first, over several pages', async () => {
    const seen: number[] = [];
    for await (const { data } of store.log.readBackwards('test-long')) seen.push((data as { n: number }).n);
    expect(seen).toEqual(Array.from({ length: 600 }, (_, n) => 599 - n));
  });

  it('gives nothing where there is no stream', async () => {
    for await (const event of store.log.readBackwards('test-none')) throw new Error(event.type);
    expect(await store.log.exists('test-none')).toBe(false);
  });

  /** Node ends an HTTP/2 session that resets more than a thousand requests at once: ten thousand deliveries did. */
  it('can be left early more than a thousand times', async () => {
    for (let n = 0; n < 1_300; n += 50) {
      await Promise.all(
        Array.from({ length: 50 }, async () => {
          for await (const { revision } of store.log.readBackwards('test-short')) {
            expect(revision).toBe(1n);
            break;
          }
        }),
      );
    }
    expect(await store.log.exists('test-long')).toBe(true);
  });
});
