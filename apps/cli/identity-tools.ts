/** What commands about organizations, people and keys work with, for the time of one command. */
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import { Pepper, Users } from '../../libs/identity/exports.js';
import type { Config } from '../../libs/platform/config.js';
import { Db } from '../../libs/platform/postgres.js';
import { withStores } from './stores.js';

export interface IdentityTools {
  readonly log: EventLog;
  readonly pepper: Pepper;
  readonly users: Users;
}

export const withIdentity = <T>(config: Config, work: (tools: IdentityTools) => Promise<T>): Promise<T> =>
  withStores(config, async ({ eventStoreUrl, databaseUrl, masterKey }) => {
    const log = new EventLog(eventStoreUrl!);
    const db = new Db(databaseUrl!, 1);
    try {
      return await work({ log, pepper: new Pepper(masterKey), users: new Users(db) });
    } finally {
      await log.close();
      await db.close();
    }
  });
