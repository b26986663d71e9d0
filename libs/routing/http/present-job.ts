/** A job in the words of the HTTP contract. */
import type { Admitted } from '../commands/route-request.js';
import type { Deferred } from '../domain/job.js';
import type { JobRow } from '../jobs/job-store.js';
import { answerHeaders } from './chat-serving.js';

/** @param result what was made; null before it is, and when it has been erased. */
export const presentJob = (job: JobRow, result: unknown) => ({
  id: job.job_id,
  object: 'job',
  kind: job.kind,
  model: job.model,
  status: job.status,
  progress: job.progress,
  cancel_requested: job.cancel_requested_at !== null,
  created_at: job.created_at.toISOString(),
  started_at: job.started_at?.toISOString() ?? null,
  ended_at: job.ended_at?.toISOString() ?? null,
  expires_at: job.expires_at?.toISOString() ?? null,
  error: job.error,
  result,
});

/** A job that was taken in just now. */
export const newJob = ({ request }: Admitted, { work }: Deferred) => ({ id: request.requestId, object: 'job', kind: work.kind, model: work.chain[0]!.id, status: 'queued', progress: 0, url: jobPath(request.requestId) });

/** Of the 202 that answers with it. */
export const jobHeaders = (admitted: Admitted): Record<string, string> => {
  const { model, provider } = admitted.decision;
  return { location: jobPath(admitted.request.requestId), ...answerHeaders(admitted, { model, provider, attempts: 0, cache: 'off' }) };
};

const jobPath = (jobId: string): string => `/v1/jobs/${jobId}`;
