/**
 * Job queues: BullMQ on the PostgreSQL that is there anyway, or on Redis when REDIS_URL is set. Nothing durable lives
 * only in a queue: jobs follow from events and carry their ids, so losing a queue loses nothing.
 */
import { createPostgresBackend, Queue, Worker, withBackend, type Job, type JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from './logger.js';

export type { Job, JobsOptions } from 'bullmq';

/** Where jobs are kept. */
export interface QueueStore {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
}

interface Closable {
  close(): Promise<unknown>;
}

const postgres = withBackend(createPostgresBackend);
const prefix = 'greatrouter';
const usualSilenceMs = 30_000;

export class Queues {
  private readonly open: Closable[] = [];

  constructor(
    private readonly store: QueueStore,
    private readonly logger: Logger,
  ) {}

  /** The sending end. One per name and process. */
  queue<Data>(name: string, defaults: JobsOptions = {}): Queue<Data> {
    const options = { defaultJobOptions: { removeOnComplete: { age: 24 * 3600 }, removeOnFail: { age: 7 * 24 * 3600 }, ...defaults } };
    const queue = this.store.redisUrl
      ? new Queue<Data>(name, { connection: this.redis(), prefix, ...options })
      : (new postgres.Queue<Data>(name, { connection: this.pool(2), ...options }) as unknown as Queue<Data>);
    return this.watched(queue, name);
  }

  /**
   * The working end; runs up to `concurrency` jobs at once. A job that throws is tried again as its options say.
   * @param silenceMs how long a worker may be silent before its jobs are given to another.
   */
  worker<Data>(name: string, work: (job: Job<Data>, signal?: AbortSignal) => Promise<unknown>, concurrency = 1, silenceMs = usualSilenceMs): Worker<Data> {
    const options = { concurrency, lockDuration: silenceMs, stalledInterval: silenceMs };
    const processor = (job: unknown, _token?: string, signal?: AbortSignal) => work(job as Job<Data>, signal);
    const worker = this.store.redisUrl
      ? new Worker<Data>(name, processor, { connection: this.redis(), prefix, ...options })
      : (new postgres.Worker<Data>(name, processor, { connection: this.pool(3), ...options }) as unknown as Worker<Data>);
    return this.watched(worker, name);
  }

  /** Workers finish what they are doing; the rest waits in the store. */
  async close(): Promise<void> {
    await Promise.allSettled(this.open.splice(0).reverse().map((part) => part.close()));
  }

  private watched<T extends Queue | Worker>(part: T, name: string): T {
    (part as Queue).on('error', (error) => this.logger.warn({ err: error, queue: name }, 'a queue cannot reach its store'));
    this.open.push(part);
    return part;
  }

  private pool(max: number) {
    return { connectionString: this.store.databaseUrl, max };
  }

  private redis(): Redis {
    const connection = new Redis(this.store.redisUrl!, { maxRetriesPerRequest: null });
    connection.on('error', () => {});
    this.open.unshift({ close: () => connection.quit().catch(() => connection.disconnect()) });
    return connection;
  }
}
