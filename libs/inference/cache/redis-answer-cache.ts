/** In Redis, for more than one process. What stands there is encrypted: it is the callers' text. */
import { Redis } from 'ioredis';
import type { AnswerCache, CachedAnswer } from './answer-cache.js';
import { openedAnswer, sealedAnswer, type AnswerPlace } from './answer-place.js';

const prefix = 'gr:answer:';
/** An answer is not waited for longer than this: the model is the other way. */
const patienceMs = 250;

export class RedisAnswerCache implements AnswerCache {
  private readonly redis: Redis;

  constructor(url: string) {
    this.redis = new Redis(url, { lazyConnect: false, enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: patienceMs });
    // ioredis throws what nobody hears; a cache that is away is only slower.
    this.redis.on('error', () => undefined);
  }

  async get(place: AnswerPlace): Promise<CachedAnswer | null> {
    try {
      const sealed = await this.redis.getBuffer(prefix + place.name);
      return sealed && (JSON.parse(openedAnswer(place, sealed)) as CachedAnswer);
    } catch {
      return null;
    }
  }

  async set(place: AnswerPlace, answer: CachedAnswer, ttlSeconds: number): Promise<void> {
    await this.redis.set(prefix + place.name, sealedAnswer(place, JSON.stringify(answer)), 'EX', ttlSeconds).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.redis.disconnect();
  }
}
