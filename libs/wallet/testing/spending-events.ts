/** The beginnings and ends of requests, as far as budgets read them. */
import { randomUUID } from 'node:crypto';
import type { CommandContext, DomainEvent } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { KeyId, OrgId } from '../../identity/domain/caller.js';
import { toPico, type Money } from '../../money/money.js';

export interface Spender {
  readonly orgId: OrgId;
  readonly keyId: KeyId;
  readonly servedBy: string;
}

export function spendingEvents(log: EventLog, { orgId, keyId, servedBy }: Spender) {
  const append = (requestId: string, revision: 'no_stream' | bigint, event: DomainEvent) => {
    const commandId = randomUUID();
    const context: CommandContext = { orgId, actor: 'system:test', commandId, correlationId: requestId, at: new Date().toISOString() };
    return log.append(`route-${requestId}`, revision, [event], context);
  };
  return {
    begin: (requestId: string, at: string) => append(requestId, 'no_stream', { type: 'RouteRequested', data: { request: { requestId, orgId, at }, keyId, mode: 'live', servedBy } }),
    defer: (requestId: string) => append(requestId, 0n, { type: 'InferenceDeferred', data: { mode: 'live', kind: 'video', models: [] } }),
    end: (requestId: string, cost: Money | null, { type = 'InferenceCompleted', task = 'text', revision = 0n } = {}) =>
      append(requestId, revision, { type, data: { mode: 'live', keyId, task, model: 'a/b', provider: 'a', cost: cost === null ? null : toPico(cost), costStatus: cost === null ? 'unpriced' : 'exact' } }),
  };
}
