/**
 * When each key was last used: noted in memory, written to Postgres once per key and interval, never an event per
 * request. What a crash loses is at most the last interval of a convenience.
 */
import { DatabaseUnavailable, type Db } from '../../platform/postgres.js';
import type { KeyId } from '../domain/caller.js';

const writeEveryMs = 10_000;

export class KeyUsage {
  private unwritten = new Map<KeyId, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly db: Db) {}

  /** @param atMs milliseconds since 1970. */
  touch(keyId: KeyId, atMs: number): void {
    this.unwritten.set(keyId, atMs);
  }

  /** ISO 8601 by key; keys that were never used are absent. Without the database, what this process has seen: a key can still be revoked. */
  async lastUsed(keyIds: readonly KeyId[]): Promise<ReadonlyMap<KeyId, string>> {
    const found = await this.read(keyIds);
    for (const keyId of keyIds) {
      const here = this.unwritten.get(keyId);
      if (here !== undefined && here > (found.get(keyId) ?? 0)) found.set(keyId, here);
    }
    return new Map([...found].map(([keyId, ms]) => [keyId, new Date(ms).toISOString()]));
  }

  private async read(keyIds: readonly KeyId[]): Promise<Map<KeyId, number>> {
    const sql = 'SELECT key_id, last_used_at FROM api_key_usage WHERE key_id = ANY($1)';
    try {
      const rows = await this.db.query<{ key_id: KeyId; last_used_at: Date }>(sql, [keyIds]);
      return new Map(rows.map((row) => [row.key_id, row.last_used_at.getTime()]));
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return new Map();
      throw error;
    }
  }

  /** Writes what is new. When the database is down it is kept for the next time. */
  async write(): Promise<void> {
    const batch = this.unwritten;
    if (batch.size === 0) return;
    this.unwritten = new Map();
    const keys = [...batch.keys()].sort();
    try {
      await this.db.query(
        `INSERT INTO api_key_usage (key_id, last_used_at)
         SELECT key_id, to_timestamp(ms / 1000.0) FROM unnest($1::text[], $2::bigint[]) AS used (key_id, ms)
         ON CONFLICT (key_id) DO UPDATE SET last_used_at = greatest(api_key_usage.last_used_at, excluded.last_used_at)`,
        [keys, keys.map((key) => batch.get(key)!)],
      );
    } catch {
      for (const [keyId, at] of batch) this.unwritten.set(keyId, Math.max(at, this.unwritten.get(keyId) ?? 0));
    }
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.write(), writeEveryMs);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }
}
