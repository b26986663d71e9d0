/** The semantics of the log in plain arrays: what the real one is compared with. No disk, no protocol, no laziness. */
import type { AppendOutcome, ExpectedRevision } from '../append.js';
import type { DeleteOutcome } from '../delete.js';
import type { StreamStatus } from '../read-stream.js';

interface ModelStream {
  /** Ids by revision. */
  readonly ids: string[];
  /** Positions by revision. */
  readonly positions: number[];
  tombstoned: boolean;
  hasMetadata: boolean;
  metadata: { maxCount?: number; truncateBefore?: number | 'deleted' };
  /** Every revision below it was hidden at some time. */
  hiddenOnce: number;
  /** Revisions that a scavenge took out of the log: no metadata shows them again. */
  readonly removed: Set<number>;
}

export interface ModelMetadata {
  readonly maxCount?: number;
  readonly truncateBefore?: number;
}

/** Stands in $all for an event whose id the model does not choose: metadata and tombstones. */
export const OWN = 'written by the log';

export class Model {
  /** Ids in the order of $all. A new log holds one event of its own. */
  readonly all: string[] = [OWN];
  private readonly streams = new Map<string, ModelStream>();

  append(stream: string, expected: ExpectedRevision, ids: readonly string[]): AppendOutcome {
    const s = this.stream(stream);
    const wrong: AppendOutcome = { kind: 'wrong-expected-version', current: s.ids.length - 1 };
    const deleted = s.metadata.truncateBefore === 'deleted';
    if (s.tombstoned || (expected === 'stream_exists' && deleted)) return { kind: 'stream-deleted' };
    if (expected === 'stream_exists' && s.ids.length === 0 && !s.hasMetadata) return wrong;
    if (expected === 'any' || expected === 'stream_exists') {
      // An exact revision may write an id again: it is then known where it was written last.
      const known = ids.map((id) => s.ids.lastIndexOf(id));
      if (ids.length === 0 || known[0] === -1) return this.write(s, ids);
      return known.includes(-1) ? wrong : this.found(s, Math.max(...known));
    }
    const after = expected === 'no_stream' ? -1 : expected;
    if (after === s.ids.length - 1) return this.write(s, ids);
    if (after > s.ids.length - 1) return wrong;
    const differs = ids.findIndex((id, k) => s.ids[after + 1 + k] !== id);
    if (differs === 0 && expected === 'no_stream' && deleted) return this.write(s, ids);
    if (differs !== -1) return wrong;
    return ids.length === 0 ? { kind: 'appended', revision: s.ids.length - 1, position: undefined } : this.found(s, after + ids.length);
  }

  setMetadata(stream: string, metadata: ModelMetadata): AppendOutcome['kind'] {
    const s = this.stream(stream);
    if (s.tombstoned) return 'stream-deleted';
    const reopens = s.metadata.truncateBefore === 'deleted';
    this.writeMetadata(s, metadata);
    if (reopens) this.writeMetadata(s, { ...metadata, truncateBefore: s.ids.length });
    return 'appended';
  }

  delete(stream: string): DeleteOutcome['kind'] {
    const s = this.stream(stream);
    if (s.tombstoned) return 'stream-deleted';
    if (s.ids.length === 0 && !s.hasMetadata) return 'wrong-expected-version';
    this.writeMetadata(s, { truncateBefore: 'deleted' });
    return 'deleted';
  }

  tombstone(stream: string): DeleteOutcome['kind'] {
    const s = this.stream(stream);
    if (s.tombstoned) return 'stream-deleted';
    this.all.push(OWN);
    s.tombstoned = true;
    return 'deleted';
  }

  /** Takes out what nobody can read, but for the newest event of a stream and the newest of the log. */
  scavenge(): void {
    for (const s of this.streams.values()) {
      const shown = s.tombstoned ? Infinity : Math.min(lowestShown(s), s.ids.length - 1);
      for (const [revision, position] of s.positions.entries()) if (revision < shown && position < this.all.length) s.removed.add(revision);
    }
  }

  status(stream: string): StreamStatus {
    const s = this.stream(stream);
    if (s.tombstoned) return 'deleted';
    return s.ids.length === 0 || s.metadata.truncateBefore === 'deleted' ? 'not-found' : 'exists';
  }

  /** Revisions and ids that a read shows, oldest first. */
  readable(stream: string): (readonly [revision: number, id: string])[] {
    if (this.status(stream) !== 'exists') return [];
    const s = this.stream(stream);
    return s.ids.map((id, revision) => [revision, id] as const).filter(([revision]) => revision >= lowestShown(s) && !s.removed.has(revision));
  }

  /** Those of them that no metadata ever hid: whoever follows the stream must see them, whenever it began to. */
  alwaysReadable(stream: string): number[] {
    const { hiddenOnce } = this.stream(stream);
    return this.readable(stream).map(([revision]) => revision).filter((revision) => revision >= hiddenOnce);
  }

  idAt(stream: string, revision: number): string | undefined {
    return this.stream(stream).ids[revision];
  }

  private stream(name: string): ModelStream {
    const known = this.streams.get(name) ?? { ids: [], positions: [], tombstoned: false, hasMetadata: false, metadata: {}, hiddenOnce: 0, removed: new Set<number>() };
    this.streams.set(name, known);
    return known;
  }

  private found(s: ModelStream, revision: number): AppendOutcome {
    return { kind: 'appended', revision, position: s.positions[revision] };
  }

  private write(s: ModelStream, ids: readonly string[]): AppendOutcome {
    if (ids.length === 0) return { kind: 'appended', revision: s.ids.length - 1, position: undefined };
    const first = s.ids.length;
    for (const id of ids) {
      s.positions.push(this.all.push(id));
      s.ids.push(id);
    }
    if (s.metadata.truncateBefore === 'deleted') this.writeMetadata(s, { truncateBefore: first });
    s.hiddenOnce = Math.max(s.hiddenOnce, lowestShown(s));
    return this.found(s, s.ids.length - 1);
  }

  private writeMetadata(s: ModelStream, metadata: ModelStream['metadata']): void {
    this.all.push(OWN);
    s.hasMetadata = true;
    s.metadata = metadata;
    s.hiddenOnce = Math.max(s.hiddenOnce, lowestShown(s));
  }
}

/** The first revision that the stream's metadata do not hide; a deleted stream hides all it has. */
function lowestShown({ ids, metadata: { maxCount = Infinity, truncateBefore = 0 } }: ModelStream): number {
  return Math.max(ids.length - maxCount, truncateBefore === 'deleted' ? ids.length : truncateBefore);
}
