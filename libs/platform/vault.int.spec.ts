import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { testDatabase, type TestDatabase } from './testing/postgres.js';
import { Db } from './postgres.js';
import { Vault } from './vault.js';

const master = randomBytes(32);
let database: TestDatabase;
beforeAll(async () => void (database = await testDatabase()));
afterAll(() => database.drop());
const vault = () => new Vault(database.db, master);

describe('the vault', () => {
  it('opens in another process what one process sealed', async () => {
    const key = (await vault().keyFor({ orgId: 'o1', subject: null }))!;
    const sealed = vault().seal(key, 'naïve 提示');
    expect(JSON.stringify(sealed)).not.toContain('naïve');
    expect(await vault().open(sealed)).toBe('naïve 提示');
  });

  it('gives two processes that meet an organization at once the same key', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => vault().keyFor({ orgId: 'o2', subject: null })));
    expect(new Set(keys.map((key) => key!.keyId)).size).toBe(1);
  });

  it('forgets one subject and keeps the others', async () => {
    const mine = vault();
    const [a, b] = await Promise.all(['a', 'b'].map((subject) => mine.keyFor({ orgId: 'o3', subject })));
    const [ofA, ofB] = [mine.seal(a!, 'text of a'), mine.seal(b!, 'text of b')];
    expect(await mine.destroy({ orgId: 'o3', subject: 'a' })).toEqual([a!.keyId]);
    expect(await mine.open(ofA)).toBeNull();
    expect(await mine.open(ofB)).toBe('text of b');
  });

  it('gives an erased organization a new key, which does not open the old text', async () => {
    const mine = vault();
    const old = (await mine.keyFor({ orgId: 'o4', subject: null }))!;
    const sealed = mine.seal(old, 'secret');
    await mine.destroy({ orgId: 'o4', subject: null });
    const next = (await mine.keyFor({ orgId: 'o4', subject: null }))!;
    expect(next.keyId).not.toBe(old.keyId);
    expect(await vault().open(sealed)).toBeNull();
  });

  it.each(['open', 'keyFor'] as const)('a look-up (%s) that began before an erasure does not put the key back into memory', async (how) => {
    const orgId = `o8-${how}`;
    const sealed = vault().seal((await vault().keyFor({ orgId, subject: null }))!, 'secret');
    let afterQuery = (): Promise<unknown> => Promise.resolve();
    const db = { query: async (...asked: Parameters<Db['query']>) => {
      const rows = await database.db.query(...asked);
      if (asked[0].startsWith('SELECT')) await afterQuery();
      return rows;
    } } as Db;
    const slow = new Vault(db, master);
    // The key is read, then destroyed and forgotten, and only then the one who read it goes on.
    afterQuery = async () => {
      afterQuery = () => Promise.resolve();
      slow.forget(await vault().destroy({ orgId, subject: null }));
    };
    await (how === 'open' ? slow.open(sealed) : slow.keyFor({ orgId, subject: null }));
    expect(await slow.open(sealed)).toBeNull();
    expect((await slow.keyFor({ orgId, subject: null }))!.keyId).not.toBe(sealed.keyId);
  });

  it('refuses a ciphertext that was changed, or moved under another key', async () => {
    const mine = vault();
    const key = (await mine.keyFor({ orgId: 'o5', subject: null }))!;
    const other = (await mine.keyFor({ orgId: 'o6', subject: null }))!;
    const sealed = mine.seal(key, 'secret');
    await expect(mine.open({ ...sealed, keyId: other.keyId })).rejects.toThrow();
    await expect(mine.open({ ...sealed, text: Buffer.from('x'.repeat(40)).toString('base64') })).rejects.toThrow();
  });

  it('keeps no text when the database is down, rather than failing the request', async () => {
    const down = new Db('postgres://x:x@127.0.0.1:1/none');
    expect(await new Vault(down, master).keyFor({ orgId: 'o7', subject: null })).toBeNull();
    await down.close();
  });
});
