import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { RedisStandIn } from '../testing/stand-in/redis-stand-in.js';
import { until } from '../testing/rig.js';
import type { AnswerPlace } from './answer-place.js';
import type { CachedAnswer } from './answer-cache.js';
import { RedisAnswerCache } from './redis-answer-cache.js';

const answer: CachedAnswer = { model: 'maker/m', provider: 'maker', host: 'openai', finishReason: 'stop', completion: { choices: [{ message: { content: 'Grüße' } }] } };
const placed = (name: string, seed = 7): AnswerPlace => ({ name, key: Buffer.alloc(32, seed) });

let redis: RedisStandIn;
let cache: RedisAnswerCache;

beforeEach(async () => {
  redis = await RedisStandIn.listen();
  cache = new RedisAnswerCache(redis.url);
});
afterEach(async () => {
  await cache.close();
  await redis.close();
});

/** Sets until the connection is up: before that, a cache that is away only misses. */
async function kept(name: string, by = cache): Promise<void> {
  const before = redis.values.size;
  await until(async () => {
    await by.set(placed(name), answer, 60);
    return redis.values.size > before;
  });
}

it('keeps an answer for its time, unreadable for whoever reads the store', async () => {
  await kept('a');
  expect(await cache.get(placed('a'))).toEqual(answer);
  expect([...redis.lifetimes.values()]).toEqual([60]);
  const stored = [...redis.values.values()][0]!;
  expect(stored.includes('Grüße')).toBe(false);
  expect(stored.includes('choices')).toBe(false);
});

it('takes an entry that was moved, damaged, or sealed under another data key for none', async () => {
  await kept('a');
  const [[name, sealed]] = [...redis.values] as [[string, Buffer]];
  redis.values.set(name.replace(/a$/, 'b'), sealed);
  expect(await cache.get(placed('b'))).toBeNull();
  const other = new RedisAnswerCache(redis.url);
  await kept('connected', other);
  expect(await other.get(placed('a', 8))).toBeNull();
  await other.close();
  redis.values.set(name, Buffer.from('rubbish'));
  expect(await cache.get(placed('a'))).toBeNull();
});

it('misses, and fails nothing, when the store is away', async () => {
  await kept('a');
  await redis.close();
  expect(await cache.get(placed('a'))).toBeNull();
  await expect(cache.set(placed('b'), answer, 60)).resolves.toBeUndefined();
});
