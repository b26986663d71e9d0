/** Wakes a worker for a replay. What is to be done is in the database: a queue that is lost is made again from it. */
import { Injectable } from '@nestjs/common';
import { Queues } from '../../platform/queues.js';

export const replayQueue = 'replays';
export interface ReplayWake {
  readonly replayId: string;
}

@Injectable()
export class ReplayQueue {
  private readonly queue;

  constructor(queues: Queues) {
    this.queue = queues.queue<ReplayWake>(replayQueue);
  }

  async wake(replayId: string): Promise<void> {
    await this.queue.add('replay', { replayId });
  }
}
