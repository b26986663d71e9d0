/** `greatrouter erase`: forgets the text of an organization or of one of its end users, for good. */
import { randomUUID } from 'node:crypto';
import { eraseText } from '../../libs/audit/exports.js';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import type { Config } from '../../libs/platform/config.js';
import { Db } from '../../libs/platform/postgres.js';
import { Vault } from '../../libs/platform/vault.js';
import { withStores } from './stores.js';

export function erase(settings: Config, orgId: string, subject: string | undefined): Promise<void> {
  return withStores(settings, async (config) => {
    const log = new EventLog(config.eventStoreUrl!);
    const db = new Db(config.databaseUrl!);
    try {
      const id = randomUUID();
      const context = { orgId, actor: 'cli' as const, commandId: id, correlationId: id, at: new Date().toISOString() };
      const { keys } = await eraseText(log, new Vault(db, config.masterKey), { orgId, subject: subject ?? null }, context);
      console.log(keys === 0 ? `there is no text of ${subject ?? orgId} to forget` : `forgotten: ${keys} data key${keys === 1 ? '' : 's'} destroyed; decisions, costs and proofs stay`);
    } finally {
      await log.close();
      await db.close();
    }
  });
}
