import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { testDatabase, type TestDatabase } from '../libs/platform/testing/postgres.js';
import { LogsReasonWords1700000120000 } from './0120-logs-reason-words.js';

let database: TestDatabase;
beforeAll(async () => void (database = await testDatabase()));
afterAll(() => database.drop());

const definitions = async () => (await database.db.query<{ d: string }>(`SELECT pg_get_indexdef(indexrelid) AS d FROM pg_index WHERE indrelid = 'logs'::regclass`)).map(({ d }) => d);

it('takes reasons of any length and any characters, and leaves out what nearly every reason says', async () => {
  const words = async (reason: string | null) => (await database.db.query<{ words: string }>(`SELECT logs_words('o', '1970-01-03T01:00:00+02', $1)::text AS words`, [reason]))[0]!.words;
  expect(await words('The "Best", of\t4/5 (é) a_b:c;d%e\'f\\g-h.i\nj')).toBe("'4' '5' '@o' '@o/1' 'a' 'b' 'c' 'd' 'e' 'f' 'g' 'h' 'i' 'j' 'é'");
  expect(await words('')).toBe("'@o' '@o/1'");
  expect((await words('😀'.repeat(5_001))).split(' ')).toHaveLength(4);
  expect(await words(null)).toBe("'@o' '@o/1'");
});

it('finds the index that goes by what it is: a rebuild has made it under another name', async () => {
  await database.db.query('DROP FUNCTION logs_words CASCADE');
  await database.db.query('CREATE INDEX a_name_that_postgres_chose ON logs USING gin (routing_reason gin_trgm_ops)');
  const runner = { query: (text: string, values: unknown[] = []) => database.db.query(text, values) } as unknown as QueryRunner;
  await new LogsReasonWords1700000120000().up(runner);
  const made = await definitions();
  expect(made.filter((definition) => definition.includes('logs_words'))).toHaveLength(1);
  expect(made.filter((definition) => definition.includes('gin_trgm_ops'))).toEqual([]);
  await expect(new LogsReasonWords1700000120000().up({ query: (text: string, values: unknown[]) => (text.includes('CREATE') ? [] : runner.query(text, values)) } as unknown as QueryRunner)).rejects.toThrow('logs has no index gin (routing_reason gin_trgm_ops)');
});

