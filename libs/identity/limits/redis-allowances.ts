/**
 * Rate limits counted in Redis, for many API processes: one script per request checks every limit of every subject and
 * takes from all or none, by Redis' own clock. The minute is kept in 100 slices, so a taking leaves the count up to a
 * hundredth of a minute late and a limit is never passed. While Redis does not answer, each process counts for itself.
 */
import { randomUUID } from 'node:crypto';
import { Redis, type RedisOptions } from 'ioredis';
import { minuteMs, type Allowances, type Denied, type Granted, type LimitKind, type Remaining, type Standing, type Subject } from './allowances.js';
import { LocalAllowances, once } from './local-allowances.js';
import { extendScript, settleScript, takeScript } from './redis-scripts.js';

/** A place whose process has died is free again after this. */
const placeLivesMs = 30_000;
const extendEveryMs = 10_000;
const slices = 100;
const noLimit = -1;

interface ScriptedRedis extends Redis {
  takeAllowance(keys: number, ...args: (string | number)[]): Promise<number[]>;
  settleAllowance(keys: number, ...args: (string | number)[]): Promise<number>;
  extendPlaces(keys: number, ...args: (string | number)[]): Promise<number>;
}

const options: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 500,
  disconnectTimeout: 200,
  scripts: {
    takeAllowance: { lua: takeScript },
    settleAllowance: { lua: settleScript },
    extendPlaces: { lua: extendScript },
  },
};

export interface RedisAllowancesOptions {
  /** Told once per outage. */
  readonly onOutage: (error: unknown) => void;
  /** The length of the "minute"; a multiple of 100. */
  readonly windowMs?: number;
  /** Milliseconds, in place of Redis' own clock. */
  readonly clock?: () => number;
}

export class RedisAllowances implements Allowances {
  private readonly redis: ScriptedRedis;
  private readonly local: LocalAllowances;
  private readonly windowMs: number;
  private readonly places = new Map<string, readonly Subject[]>();
  private readonly extending: NodeJS.Timeout;
  private out = false;

  constructor(
    url: string,
    private readonly options: RedisAllowancesOptions,
  ) {
    this.redis = new Redis(url, optionsOf()) as ScriptedRedis;
    this.redis.on('error', (error) => this.outage(error));
    this.windowMs = options.windowMs ?? minuteMs;
    this.local = new LocalAllowances(options.clock, this.windowMs);
    this.extending = setInterval(() => void this.extendPlaces(), extendEveryMs).unref();
  }

  async take(subjects: readonly Subject[], tokens: number): Promise<Granted | Denied> {
    const place = randomUUID();
    try {
      const limits = subjects.flatMap(({ limits: { requestsPerMinute, tokensPerMinute, concurrentRequests } }) =>
        [requestsPerMinute, tokensPerMinute, concurrentRequests].map((limit) => limit ?? noLimit));
      const answer = await this.redis.takeAllowance(subjects.length * 3, ...subjects.flatMap(keysOf), ...this.time(), place, placeLivesMs, tokens, ...limits);
      this.out = false;
      return this.read(answer, { subjects, tokens, place });
    } catch (error) {
      this.outage(error);
      return this.local.take(subjects, tokens);
    }
  }

  /** Resolves when there is a connection, or rejects with why there is none. */
  async connected(): Promise<void> {
    if (this.redis.status === 'ready') return;
    await new Promise<void>((resolve, reject) => {
      this.redis.once('ready', resolve);
      this.redis.once('error', reject);
    });
  }

  onApplicationShutdown(): void {
    clearInterval(this.extending);
    this.redis.disconnect();
  }

  private read([granted, which, kind, waitMs, slice, ...numbers]: number[], request: { subjects: readonly Subject[]; tokens: number; place: string }): Granted | Denied {
    const { subjects, tokens, place } = request;
    const standings = subjects.map((subject, index) => standing(subject, numbers.slice(index * 4, index * 4 + 4)));
    if (!granted) {
      return { granted: false, kind: kinds[kind!]!, subject: subjects[which!]!, waitMs: waitMs! < 0 ? Number.POSITIVE_INFINITY : waitMs!, standings };
    }
    this.places.set(place, subjects);
    const end = once<{ requests: number; tokens: number }>((excess) => this.settle(place, slice!, excess));
    return {
      granted: true,
      standings,
      release: (actual) => end({ requests: 0, tokens: (actual ?? tokens) - tokens }),
      withdraw: () => end({ requests: -1, tokens: -tokens }),
    };
  }

  /** What cannot be told to Redis now is late, not wrong: the estimate leaves the minute and the place expires by themselves. */
  private settle(place: string, slice: number, { requests, tokens }: { requests: number; tokens: number }): void {
    const subjects = this.places.get(place)!;
    this.places.delete(place);
    const keys = subjects.flatMap(keysOf);
    this.redis.settleAllowance(keys.length, ...keys, ...this.time(), place, slice, requests, tokens).catch((error: unknown) => this.outage(error));
  }

  private async extendPlaces(): Promise<void> {
    const entries = [...this.places].flatMap(([place, subjects]) => subjects.map((subject) => ({ place, key: keysOf(subject)[2]! })));
    if (entries.length === 0 || this.out) return;
    const pipeline = this.redis.pipeline() as unknown as ScriptedRedis & { exec(): Promise<unknown> };
    for (const { place, key } of entries) void pipeline.extendPlaces(1, key, ...this.time(), place, placeLivesMs);
    await pipeline.exec().catch((error: unknown) => this.outage(error));
  }

  /** Window, slice, and a clock for tests; 0 asks for Redis' own. */
  private time(): readonly [number, number, number] {
    return [this.windowMs, this.windowMs / slices, this.options.clock?.() ?? 0];
  }

  private outage(error: unknown): void {
    if (this.out) return;
    this.out = true;
    this.options.onOutage(error);
  }
}

const optionsOf = (): RedisOptions => ({ ...options, retryStrategy: (attempt) => Math.min(attempt * 100, 2_000) });
const kinds: readonly LimitKind[] = ['requests', 'tokens', 'concurrency'];

/** The braces of a subject's id keep the keys of an organization on one node of a cluster. */
const keysOf = ({ id }: Subject): string[] => [`gr:limit:${id}:requests`, `gr:limit:${id}:tokens`, `gr:limit:${id}:places`];

function standing({ limits }: Subject, [requests, requestsReset, tokens, tokensReset]: number[]): Standing {
  return {
    requests: remaining(limits.requestsPerMinute, requests!, requestsReset!),
    tokens: remaining(limits.tokensPerMinute, tokens!, tokensReset!),
  };
}

const remaining = (limit: number | null, used: number, resetMs: number): Remaining | null => (limit === null ? null : { limit, left: Math.max(0, limit - used), resetMs });

