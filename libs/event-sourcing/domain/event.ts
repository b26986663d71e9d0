/** The vocabulary of the log: what an event is before and after it is written. */
export interface DomainEvent {
  readonly type: string;
  readonly data: object;
  /**
   * What the fact is known by, such as the request a debit is for: its event id is then made from the stream and
   * this, whichever command wrote it. Absent: from the stream, the command and the index.
   */
  readonly identity?: string;
}

/** `category-id`, split at the first dash. */
export type StreamName = `${string}-${string}`;

/** Who caused an event: `key:<id>`, `user:<id>`, `cli`, `system:<part>`. Never a secret. */
export type Actor = `key:${string}` | `user:${string}` | 'cli' | `system:${string}`;

export interface EventMetadata {
  /** The request or job the whole story belongs to. */
  readonly $correlationId: string;
  /** The command or event that directly caused this one. */
  readonly $causationId: string;
  readonly orgId: string | null;
  readonly schemaVersion: number;
  readonly actor: Actor;
  readonly commandId: string;
  /** When it happened, by the clock of the process that decided (ISO 8601, milliseconds, UTC). */
  readonly at: string;
}

/** Where an event stands in the global log. In the embedded node both numbers are equal. */
export interface Position {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** An event as read from the log, upcast to its latest schema version. */
export interface Recorded<E extends DomainEvent = DomainEvent> {
  readonly id: string;
  readonly stream: StreamName;
  readonly revision: bigint;
  readonly position: Position;
  readonly type: E['type'];
  readonly data: E['data'];
  readonly metadata: EventMetadata;
  /** When the store wrote it, milliseconds since 1970. */
  readonly createdMs: number;
}

/**
 * What a command handler knows about its caller; becomes the metadata of every event it writes.
 * The same `commandId` on the same stream is the same events (UUIDv5 of stream, command id and index).
 */
export interface CommandContext {
  readonly orgId: string | null;
  readonly actor: Actor;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly at: string;
}

/** Only exact revisions: EventStoreDB's ANY is not durably idempotent. */
export type ExpectedRevision = 'no_stream' | bigint;

export interface Appended {
  /** Commit position of the last event written. */
  readonly position: bigint;
  /** Revision of the last event in its stream. */
  readonly revision: bigint;
}
