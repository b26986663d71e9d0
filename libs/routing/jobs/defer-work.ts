/** Takes long work in: its row, then InferenceDeferred in the log; from then on the worker ends the request. */
import { Inject, Injectable } from '@nestjs/common';
import { EventLog } from '../../event-sourcing/event-log.js';
import { unavailable } from '../../platform/http/api-error.js';
import { LOGGER, type Logger } from '../../platform/logger.js';
import type { Caller } from '../../identity/exports.js';
import { Vault, type DataKey } from '../../platform/vault.js';
import type { Timing } from '../domain/events.js';
import type { LongWork } from '../domain/job.js';
import type { RoutingRequest } from '../domain/request.js';
import { revisionOfDecision, routeStream } from '../domain/terminal.js';
import { JobQueue } from './job-queue.js';
import { JobStore } from './job-store.js';

/** What a job's row keeps, sealed. */
export interface KeptWork {
  readonly work: LongWork;
  readonly subject: string | null;
}

export interface Deferring {
  readonly caller: Pick<Caller, 'orgId' | 'mode' | 'actor'>;
  readonly request: RoutingRequest;
  /** What the texts of the decision are sealed under; null when the log keeps none. */
  readonly key: DataKey | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface Deferral {
  readonly work: LongWork;
  /** Whose key seals it: the end user the client names, else null for the organization. */
  readonly subject: string | null;
  readonly timing: Pick<Timing, 'classificationMs' | 'routingMs'>;
}

@Injectable()
export class LongWorkIntake {
  constructor(
    private readonly log: EventLog,
    private readonly jobs: JobStore,
    private readonly queue: JobQueue,
    private readonly vault: Vault,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws ApiError 503 when the row cannot be kept; LogUnavailable. */
  async take({ caller, request, key: decided, at }: Deferring, { work, subject, timing }: Deferral): Promise<void> {
    const { requestId } = request;
    const key = decided ?? (await this.vault.keyFor({ orgId: caller.orgId, subject }));
    if (key === null) throw unavailable('Long work cannot be taken in at the moment.', 'jobs_unavailable');
    const models = work.chain.map(({ id }) => id);
    await this.jobs.open({ jobId: requestId, orgId: caller.orgId, kind: work.kind, model: models[0]!, work: this.vault.seal(key, JSON.stringify({ work, subject } satisfies KeptWork)), createdAt: request.at });
    const context = { orgId: caller.orgId, actor: caller.actor, commandId: `defer:${requestId}`, correlationId: requestId, at };
    await this.log.append(routeStream(requestId), revisionOfDecision, [{ type: 'InferenceDeferred', data: { mode: caller.mode, kind: work.kind, models, timing } }], context);
    // The worker looks for forgotten rows: a queue that is away makes the job late, not lost.
    await this.queue.wake(requestId).catch((error: unknown) => this.logger.warn({ err: error, requestId }, 'a job waits until the queue is back'));
  }
}
