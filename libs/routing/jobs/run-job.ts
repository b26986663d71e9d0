/**
 * Works one job off: calls the chain, keeps what was made, and ends the request in the log. The log is asked first and
 * decides: a job that is brought twice, or whose worker died after the ending was written, only has its row closed. What a
 * provider has taken on is noted in the row, so that who comes next goes on asking for it, and nobody is asked anew.
 */
import { Injectable } from '@nestjs/common';
import { EventLog } from '../../event-sourcing/event-log.js';
import { LogUnavailable, RevisionConflict } from '../../event-sourcing/log-errors.js';
import type { MediaCall, WorkJournal, WorkNote } from '../../inference/domain/media.js';
import type { ClientError, Outcome } from '../../inference/domain/outcome.js';
import { MediaGateway } from '../../inference/exports.js';
import { zero } from '../../money/money.js';
import { DatabaseUnavailable } from '../../platform/postgres.js';
import { Vault, type DataKey } from '../../platform/vault.js';
import { RequestRecord } from '../commands/request-record.js';
import type { Timing } from '../domain/events.js';
import { endingOf } from '../domain/job.js';
import { mediaInput } from '../http/media-input.js';
import type { KeptWork } from './defer-work.js';
import { JobNotices } from './job-notices.js';
import { JobStore, type JobRow } from './job-store.js';
import { readStory, type DeferredStory, type Story } from './story.js';

/** A job whose worker died so often is given up. */
const mostRuns = 5;
const reportEveryMs = 500;
const noteAgainMs = 250;

/** The worker stops; the job waits for the next one. */
export class Interrupted extends Error {
  constructor() {
    super('the worker is stopping');
    this.name = 'Interrupted';
  }
}

@Injectable()
export class JobRunner {
  constructor(
    private readonly log: EventLog,
    private readonly jobs: JobStore,
    private readonly vault: Vault,
    private readonly record: RequestRecord,
    private readonly gateway: MediaGateway,
    private readonly notices: JobNotices,
  ) {}

  /** @throws Interrupted, or what a store throws: the queue brings the job again. */
  async run(jobId: string, stopping: AbortSignal): Promise<void> {
    const before = await readStory(this.log, jobId);
    if (before?.ending) return this.close(jobId, before);
    // A row whose request is not recorded as deferred: its process is writing that now, or died and the watchdog ends it.
    if (!before?.deferred) return;
    const job = await this.jobs.begin(jobId);
    if (job === null) return;
    await this.workOff(job, before as DeferredStory, stopping);
    const after = await readStory(this.log, jobId);
    if (!after?.ending) throw new Error('the ending of a job is not in the log');
    await this.close(jobId, after);
  }

  private async workOff(job: JobRow, story: DeferredStory, stopping: AbortSignal): Promise<void> {
    const kept = await this.workOf(job);
    const outcome = notToBeCalled(job, story, kept) ?? (await this.call(job, story, { kept: kept!, stopping }));
    const { request, caller, decision, deferred, hold } = story;
    // The key of the wish, not one of now: text that was erased while it was worked at must not live on under a new key.
    const key = await this.keyOf(job);
    if (key && outcome.kind === 'completed' && outcome.answer.form === 'json') {
      await this.jobs.keepResult(job.job_id, this.vault.seal(key, outcome.answer.bytes.toString('utf8')));
    }
    const at = new Date().toISOString();
    await this.append(() => this.record.endDeferred({ caller, request, decision, hold, key: this.record.keptUnder(key) }, { outcome, timing: timingOf(story, outcome, at) }, { after: deferred.revision, at }), stopping);
  }

