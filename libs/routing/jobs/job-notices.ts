/** Tells an organization that a job has ended: at the address it gave for its notices, signed like those. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { EventLog } from '../../event-sourcing/event-log.js';
import { Config } from '../../platform/config.js';
import { publicAddresses } from '../../platform/public-address.js';
import { Queues } from '../../platform/queues.js';
import { noticeRetries, NoticeSender, type NoticeJob } from '../../wallet/exports.js';
import { expiryOf, type JobEnding } from '../domain/job.js';

export interface EndedJob extends JobEnding {
  readonly jobId: string;
  readonly orgId: string;
  readonly kind: string;
  readonly endedAt: string;
}

const name = 'job-notices';
const atOnce = 4;

@Injectable()
export class JobNotices implements OnApplicationBootstrap {
  private readonly queue;

  constructor(
    private readonly queues: Queues,
    private readonly log: EventLog,
    private readonly config: Config,
  ) {
    this.queue = queues.queue<NoticeJob>(name, noticeRetries);
  }

  onApplicationBootstrap(): void {
    const sender = new NoticeSender(this.log, this.config.masterKey, publicAddresses(this.config.webhookAllow));
    this.queues.worker<NoticeJob>(name, ({ data }) => sender.send(data), atOnce);
  }

  /** Once per job, however often it is announced. */
  async announce(job: EndedJob): Promise<void> {
    await this.queue.add('notice', jobNotice(job), { jobId: job.jobId });
  }
}

/** `job.completed`, `job.failed` or `job.cancelled`: that it has ended, never what was made. The job's id is also `webhook-id`. */
export function jobNotice({ jobId, orgId, kind, status, error, endedAt }: EndedJob): NoticeJob {
  const data = { organization_id: orgId, job_id: jobId, kind, status, error, expires_at: expiryOf(endedAt) };
  return { id: jobId, orgId, body: JSON.stringify({ type: `job.${status}`, timestamp: endedAt, data }) };
}
