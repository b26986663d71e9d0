import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensurePartition } from '../../event-sourcing/projections/partitions.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { dollars } from '../../money/money.js';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import type { LogCursor, LogFilter } from './log-conditions.js';
import { LogsQuery } from './logs-query.js';

/** Reads so few of the newest rows that a small table goes beyond them. */
class FewChecked extends LogsQuery {
  protected override readonly checkedRows = [10, 30];
}
/** Looks nothing up: every page of a small table comes to the end of what it may take. */
class Hasty extends FewChecked {
  protected override readonly patienceMs = 0;
}
/** Its look-ups are cancelled as often as not. */
class Impatient extends FewChecked {
  protected override readonly patienceMs = 2;
}
class Patient extends FewChecked {
  protected override readonly patienceMs = 10_000;
}

const orgs = ['acme', `o'b\\c`] as const;
const months = ['2026-01', '2026-02', '2026-04'];
const rows = 2_400;

/** Row n: three months with one between them empty, several rows a moment, both organizations mixed. */
const fill = `
  INSERT INTO logs (request_id, created_at, org_id, status, model, provider, task, key_id, cost_cents, routing_reason, position)
  SELECT 'r' || lpad((n * 7919 % 10007)::text, 6, '0'), ($2::text[])[1 + n * 3 / ${rows}]::timestamptz + n / 4 * interval '1 minute', ($1::text[])[1 + n % 2],
         CASE WHEN n % 101 = 0 THEN NULL WHEN n % 50 < 2 THEN 'failed' ELSE 'completed' END, 'm/' || n % 7, 'p' || n % 7, CASE WHEN n < 600 THEN 'code' ELSE 'text' END, 'k' || n % 11,
         CASE WHEN n % 13 = 0 THEN NULL ELSE n % 1000 END, 'm/' || n % 7 || ' is the best value (place ' || n % 40 || '), about 0.0' || n % 300 || ' dollars', n
  FROM generate_series(0, ${rows - 1}) n`;

interface Row {
  readonly request_id: string;
  readonly at: string;
  readonly org_id: string;
  readonly status: string | null;
  readonly model: string;
  readonly provider: string;
  readonly task: string;
  readonly key_id: string;
  readonly cents: number | null;
  readonly routing_reason: string;
}

let database: TestDatabase;
let all: Row[];

beforeAll(async () => {
  database = await testDatabase();
  for (const month of months) await ensurePartition((text, values) => database.db.query(text, values), 'logs', month);
  await database.db.query(fill, [orgs, months.map((month) => `${month}-01T00:00:00Z`)]);
  await database.db.query('ANALYZE logs');
  const at = `to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  all = await database.db.query<Row>(`SELECT *, ${at} AS at, cost_cents::float8 AS cents FROM logs ORDER BY created_at DESC, request_id DESC`);
});
afterAll(() => database.drop());

/** What a page must hold, by the plain meaning of each filter. */
function matches(row: Row, filter: LogFilter): boolean {
  const equal = { model: filter.model, provider: filter.provider, task: filter.task, status: filter.status, key_id: filter.keyId };
  if (row.status === null || Object.entries(equal).some(([column, value]) => value !== undefined && row[column as keyof Row] !== value)) return false;
  if (filter.from !== undefined && row.at < filter.from) return false;
  if (filter.to !== undefined && row.at >= filter.to) return false;
  if (filter.minCost !== undefined && (row.cents === null || row.cents < 500)) return false;
  const spaced = (text: string) => ` ${text.toLowerCase()}`;
  return filter.reason === undefined || spaced(row.routing_reason).replace(/[/(.,]/g, '$& ').replaceAll(/([/(.,]) /g, ' $1 ').includes(spaced(filter.reason).replace(/[/(.,]/g, ' $& '));
}

async function everyPage(logs: LogsQuery, orgId: string, filter: LogFilter, limit: number) {
  const ids: string[] = [];
  const sizes: number[] = [];
  let cursor: LogCursor | null = null;
  do {
    const page: Awaited<ReturnType<LogsQuery['page']>> = await logs.page(orgId as OrgId, filter, cursor, limit);
    ids.push(...page.entries.map((entry) => entry.request_id as string));
    sizes.push(page.entries.length);
    cursor = page.next;
    expect(sizes.length).toBeLessThan(rows);
  } while (cursor);
  return { ids, sizes };
}

const filters: [string, LogFilter][] = [
  ['nothing', {}],
  ['a model', { model: 'm/3' }],
  ['failed', { status: 'failed' }],
  ['completed', { status: 'completed', to: '2026-04-01T05:00:00.000Z' }],
  ['a model and a key', { model: 'm/3', keyId: 'k5' }],
  ['a model of another provider', { model: 'm/3', provider: 'p4' }],
  ['what was long ago', { task: 'code', status: 'completed', from: '2026-01-01T01:00:00.000Z' }],
  ['at least so dear', { minCost: dollars('5') }],
  ['so dear in a month', { minCost: dollars('5'), from: '2026-02-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' }],
  ['one word of the reason', { reason: '0299' }],
  ['the start of a word', { reason: 'DOLL' }],
  ['some words in a row', { reason: 'place 17), about 0.0' }],
  ['common words that never follow each other', { reason: 'value best' }],
  ['a word that is nowhere', { reason: 'nowhere' }],
  ['only a sign', { reason: '(' }],
  ['words and a model', { reason: 'm/3 is the best', keyId: 'k5', status: 'failed' }],
];

describe.each([
  ['in order and by look-up', () => new Patient(database.db)],
  ['in pages that end early', () => new Hasty(database.db)],
  ['without patience', () => new Impatient(database.db)],
  ['with all it may cost', () => new LogsQuery(database.db)],
])('pages, %s', (_, query) => {
  it.each(filters)('hold every row exactly once: %s', async (_name, filter) => {
    for (const orgId of orgs) {
      const { ids, sizes } = await everyPage(query(), orgId, filter, 30);
      expect(ids).toEqual(all.filter((row) => row.org_id === orgId && matches(row, filter)).map((row) => row.request_id));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(30);
    }
  });
});

it('a page ends early rather than read everything for what is nowhere, and says where to go on', async () => {
  const { ids, sizes } = await everyPage(new Hasty(database.db), 'acme', { model: 'm/3', reason: 'value best' }, 30);
  expect(ids).toEqual([]);
  expect(sizes.length).toBeGreaterThan(2);
});

it('text is found from the start of a word on, and not within it', async () => {
  const found = async (reason: string) => (await everyPage(new LogsQuery(database.db), 'acme', { reason }, 1_000)).ids.length;
  expect(await found('olla')).toBe(0);
  expect(await found('dolla')).toBeGreaterThan(1_000);
  expect(await found('/3 is')).toBeGreaterThan(100);
});

it('an export that ends at a row reads up to it and with it, whatever its pages cost', async () => {
  const logs = new Hasty(database.db);
  const filter = { reason: 'place 17' };
  const expected = all.filter((row) => row.org_id === orgs[1] && matches(row, filter)).map((row) => row.request_id);
  const end = (await logs.endOf(orgs[1] as unknown as OrgId, filter, null, 20))!;
  const ids: string[] = [];
  let next: LogCursor | null = null;
  do {
    const page: Awaited<ReturnType<LogsQuery['page']>> = await logs.partOfExport({ orgId: orgs[1] as unknown as OrgId, filter, after: next, end }, 7);
    ids.push(...page.entries.map((entry) => entry.request_id as string));
    ({ next } = page);
  } while (next);
  expect(ids).toEqual(expected.slice(0, 20));
});
