/** Server-side filters of $all: a regular expression or prefixes, on the event type or the stream name. */
import { streamOf, streamStartsWith, typeOf, typeStartsWith, type StoredRecord } from './store/record.js';

export interface Filter {
  matches(record: StoredRecord): boolean;
  /** A checkpoint is due after so many events looked at, matching or not. */
  readonly checkpointInterval: number;
}

export interface FilterExpression {
  readonly on: 'stream' | 'type';
  /** Wins over the prefixes when it is not empty. */
  readonly regex: string;
  readonly prefixes: readonly string[];
  /** Events looked at per window; the client's `maxSearchWindow`. */
  readonly window: number;
  /** Windows per checkpoint. */
  readonly checkpointIntervalMultiplier: number;
}

/** Window of a filter that does not give one (`count`). */
export const DEFAULT_WINDOW = 32;

/** A filter that cannot be used, with the reason for the caller. */
export class InvalidFilter extends Error {
  override name = 'InvalidFilter';
}

export function createFilter(expression: FilterExpression): Filter {
  const { on, regex, prefixes, window, checkpointIntervalMultiplier } = expression;
  if (checkpointIntervalMultiplier === 0) throw new InvalidFilter('the checkpoint interval multiplier must be greater than 0');
  const checkpointInterval = window * checkpointIntervalMultiplier;
  if (regex !== '') {
    const pattern = compile(regex);
    const text = on === 'stream' ? streamOf : typeOf;
    return { checkpointInterval, matches: (record) => pattern.test(text(record)) };
  }
  const bytes = prefixes.map((prefix) => Buffer.from(prefix, 'utf8'));
  const startsWith = on === 'stream' ? streamStartsWith : typeStartsWith;
  return { checkpointInterval, matches: (record) => bytes.some((prefix) => startsWith(record, prefix)) };
}

/** The server speaks .NET's dialect; what JavaScript cannot read in Unicode mode it may read in the lax one. */
function compile(regex: string): RegExp {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(regex, flags);
    } catch {
      continue;
    }
  }
  throw new InvalidFilter(`the regular expression ${regex} cannot be used`);
}
