/** A decision as the log holds it: what was asked, what was decided, and where both stand. */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { ModelSelected, RouteRequested } from '../../routing/domain/events.js';

/** The two events of one append that tell a decision. */
export const decisionTypes = ['RouteRequested', 'ModelSelected'] as const;

export interface RecordedDecision {
  readonly requestId: string;
  readonly orgId: string;
  /** Commit position of ModelSelected. */
  readonly recordedAt: bigint;
  /** The position P the view was at. */
  readonly decidedAt: bigint;
  readonly requested: RouteRequested;
  readonly decision: ModelSelected;
}

/** Pairs the two events of each decision as they come by, in the order of the log. */
export class DecisionPairs {
  private readonly open = new Map<string, RouteRequested>();

  /** The decision that this event completes; null for any other event. */
  take(event: Recorded): RecordedDecision | null {
    if (event.type === 'RouteRequested') {
      this.open.set(event.stream, event.data as RouteRequested);
      return null;
    }
    if (event.type !== 'ModelSelected') return null;
    const requested = this.open.get(event.stream);
    if (!requested) return null;
    this.open.delete(event.stream);
    return recordedDecision(requested, event);
  }
}

export function recordedDecision(requested: RouteRequested, selected: Recorded): RecordedDecision {
  const decision = selected.data as ModelSelected;
  return {
    requestId: requested.request.requestId,
    orgId: requested.request.orgId,
    recordedAt: selected.position.commit,
    decidedAt: BigInt(decision.position),
    requested,
    decision,
  };
}
