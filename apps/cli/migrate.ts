import type { Config } from '../../libs/platform/config.js';
import { migrate } from '../../libs/platform/migrate.js';
import { allMigrations } from '../../migrations/all.js';
import { withStores } from './stores.js';

/** `greatrouter migrate`. */
export function migrateCommand(settings: Config): Promise<void> {
  return withStores(settings, async (config) => {
    const ran = await migrate(config.databaseUrl!, await allMigrations());
    console.log(ran.length === 0 ? 'the database is up to date' : ran.map((name) => `migrated: ${name}`).join('\n'));
  });
}
