/** The part of the activity log that a page is read from, as conditions of SQL. */
import type { OrgId } from '../../identity/domain/caller.js';
import { toCents, type Money } from '../../money/money.js';
import type { LogStatus } from '../domain/log-entry.js';
import { lexemesOf, patternsOf, wordsOf } from './reason-search.js';

/** Everything that is set must hold. Times are ISO 8601 in UTC. */
export interface LogFilter {
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly task?: string;
  readonly status?: LogStatus;
  readonly keyId?: string;
  readonly sessionId?: string;
  readonly minCost?: Money;
  readonly maxCost?: Money;
  /** Text that the routing reason contains, from the start of a word on, in any case. */
  readonly reason?: string;
}

/** A place in the log, newest first: what comes after it is strictly older. */
export interface LogCursor {
  readonly createdAt: string;
  readonly requestId: string;
}

/** What one organization asks for: what the filter lets through after one row, up to another and with it. */
export interface LogPart {
  readonly orgId: OrgId;
  readonly filter: LogFilter;
  readonly after: LogCursor | null;
  readonly end: LogCursor | null;
}

/** A request appears once it has ended: what is under way has no status yet. */
const ended = 'status IS NOT NULL';

export class Conditions {
  private readonly sql: string[] = [];
  readonly params: unknown[] = [];

  /** Rows of the organization in the time asked for: what every index of a page begins with, and holds in order. */
  static inOrder({ orgId, filter, after, end }: LogPart, equality: Equality | null = null): Conditions {
    const conditions = new Conditions().add('org_id = ?', orgId);
    if (equality) conditions.equal(equality).add(ended);
    if (filter.from !== undefined) conditions.add('created_at >= ?', filter.from);
    if (filter.to !== undefined) conditions.add('created_at < ?', filter.to);
    // The first of each two alone lets the planner leave out partitions.
    if (after) conditions.add('created_at <= ?', after.createdAt).add('(created_at, request_id) < (?, ?)', after.createdAt, after.requestId);
    if (end) conditions.add('created_at >= ?', end.createdAt).add('(created_at, request_id) >= (?, ?)', end.createdAt, end.requestId);
    return conditions;
  }

  static of(part: LogPart): Conditions {
    const conditions = Conditions.inOrder(part).add(ended);
    const equalities = equalitiesOf(part.filter);
    for (const equality of equalities) conditions.equal(equality);
    if (equalities.length > 1) for (const equality of equalities) conditions.hashed(equality);
    const { status, minCost, maxCost, reason } = part.filter;
    if (status === 'completed') conditions.add('status = ?', status);
    if (minCost !== undefined) conditions.add('cost_cents >= ?::numeric', toCents(minCost));
    if (maxCost !== undefined) conditions.add('cost_cents <= ?::numeric', toCents(maxCost));
    if (reason !== undefined) {
      const { contains, fromWordStart } = patternsOf(reason);
      conditions.add('CASE WHEN routing_reason ILIKE ? THEN routing_reason ~* ? ELSE false END', contains, fromWordStart);
    }
    return conditions;
  }

  /**
   * The same rows; the words of the reason let the planner look them up.
   * @param days since 1970 that the part lies in; null: too many to name.
   */
  static byWords(part: LogPart, days: readonly number[] | null): Conditions {
    const conditions = Conditions.of(part);
    const words = part.filter.reason === undefined ? null : wordsOf(part.filter.reason);
    if (words === null) return conditions;
    return conditions.add('logs_words(org_id, created_at, routing_reason) @@ (?::tsquery && lower(?::text)::tsquery)', lexemesOf(part.orgId, days), words);
  }

  private equal([column, value]: Equality): this {
    this.add(`${column} = ?`, value);
    // As the index says it: the planner does not look into a parameter for it.
    return column === 'status' ? this.add(`status <> 'completed'`) : this;
  }

  /** Again, as the indexes of the other filters have it beside them. */
  private hashed([column, value]: Equality): void {
    if (column !== 'status' && column !== 'session_id') this.add(`hashtext(${column}) = hashtext(?)`, value);
  }

  /** @param values one for each question mark. */
  private add(condition: string, ...values: readonly unknown[]): this {
    let next = this.params.push(...values) - values.length;
    this.sql.push(condition.replace(/\?/g, () => `$${(next += 1)}`));
    return this;
  }

  toString(): string {
    return this.sql.join(' AND ');
  }
}

export type Equality = readonly [column: string, value: string];

/** What an index finds in the order of a page. Nearly everything is completed: that is checked row by row. */
export function equalitiesOf({ model, provider, task, status, keyId, sessionId }: LogFilter): Equality[] {
  const columns = { model, provider, task, key_id: keyId, session_id: sessionId, status: status === 'completed' ? undefined : status };
  return Object.entries(columns).filter((entry): entry is [string, string] => entry[1] !== undefined);
}

/** Whether words find these rows: older ones are then fetched by them, in no order, and otherwise read in order. */
export const isFoundByWords = ({ reason }: LogFilter): boolean => reason !== undefined && wordsOf(reason) !== null;

/** Whether an index passes over what does not match, so that far more of it can be looked at than there is time to fetch. */
export const passesOver = (filter: LogFilter): boolean => (filter.reason === undefined ? filter.status !== 'completed' : isFoundByWords(filter));

/**
 * Whether one index finds these rows, however few they are. Of costs the planner knows well how many
 * there are, and reads in order where they are many.
 */
export const isIndexed = (filter: LogFilter): boolean => {
  const hasCost = filter.minCost !== undefined || filter.maxCost !== undefined;
  return filter.reason === undefined && filter.status !== 'completed' && equalitiesOf(filter).length + (hasCost ? 1 : 0) <= 1;
};
