/** Which ends of requests cost the organization something, and how each is settled on its wallet. */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { fromPico, negate, subtract, zero, type PicoDollars } from '../../money/money.js';
import type { InferenceRepriced, Terminal } from '../../routing/domain/events.js';
import { terminalTypes } from '../../routing/domain/terminal.js';
import type { RequestEnded, RequestRepriced, Settlement } from './commands.js';

export const usageTypes = [...terminalTypes, 'InferenceRepriced'] as const;

/**
 * Null when nothing is to be debited: a test key, an unknown price, a failure or a cancel that no provider billed.
 * An answer that cost nothing is debited at zero, so that every answer has its debit.
 */
export function billedCost({ type, data }: Pick<Recorded, 'type' | 'data'>): PicoDollars | null {
  const { mode, cost } = data as Terminal;
  if (mode !== 'live' || cost === null) return null;
  return type === 'InferenceCompleted' || fromPico(cost) > zero ? cost : null;
}

/** Null for what no wallet needs to know of. */
export function settlementOf(event: Recorded): Settlement | null {
  if ((event.data as { mode: string }).mode !== 'live') return null;
  return event.type === 'InferenceRepriced' ? repriced(event) : ended(event);
}

const requestIdOf = (event: Recorded): string => event.stream.slice('route-'.length);

function ended(event: Recorded): RequestEnded {
  const terminal = event.data as Terminal;
  const cost = billedCost(event);
  return {
    kind: 'ended',
    requestId: requestIdOf(event),
    keyId: terminal.keyId,
    model: terminal.model,
    provider: terminal.provider,
    cost: cost === null ? null : fromPico(cost),
    costStatus: terminal.costStatus === 'estimated' ? 'estimated' : 'exact',
    leaseId: terminal.hold?.leaseId ?? null,
    endedAt: event.metadata.at,
    sourcePosition: event.position.commit,
  };
}

function repriced(event: Recorded): RequestRepriced {
  const { repricingId, previousCost, cost, reason } = event.data as InferenceRepriced;
  const before = previousCost === null ? zero : fromPico(previousCost);
  return {
    kind: 'repriced',
    adjustmentId: repricingId,
    requestId: requestIdOf(event),
    amount: negate(subtract(fromPico(cost), before)),
    reason,
    sourcePosition: event.position.commit,
  };
}
