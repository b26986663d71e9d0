/** Where answers are kept for repetition. A cache that fails is a cache that misses: it never fails a request. */
import { LRUCache } from 'lru-cache';
import type { Json } from '../domain/json.js';
import { openedAnswer, sealedAnswer, type AnswerPlace } from './answer-place.js';

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
  get(place: AnswerPlace): Promise<CachedAnswer | null>;
  set(place: AnswerPlace, answer: CachedAnswer, ttlSeconds: number): Promise<void>;
  close(): Promise<void>;
}

const defaultBytes = 67_108_864;

/** In this process, least recently used out first; sealed, so that an erased answer is not even in memory. */
export class MemoryAnswerCache implements AnswerCache {
  private readonly answers: LRUCache<string, Buffer>;

  constructor(maxBytes = defaultBytes) {
    this.answers = new LRUCache({ maxSize: maxBytes, sizeCalculation: (sealed, name) => sealed.length + name.length * 2 });
  }

  get(place: AnswerPlace): Promise<CachedAnswer | null> {
    const sealed = this.answers.get(place.name);
    return Promise.resolve(sealed === undefined ? null : (JSON.parse(openedAnswer(place, sealed)) as CachedAnswer));
  }

  set(place: AnswerPlace, answer: CachedAnswer, ttlSeconds: number): Promise<void> {
    this.answers.set(place.name, sealedAnswer(place, JSON.stringify(answer)), { ttl: ttlSeconds * 1000 });
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.answers.clear();
    return Promise.resolve();
  }
}