  /** What a provider made is not thrown away because the log is away: the same append is tried until it is decided. */
  private async append(write: () => Promise<unknown>, stopping: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await write();
        return;
      } catch (error) {
        // The watchdog took the job for lost, or another worker was first: that ending stands.
        if (error instanceof RevisionConflict) return;
        if (!(error instanceof LogUnavailable) || stopping.aborted) throw error;
      }
    }
  }

  /** Null when the key it was sealed under is destroyed. */
  private async workOf({ work }: JobRow): Promise<KeptWork | null> {
    const text = work && (await this.vault.open(work));
    return text ? (JSON.parse(text) as KeptWork) : null;
  }

  /** Null when it is destroyed. */
  private keyOf({ work }: JobRow): Promise<DataKey | null> {
    return work ? this.vault.keyNamed(work.keyId) : Promise.resolve(null);
  }

  private async call(job: JobRow, story: DeferredStory, { kept, stopping }: { kept: KeptWork; stopping: AbortSignal }): Promise<Outcome> {
    const cancel = new AbortController();
    // Its provider is still to be told.
    if (job.cancel_requested_at !== null) cancel.abort();
    const progress = { value: job.progress };
    const reporting = setInterval(() => void this.report(job.job_id, progress.value, cancel), reportEveryMs);
    try {
      const journal = await this.journalOf(job, stopping);
      const outcome = await this.gateway.make({ ...this.callOf(story, kept, cancel.signal, progress), keep: true, journal });
      if (outcome.kind !== 'cancelled') return outcome;
      if (cancel.signal.aborted) return { ...outcome, by: 'operator' };
      await this.jobs.handBack(job.job_id);
      throw new Interrupted();
    } finally {
      clearInterval(reporting);
    }
  }

  /** @throws Error when the wish was erased after it was read: the job is brought again, and ends so. */
  private async journalOf(job: JobRow, stopping: AbortSignal): Promise<WorkJournal> {
    const key = await this.keyOf(job);
    if (key === null) throw new Error('what a job was asked for has been erased');
    const text = job.standing && (await this.vault.open(job.standing));
    return { before: text ? (JSON.parse(text) as WorkNote) : null, leave: stopping, note: (note) => this.note(job.job_id, key, note) };
  }

  /** What a provider has taken on must not be forgotten because the database is away for a moment. */
  private async note(jobId: string, key: DataKey, note: WorkNote): Promise<void> {
    for (;;) {
      try {
        return await this.jobs.noteStanding(jobId, this.vault.seal(key, JSON.stringify(note)));
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable) || note.accepted === null) throw error;
        await new Promise((resolve) => setTimeout(resolve, noteAgainMs));
      }
    }
  }

  private callOf({ request, decision, caller }: DeferredStory, { work }: KeptWork, signal: AbortSignal, progress: { value: number }): MediaCall {
    return {
      requestId: request.requestId,
      orgId: caller.orgId,
      mode: caller.mode,
      at: request.at,
      chain: work.chain,
      contentMode: decision.classification.content_mode,
      signal,
      onProgress: (made) => (progress.value = Math.max(progress.value, Math.min(1, made))),
      ...mediaInput(work.input, work.prompt),
    };
  }

  /** A report that fails is only late: the next one says the same. */
  private async report(jobId: string, progress: number, cancel: AbortController): Promise<void> {
    const cancelled = await this.jobs.report(jobId, progress).catch(() => false);
    if (cancelled) cancel.abort();
  }

  private async close(jobId: string, { ending, endedAt, deferred, caller }: Story): Promise<void> {
    const ended = endingOf(ending!);
    await this.jobs.close(jobId, ended, endedAt!);
    if (deferred) await this.notices.announce({ ...ended, jobId, orgId: caller.orgId, kind: deferred.data.kind, endedAt: endedAt! });
  }
}

/** Null when the chain is to be called. */
function notToBeCalled({ cancel_requested_at, runs, standing }: JobRow, story: DeferredStory, kept: KeptWork | null): Outcome | null {
  // What a provider may be working at costs nobody knows what.
  const bill = standing === null ? ({ cost: zero, costStatus: 'exact' } as const) : ({ cost: null, costStatus: 'unpriced' } as const);
  if (kept === null) return { ...notCalled(story), ...bill, kind: 'failed', error: erased, tail: null };
  if (cancel_requested_at !== null && standing === null) return { ...notCalled(story), ...bill, kind: 'cancelled', by: 'operator' };
  if (runs > mostRuns) return { ...notCalled(story), ...bill, kind: 'failed', error: givenUp, tail: null };
  return null;
}

function timingOf({ deferred: { data }, request }: DeferredStory, { inferenceMs }: Outcome, at: string): Timing {
  return { ...data.timing, inferenceMs: Math.round(inferenceMs * 100) / 100, totalMs: Math.max(0, Date.parse(at) - Date.parse(request.at)), ttftMs: null };
}

const notCalled = ({ decision: { model, provider } }: DeferredStory) => ({
  failedAttempts: [], attempts: 0, model, provider, host: provider, usage: null, rawUsage: null, ttftMs: null, inferenceMs: 0, cache: 'off', continued: false,
  output: () => null,
}) as const;

const failure = (code: string, message: string): ClientError => ({ class: 'server_error', status: 500, type: 'internal_error', code, message, headers: {} });
const erased = failure('input_erased', 'What was asked for has been erased.');
const givenUp = failure('job_given_up', `The job was interrupted ${mostRuns} times and is given up.`);
