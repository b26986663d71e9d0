/** In Redis, for more than one process. What stands there is encrypted: it is the callers' text. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import type { AnswerCache, CachedAnswer } from './answer-cache.js';

const prefix = 'gr:answer:';
const ivBytes = 12;
const tagBytes = 16;
/** An answer is not waited for longer than this: the model is the other way. */
const patienceMs = 250;

export class RedisAnswerCache implements AnswerCache {
  private readonly redis: Redis;

  /** @param key 32 bytes */
  constructor(
    url: string,
    private readonly key: Buffer,
  ) {
    this.redis = new Redis(url, { lazyConnect: false, enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: patienceMs });
    // ioredis throws what nobody hears; a cache that is away is only slower.
    this.redis.on('error', () => undefined);
  }

  async get(key: string): Promise<CachedAnswer | null> {
    try {
      const sealed = await this.redis.getBuffer(prefix + key);
      return sealed && (JSON.parse(this.open(sealed, key)) as CachedAnswer);
    } catch {
      return null;
    }
  }

  async set(key: string, answer: CachedAnswer, ttlSeconds: number): Promise<void> {
    await this.redis.set(prefix + key, this.seal(JSON.stringify(answer), key), 'EX', ttlSeconds).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.redis.disconnect();
  }

  /** The entry's key is authenticated with it, so that no entry can be passed off as another. */
  private seal(text: string, key: string): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv).setAAD(Buffer.from(key));
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  private open(sealed: Buffer, key: string): string {
    const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(0, ivBytes)).setAAD(Buffer.from(key));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    return decipher.update(sealed.subarray(ivBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
  }
}
