import { expect, it } from '@jest/globals';
import type { OrgId } from '../../identity/domain/caller.js';
import { freePort } from '../../platform/embedded-postgres.js';
import { Db } from '../../platform/postgres.js';
import { PreferencesQuery, safeDefaults } from './preferences.js';

it('answers with safe defaults while the database is down', async () => {
  const db = new Db(`postgres://nobody:nothing@127.0.0.1:${await freePort()}/none`);
  try {
    expect(await new PreferencesQuery(db).of('org_a' as OrgId)).toEqual({ view: safeDefaults, fromDatabase: false });
  } finally {
    await db.close();
  }
});
