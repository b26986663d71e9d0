import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testLog, type TestLog } from '../../libs/event-sourcing/testing/log.js';
import { Pepper, Users } from '../../libs/identity/exports.js';
import { testDatabase, type TestDatabase } from '../../libs/platform/testing/postgres.js';
import { keysCreate, keysList, keysRevoke, keysText } from './keys.js';
import { directoryOf, orgsCreate, orgsInvite, orgsList, orgsText } from './orgs.js';

const pepper = new Pepper(randomBytes(32));
const wish = { org: undefined, name: 'ci', mode: 'test', role: 'developer', expiresAt: null } as const;
let node: TestLog;
let database: TestDatabase;
beforeAll(async () => {
  node = await testLog();
  database = await testDatabase();
});
afterAll(async () => {
  await node.close();
  await database.drop();
});

it('makes, lists and revokes keys of the only organization, or of the one that is named', async () => {
  const { log } = node;
  await expect(keysCreate(log, pepper, wish)).rejects.toThrow('there are none');
  const acme = await orgsCreate(log, 'Acme');
  const made = await keysCreate(log, pepper, wish);
  expect((await directoryOf(log, pepper)).keys.authenticate(made.text, '127.0.0.1', Date.now())).toMatchObject({ caller: { orgId: acme.orgId, mode: 'test' } });

  await orgsCreate(log, 'Other');
  await expect(keysCreate(log, pepper, wish)).rejects.toThrow(/name one organization by its id: .*Acme.*Other/);
  await expect(keysCreate(log, pepper, { ...wish, org: 'Nobody' })).rejects.toThrow('there is no organization Nobody');
  await expect(keysCreate(log, pepper, { ...wish, org: 'Other', expiresAt: 'soon' })).rejects.toThrow('not a date: soon');
  await expect(keysCreate(log, pepper, { ...wish, org: 'Other', expiresAt: '2020-01-01' })).rejects.toThrow('--expires is in the past: 2020-01-01');
  await keysCreate(log, pepper, { ...wish, org: 'Other', name: 'second', expiresAt: '2100-01-01' });

  expect(await keysList(log, pepper, 'Acme')).toHaveLength(1);
  const listed = keysText(await keysList(log, pepper, undefined));
  expect(listed).toMatch(/^ID +KEY +NAME +ROLE +ORGANIZATION +STATE\nkey_\w+ +pk_test_\w{9}_\.\.\. +ci +developer +org_\w+ +works\n.*second.*works until 2100-01-01T00:00:00.000Z$/);
  expect(listed).not.toContain(made.text.slice(-32));
  expect(orgsText(await orgsList(log, pepper))).toMatch(/Acme +0 /);

  await expect(keysRevoke(log, pepper, 'key_unknown')).rejects.toThrow('there is no key key_unknown');
  await keysRevoke(log, pepper, made.hint);
  expect((await directoryOf(log, pepper)).keys.authenticate(made.text, '127.0.0.1', Date.now())).toEqual({ refused: 'revoked' });
  expect(keysText(await keysList(log, pepper, 'Acme'))).toContain('revoked 20');
});

it('invites the first people of an organization', async () => {
  const invited = await orgsInvite({ log: node.log, pepper, users: new Users(database.db) }, { org: 'Acme', role: 'owner', email: 'Ann@example.com' });
  const { organizations } = await directoryOf(node.log, pepper);
  expect(organizations.invitationOf(pepper.digest('invitation', invited.token))).toMatchObject({ role: 'owner', invitationId: invited.invitationId });
});
