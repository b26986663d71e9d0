/** Wakes the worker for a job. Only its id travels: the rest is in its row and its stream, so that a lost queue loses nothing. */
import { Injectable } from '@nestjs/common';
import { Queues } from '../../platform/queues.js';

export const jobQueue = 'media-jobs';

export interface JobWake {
  readonly jobId: string;
}

/** What fails for want of a store is tried again for about an hour; gone from the queue, it is found again by its row. */
const options = { attempts: 11, backoff: { type: 'exponential', delay: 2_000 }, removeOnComplete: true, removeOnFail: true } as const;

@Injectable()
export class JobQueue {
  private readonly queue;

  constructor(queues: Queues) {
    this.queue = queues.queue<JobWake>(jobQueue, options);
  }

  /** Once per job, however often it is woken. */
  async wake(jobId: string): Promise<void> {
    await this.queue.add('run', { jobId }, { jobId });
  }
}
