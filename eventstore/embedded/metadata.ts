/** Stream metadata: the newest event of `$$stream`. It says which events of a stream can still be read. */

/** Revision that `$tb` holds when a stream is soft-deleted: 2^63 - 1, which JSON.parse rounds up to 2^63. */
const DELETED = 2 ** 63;
/** The same as text: the number is not a safe JavaScript integer and must not pass through JSON.stringify. */
const DELETED_TEXT = '9223372036854775807';

export const METADATA_TYPE = '$metadata';

export interface StreamMetadata {
  /** `$maxCount`: only so many newest events are readable. */
  readonly maxCount?: number;
  /** `$maxAge` in seconds: only events younger than this are readable. */
  readonly maxAge?: number;
  /** `$tb`: events below this revision are not readable. */
  readonly truncateBefore?: number;
  /** Everything that was written, known keys and others. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export const NO_METADATA: StreamMetadata = { raw: {} };
/** Only the newest metadata counts, so a metastream keeps one event. */
const METASTREAM_METADATA: StreamMetadata = { maxCount: 1, raw: {} };

export const isMetastream = (stream: string): boolean => stream.startsWith('$$');
export const metastreamOf = (stream: string): string => `$$${stream}`;
export const streamOfMetastream = (metastream: string): string => metastream.slice(2);
export const impliedMetadata = (stream: string): StreamMetadata => (isMetastream(stream) ? METASTREAM_METADATA : NO_METADATA);

/** Reads the data of a metadata event. What is not a JSON object counts as no metadata. */
export function parseMetadata(data: Buffer): StreamMetadata {
  let raw: unknown;
  try {
    raw = JSON.parse(data.toString('utf8'));
  } catch {
    return NO_METADATA;
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return NO_METADATA;
  const fields = raw as Record<string, unknown>;
  const count = (key: string) => (typeof fields[key] === 'number' && fields[key] >= 0 ? fields[key] : undefined);
  const maxCount = count('$maxCount');
  const maxAge = count('$maxAge');
  const truncateBefore = count('$tb');
  return {
    raw: fields,
    ...(maxCount !== undefined && maxCount > 0 && { maxCount }),
    ...(maxAge !== undefined && maxAge > 0 && { maxAge }),
    ...(truncateBefore !== undefined && { truncateBefore }),
  };
}

export const isSoftDeleted = ({ truncateBefore }: StreamMetadata): boolean => truncateBefore !== undefined && truncateBefore >= DELETED;

/** Data of the metadata event that deletes a stream softly. The other keys are gone, as in the real server. */
export const deletedMetadata = (): Buffer => Buffer.from(`{"$tb":${DELETED_TEXT}}`);

/** Data of the metadata event that makes the events from `revision` on readable and keeps all other keys. */
export const truncatedMetadata = ({ raw }: StreamMetadata, revision: number): Buffer => Buffer.from(JSON.stringify({ ...raw, $tb: revision }));

/** Lowest revision that `$maxCount` and `$tb` leave readable in a stream whose newest is `last`. */
export function lowestReadable({ maxCount, truncateBefore }: StreamMetadata, last: number): number {
  return Math.max(0, maxCount === undefined ? 0 : last - maxCount + 1, truncateBefore ?? 0);
}

/** Creation time in ms since 1970 before which `$maxAge` hides events. */
export const oldestReadableMs = ({ maxAge }: StreamMetadata, nowMs: number): number => (maxAge === undefined ? -Infinity : nowMs - maxAge * 1000);
