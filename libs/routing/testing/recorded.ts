import type { DomainEvent, Recorded } from '../../event-sourcing/domain/event.js';

/** An event as it would be read from the log at a position. */
export function recorded(event: DomainEvent, position: number, about: { orgId?: string | null; at?: string } = {}): Recorded {
  const commit = BigInt(position);
  return {
    id: `00000000-0000-5000-8000-${String(position).padStart(12, '0')}`,
    stream: 'test-stream',
    revision: 0n,
    position: { commit, prepare: commit },
    type: event.type,
    data: event.data,
    metadata: {
      $correlationId: 'c', $causationId: 'c', orgId: about.orgId ?? null, schemaVersion: 1, actor: 'cli', commandId: `c${position}`,
      at: about.at ?? '2026-11-25T12:00:00.000Z',
    },
    createdMs: 0,
  };
}
