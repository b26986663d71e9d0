/** The stream of a deferred request, read whole: what was asked, what was decided, whether it has ended. */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { FundsHold } from '../../wallet/domain/holding.js';
import type { Begun } from '../commands/request-record.js';
import type { InferenceDeferred, ModelSelected, RouteRequested } from '../domain/events.js';
import { isTerminal, routeStream, type TerminalEvent } from '../domain/terminal.js';

export interface Story extends Pick<Begun, 'caller' | 'request' | 'decision'> {
  /** What is held for it until it has ended; null where nothing had to be. */
  readonly hold: FundsHold | null;
  readonly deferred: { readonly data: InferenceDeferred; readonly revision: bigint } | null;
  /** Null while it is open. */
  readonly ending: TerminalEvent | null;
  readonly endedAt: string | null;
}

export type DeferredStory = Story & { readonly deferred: NonNullable<Story['deferred']> };

/** Null when the stream does not hold a decision. */
export async function readStory(log: Pick<EventLog, 'read'>, requestId: string): Promise<Story | null> {
  const events: Recorded[] = [];
  for await (const event of log.read(routeStream(requestId))) events.push(event);
  const [requested, selected] = events;
  if (requested?.type !== 'RouteRequested' || selected?.type !== 'ModelSelected') return null;
  const { request, keyId, mode, hold } = requested.data as RouteRequested;
  const deferred = events.find(({ type }) => type === 'InferenceDeferred');
  const ending = events.find(isTerminal);
  return {
    caller: { orgId: request.orgId, keyId, mode, actor: requested.metadata.actor },
    request,
    decision: selected.data as ModelSelected,
    hold: hold ?? null,
    deferred: deferred ? { data: deferred.data as InferenceDeferred, revision: deferred.revision } : null,
    ending: ending ? (ending as unknown as TerminalEvent) : null,
    endedAt: ending?.metadata.at ?? null,
  };
}
