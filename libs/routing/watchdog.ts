/**
 * Ends the requests that nobody will end any more: their process died, or they are older than any deadline.
 * It writes at the exact revision it has seen, so a process that is alive after all wins or loses cleanly: a request
 * ends once, whoever ends it.
 */
import type { LiveFold } from '../event-sourcing/live-folds.js';
import type { Recorded, StreamName } from '../event-sourcing/domain/event.js';
import type { EventLog } from '../event-sourcing/event-log.js';
import { RevisionConflict } from '../event-sourcing/log-errors.js';
import type { Decision } from './domain/decision.js';
import type { InferenceAttemptFailed, RouteRequested } from './domain/events.js';
import { isTerminal, routeStream, terminalTypes, type TerminalEvent } from './domain/terminal.js';

/** A request that has not ended, as far as the log has been read. */
export interface OpenRequest {
  readonly requestId: string;
  readonly atMs: number;
  readonly servedBy: string;
  /** A job works it off, in whichever process there is. */
  deferred: boolean;
}

/** Longer than the total deadline of any call the gateway makes. */
export const orphanAgeMs = 20 * 60_000;
/** Longer than a job is worked at and tried again. */
export const deferredOrphanAgeMs = 2 * 3_600_000;

/**
 * The fold: every request without a terminal event. How a request began is decoded when somebody asks for it: nearly all
 * have ended by then. What else it takes to end one is in its stream.
 */
export class OpenRequests implements LiveFold {
  readonly name = 'open-requests';
  readonly version = '3';
  readonly types = ['RouteRequested', 'InferenceDeferred', ...terminalTypes];
  private readonly open = new Map<string, OpenRequest | RequestedEvent>();

  apply(event: Recorded): void {
    const requestId = event.stream.slice('route-'.length);
    if (isTerminal(event)) this.open.delete(requestId);
    else if (event.type === 'RouteRequested') this.open.set(requestId, event as RequestedEvent);
    else if (event.type === 'InferenceDeferred') this.deferred(requestId);
  }

  snapshot(): unknown {
    return this.all();
  }

  restore(snapshot: unknown): void {
    for (const request of snapshot as OpenRequest[]) this.open.set(request.requestId, { ...request });
  }

  all(): readonly OpenRequest[] {
    return [...this.open.keys()].map((requestId) => this.decoded(requestId)!);
  }

  private deferred(requestId: string): void {
    const request = this.decoded(requestId);
    if (request) request.deferred = true;
  }

  private decoded(requestId: string): OpenRequest | undefined {
    const known = this.open.get(requestId);
    if (known === undefined || !('data' in known)) return known;
    const { servedBy, request } = known.data;
    const opened = { requestId, atMs: Date.parse(request.at), servedBy, deferred: false };
    this.open.set(requestId, opened);
    return opened;
  }
}

type RequestedEvent = Recorded & { readonly data: RouteRequested };

/** Those whose process is gone, or that are too old to be alive. */
export function orphans(open: Iterable<OpenRequest>, nowMs: number, isGone: (servedBy: string) => boolean): OpenRequest[] {
  return [...open].filter(({ atMs, servedBy, deferred }) => (deferred ? nowMs - atMs > deferredOrphanAgeMs : nowMs - atMs > orphanAgeMs || isGone(servedBy)));
}

/** Ends one orphan. @returns false when it has ended, or somebody else has written to its stream meanwhile. */
export async function endOrphan(log: Pick<EventLog, 'append' | 'read'>, { requestId }: OpenRequest, at: string): Promise<boolean> {
  const stream = routeStream(requestId);
  const story = await storyOf(log, stream);
  if (story === null) return false;
  const { requested, revision } = story;
  const context = { orgId: requested.request.orgId, actor: 'system:watchdog', commandId: `watchdog:${requestId}`, correlationId: requestId, at } as const;
  try {
    await log.append(stream, revision, [cancelled(story, at)], context);
    return true;
  } catch (error) {
    if (error instanceof RevisionConflict) return false;
    throw error;
  }
}

/** What became of a request until it was left. */
interface Story {
  readonly requested: RouteRequested;
  readonly decision: Decision;
  readonly failedAttempts: number;
  readonly revision: bigint;
}

/** Null when it has ended, or was never decided. */
async function storyOf(log: Pick<EventLog, 'read'>, stream: StreamName): Promise<Story | null> {
  let requested: RouteRequested | undefined;
  let decision: Decision | undefined;
  let failedAttempts = 0;
  let revision = -1n;
  for await (const event of log.read(stream)) {
    if (isTerminal(event)) return null;
    revision = event.revision;
    if (event.type === 'RouteRequested') requested = event.data as RouteRequested;
    else if (event.type === 'ModelSelected') decision = event.data as Decision;
    else if (event.type === 'InferenceAttemptFailed') failedAttempts = (event.data as InferenceAttemptFailed).attempt;
  }
  return requested && decision ? { requested, decision, failedAttempts, revision } : null;
}

/** What the provider counted died with the process: the cost is unknown, which is null and never zero. */
function cancelled({ requested, decision, failedAttempts }: Story, at: string): TerminalEvent {
  const totalMs = Math.max(0, Date.parse(at) - Date.parse(requested.request.at));
  return {
    type: 'InferenceCancelled',
    data: {
      keyId: requested.keyId,
      mode: requested.mode,
      task: decision.classification.task,
      contentMode: decision.classification.content_mode,
      sessionId: requested.request.session?.sessionId ?? null,
      model: decision.model,
      provider: decision.provider,
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
