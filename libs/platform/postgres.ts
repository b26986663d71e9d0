/** Postgres for read models and queues; never on the path of a request that routes. */
import pg from 'pg';

/** int8 and numeric stay text: a number could not hold them exactly. */
export interface Queryable {
  /** @param name makes it a named prepared statement. @throws DatabaseUnavailable, or the DatabaseError of pg. */
  query<Row extends object>(sql: string, params?: readonly unknown[], name?: string): Promise<Row[]>;
}

/** The database cannot be reached or is shutting down; the edge answers 503. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super('the database cannot be reached', { cause });
    this.name = 'DatabaseUnavailable';
  }
}

export class Db implements Queryable {
  readonly pool: pg.Pool;

  constructor(
    readonly url: string,
    connections = 8,
    /** A server that is there and silent counts as gone after this long; 0 waits for ever. */
    queryTimeoutMs = 0,
  ) {
    this.pool = new pg.Pool({ connectionString: url, max: connections, connectionTimeoutMillis: 2_000, query_timeout: queryTimeoutMs, options: '-c TimeZone=UTC' });
    // An idle connection that breaks is replaced at the next query, which reports what is wrong.
    this.pool.on('error', () => {});
  }

  query<Row extends object>(sql: string, params: readonly unknown[] = [], name?: string): Promise<Row[]> {
    return reachable(() => run<Row>(this.pool, sql, params, name));
  }

  /** One transaction; rolled back when `work` throws. */
  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const client = await reachable(() => this.pool.connect());
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work({ query: (sql, params = [], name) => reachable(() => run(client, sql, params, name)) });
      await reachable(() => client.query('COMMIT'));
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

async function run<Row extends object>(client: pg.Pool | pg.PoolClient, sql: string, params: readonly unknown[], name?: string): Promise<Row[]> {
  const result = await client.query<Row>({ text: sql, values: params as unknown[], ...(name ? { name } : {}) });
  return result.rows;
}

/** Classes 08 and 57P of SQLSTATE, and the errors of a socket: the server is not there. */
async function reachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = String((error as { code?: unknown }).code ?? '');
    const message = String((error as Error).message ?? '');
    const gone = /^(08|57P|53300)|ECONN|EPIPE|ENOENT|ETIMEDOUT/.test(code) || /timeout exceeded when trying to connect|Query read timeout|Connection terminated|not queryable/i.test(message);
    throw gone ? new DatabaseUnavailable(error) : error;
  }
}
