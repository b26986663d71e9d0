/** Where answers are kept for repetition. A cache that fails is a cache that misses: it never fails a request. */
import { LRUCache } from 'lru-cache';
import type { Json } from '../domain/json.js';

/** An answer and who gave it. */
export interface CachedAnswer {
  readonly model: string;
  readonly provider: string;
  readonly host: string;
  readonly finishReason: string | null;
  /** A chat.completion. */
  readonly completion: Readonly<Json>;
}

export interface AnswerCache {
  /** Null when there is none, or it has expired. */
  get(key: string): Promise<CachedAnswer | null>;
  set(key: string, answer: CachedAnswer, ttlSeconds: number): Promise<void>;
  close(): Promise<void>;
}

const defaultBytes = 67_108_864;

/** In this process, least recently used out first. */
export class MemoryAnswerCache implements AnswerCache {
  private readonly answers: LRUCache<string, string>;

  constructor(maxBytes = defaultBytes) {
    this.answers = new LRUCache({ maxSize: maxBytes, sizeCalculation: (text, key) => (text.length + key.length) * 2 });
  }

  get(key: string): Promise<CachedAnswer | null> {
    const text = this.answers.get(key);
    return Promise.resolve(text === undefined ? null : (JSON.parse(text) as CachedAnswer));
  }

  set(key: string, answer: CachedAnswer, ttlSeconds: number): Promise<void> {
    this.answers.set(key, JSON.stringify(answer), { ttl: ttlSeconds * 1000 });
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.answers.clear();
    return Promise.resolve();
  }
}
