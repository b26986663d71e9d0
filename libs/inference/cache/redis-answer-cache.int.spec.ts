import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { RedisStandIn } from '../testing/stand-in/redis-stand-in.js';
import { until } from '../testing/rig.js';
import type { CachedAnswer } from './answer-cache.js';
import { RedisAnswerCache } from './redis-answer-cache.js';

const answer: CachedAnswer = { model: 'maker/m', provider: 'maker', host: 'openai', finishReason: 'stop', completion: { choices: [{ message: { content: 'Grüße' } }] } };
const key = Buffer.alloc(32, 7);

let redis: RedisStandIn;
let cache: RedisAnswerCache;

beforeEach(async () => {
  redis = await RedisStandIn.listen();
  cache = new RedisAnswerCache(redis.url, key);
});
afterEach(async () => {
  await cache.close();
  await redis.close();
});

/** Sets until the connection is up: before that, a cache that is away only misses. */
async function kept(name: string, by = cache): Promise<void> {
  const before = redis.values.size;
  await until(async () => {
    await by.set(name, answer, 60);
    return redis.values.size > before;
  });
}

it('keeps an answer for its time, unreadable for whoever reads the store', async () => {
  await kept('a');
  expect(await cache.get('a')).toEqual(answer);
  expect([...redis.lifetimes.values()]).toEqual([60]);
  const stored = [...redis.values.values()][0]!;
  expect(stored.includes('Grüße')).toBe(false);
  expect(stored.includes('choices')).toBe(false);
});

it('takes an entry that was moved, damaged, or sealed by another installation for none', async () => {
  await kept('a');
  const [[name, sealed]] = [...redis.values] as [[string, Buffer]];
  redis.values.set(name.replace(/a$/, 'b'), sealed);
  expect(await cache.get('b')).toBeNull();
  const other = new RedisAnswerCache(redis.url, Buffer.alloc(32, 8));
  await kept('connected', other);
  expect(await other.get('a')).toBeNull();
  await other.close();
  redis.values.set(name, Buffer.from('rubbish'));
  expect(await cache.get('a')).toBeNull();
});

it('misses, and fails nothing, when the store is away', async () => {
  await kept('a');
  await redis.close();
  expect(await cache.get('a')).toBeNull();
  await expect(cache.set('b', answer, 60)).resolves.toBeUndefined();
});
