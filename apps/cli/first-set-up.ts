/** What a fresh installation needs before it can route: a catalogue, an organization and a key. Each only when it is not there. */
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import { bootstrap, Pepper, Users } from '../../libs/identity/exports.js';
import type { Config } from '../../libs/platform/config.js';
import { Db } from '../../libs/platform/postgres.js';
import { catalogPublish } from './catalog.js';

export interface FirstSetUp {
  /** Shown once; null when the organization has keys already. */
  readonly apiKey: string | null;
  /** By which the first owner signs up; null once it was given out. */
  readonly invitation: string | null;
}

const firstOrganization = 'My organization';

export async function firstSetUp(config: Config): Promise<FirstSetUp> {
  await catalogPublish({ eventStoreUrl: config.eventStoreUrl!, dataDir: config.dataDir });
  const log = new EventLog(config.eventStoreUrl!);
  const db = new Db(config.databaseUrl!, 1);
  try {
    return await bootstrap({ log, pepper: new Pepper(config.masterKey), users: new Users(db) }, firstOrganization, config.bootstrapKey);
  } finally {
    await log.close();
    await db.close();
  }
}
