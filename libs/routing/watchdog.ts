/**
 * Ends the requests that nobody will end any more: their process died, or they are older than any deadline.
 * It writes at the exact revision it has seen, so a process that is alive after all wins or loses cleanly: a request
 * ends once, whoever ends it.
 */
import type { LiveFold } from '../event-sourcing/live-folds.js';
import type { Recorded } from '../event-sourcing/domain/event.js';
import type { EventLog } from '../event-sourcing/event-log.js';
import { RevisionConflict } from '../event-sourcing/log-errors.js';
import type { Decision } from './domain/decision.js';
import type { InferenceAttemptFailed, RouteRequested } from './domain/events.js';
import { isTerminal, routeStream, terminalTypes, type TerminalEvent } from './domain/terminal.js';

/** A request that has not ended, as far as the log has been read. */
export interface OpenRequest {
  readonly requestId: string;
  readonly requested: Pick<RouteRequested, 'keyId' | 'mode' | 'servedBy' | 'hold'> & { readonly orgId: string; readonly sessionId: string | null; readonly atMs: number };
  decision: Pick<Decision, 'model' | 'provider' | 'classification'> | null;
  failedAttempts: number;
  /** A job works it off, in whichever process there is. */
  deferred: boolean;
  revision: bigint;
}

/** Longer than the total deadline of any call the gateway makes. */
export const orphanAgeMs = 20 * 60_000;
/** Longer than a job is worked at and tried again. */
export const deferredOrphanAgeMs = 2 * 3_600_000;

/** The fold: every request without a terminal event. */
export class OpenRequests implements LiveFold {
  readonly name = 'open-requests';
  readonly version = '2';
  readonly types = ['RouteRequested', 'ModelSelected', 'InferenceDeferred', 'InferenceAttemptFailed', ...terminalTypes];
  private readonly open = new Map<string, OpenRequest>();

  apply(event: Recorded): void {
    const requestId = event.stream.slice('route-'.length);
    if (isTerminal(event)) {
      this.open.delete(requestId);
      return;
    }
    if (event.type === 'RouteRequested') this.open.set(requestId, opened(requestId, event as Recorded & { data: RouteRequested }));
    const request = this.open.get(requestId);
    if (!request) return;
    request.revision = event.revision;
    if (event.type === 'ModelSelected') {
      const { model, provider, classification } = event.data as Decision;
      request.decision = { model, provider, classification };
    }
    if (event.type === 'InferenceDeferred') request.deferred = true;
    if (event.type === 'InferenceAttemptFailed') request.failedAttempts = (event.data as InferenceAttemptFailed).attempt;
  }

  snapshot(): unknown {
    return [...this.open.values()].map((request) => ({ ...request, revision: request.revision.toString() }));
  }

  restore(snapshot: unknown): void {
    for (const request of snapshot as (Omit<OpenRequest, 'revision'> & { revision: string })[]) this.open.set(request.requestId, { ...request, revision: BigInt(request.revision) });
  }

  all(): IterableIterator<OpenRequest> {
    return this.open.values();
  }
}

/** Those whose process is gone, or that are too old to be alive. */
export function orphans(open: Iterable<OpenRequest>, nowMs: number, isGone: (servedBy: string) => boolean): OpenRequest[] {
  const isOrphan = ({ requested: { atMs, servedBy }, deferred }: OpenRequest) => (deferred ? nowMs - atMs > deferredOrphanAgeMs : nowMs - atMs > orphanAgeMs || isGone(servedBy));
  return [...open].filter((request) => request.decision !== null && isOrphan(request));
}

/** Ends one orphan. @returns false when somebody else has written to its stream meanwhile. */
export async function endOrphan(log: EventLog, orphan: OpenRequest, at: string): Promise<boolean> {
  const { requestId, requested, revision } = orphan;
  const context = { orgId: requested.orgId, actor: 'system:watchdog', commandId: `watchdog:${requestId}`, correlationId: requestId, at } as const;
  try {
    await log.append(routeStream(requestId), revision, [cancelled(orphan, at)], context);
    return true;
  } catch (error) {
    if (error instanceof RevisionConflict) return false;
    throw error;
  }
}

function opened(requestId: string, { data, revision }: Recorded & { data: RouteRequested }): OpenRequest {
  const { keyId, mode, servedBy, hold, request } = data;
  const requested = { keyId, mode, servedBy, ...(hold && { hold }), orgId: request.orgId, sessionId: request.session?.sessionId ?? null, atMs: Date.parse(request.at) };
  return { requestId, requested, decision: null, failedAttempts: 0, deferred: false, revision };
}

/** What the provider counted died with the process: the cost is unknown, which is null and never zero. */
function cancelled({ requested, decision, failedAttempts }: OpenRequest, at: string): TerminalEvent {
  const totalMs = Math.max(0, Date.parse(at) - requested.atMs);
  return {
    type: 'InferenceCancelled',
    data: {
      keyId: requested.keyId,
      mode: requested.mode,
      task: decision!.classification.task,
      contentMode: decision!.classification.content_mode,
      sessionId: requested.sessionId,
      model: decision!.model,
      provider: decision!.provider,
      attempts: failedAttempts,
      timing: { classificationMs: 0, routingMs: 0, inferenceMs: totalMs, totalMs, ttftMs: null },
      usage: null,
      rawUsage: null,
      cost: null,
      costStatus: 'unpriced',
      // The lease it was held on learns that it ended.
      ...(requested.hold && { hold: requested.hold }),
      by: 'watchdog',
    },
  };
}
