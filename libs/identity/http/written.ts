import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LiveFolds } from '../../event-sourcing/live-folds.js';

/** A write is answered with its position, and once this process itself has seen it. */
@Injectable()
export class Written {
  constructor(private readonly folds: LiveFolds) {}

  /** Waits five seconds at most: a later read may wait for the position itself. */
  async at(position: bigint, reply: FastifyReply): Promise<void> {
    void reply.header('x-gr-position', position.toString());
    await this.folds.waitFor(position, 5_000);
  }
}
