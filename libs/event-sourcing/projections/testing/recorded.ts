import type { Actor, DomainEvent, Recorded, StreamName } from '../../domain/event.js';

export interface RecordedAs {
  readonly stream?: StreamName;
  readonly revision?: bigint;
  readonly commit?: bigint;
  readonly orgId?: string | null;
  /** ISO 8601. */
  readonly at?: string;
  readonly actor?: Actor;
}

/** An event as a projection gets it, for tests. */
export function recorded<E extends DomainEvent>(event: E, as: RecordedAs = {}): Recorded<E> {
  const { stream = 'test-1', revision = 0n, commit = 1n, orgId = 'org_a', at = '2026-01-01T00:00:00.000Z', actor = 'cli' } = as;
  return {
    id: `${stream}@${revision}`,
    stream,
    revision,
    position: { commit, prepare: commit },
    type: event.type,
    data: event.data,
    metadata: { $correlationId: stream, $causationId: stream, orgId, schemaVersion: 1, actor, commandId: `${stream}@${revision}`, at },
    createdMs: Date.parse(at),
  };
}
