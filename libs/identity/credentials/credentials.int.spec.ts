import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import type { OrgId, UserId } from '../domain/caller.js';
import { Passwords } from './passwords.js';
import { Pepper } from './pepper.js';
import { Sessions } from './sessions.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { Users } from './users.js';

const pepper = new Pepper(randomBytes(32));
const userId = 'user_ann' as UserId;
const orgId = 'org_acme' as OrgId;
const minute = 60_000;
let database: TestDatabase;
let clock: { now: number };
beforeAll(async () => {
  database = await testDatabase();
  await new Users(database.db).add({ userId, email: 'ann@example.com', passwordHash: 'x' }, async () => {});
});
afterAll(() => database.drop());
beforeEach(() => {
  clock = { now: Date.parse('2026-11-25T10:00:00.000Z') };
});

describe('a session', () => {
  let sessions: Sessions;
  beforeEach(() => {
    sessions = new Sessions(database.db, pepper, () => clock.now);
  });
  const open = () => sessions.open(database.db, userId, orgId);

  it('is found by its token, of which the row has only a digest', async () => {
    const { sessionId, token } = await open();
    expect(await sessions.find(token)).toEqual({ session: { sessionId, userId, orgId }, newToken: null });
    expect(await sessions.find(`${token}x`)).toBeNull();
    expect(JSON.stringify(await database.db.query('SELECT * FROM sessions'))).not.toContain(token);
  });

  it('gets a new token after a quarter of an hour; the old one lives half a minute longer', async () => {
    const { token } = await open();
    clock.now += 15 * minute;
    const renewed = (await sessions.find(token))!.newToken!;
    expect(renewed).not.toBe(token);
    expect((await sessions.find(renewed))!.newToken).toBeNull();
    expect(await sessions.find(token)).toMatchObject({ newToken: null });
    clock.now += minute / 2;
    expect(await sessions.find(token)).toBeNull();
    expect(await sessions.find(renewed)).not.toBeNull();
  });

  it('gets one new token, however many requests are under way', async () => {
    const { token } = await open();
    clock.now += 15 * minute;
    const found = await Promise.all(Array.from({ length: 8 }, () => sessions.find(token)));
    expect(found.filter((each) => each === null)).toEqual([]);
    expect(found.filter((each) => each!.newToken !== null)).toHaveLength(1);
  });

  it('ends after twelve idle hours, and after two weeks at the latest', async () => {
    const idle = await open();
    clock.now += 12 * 60 * minute;
    expect(await sessions.find(idle.token)).toBeNull();
    let { token } = await open();
    const until = clock.now + 14 * 24 * 60 * minute;
    while (clock.now + 11 * 60 * minute < until) {
      clock.now += 11 * 60 * minute;
      token = (await sessions.find(token))!.newToken!;
    }
    clock.now = until;
    expect(await sessions.find(token)).toBeNull();
  });

  it('takes another token with another organization, and the old one nowhere', async () => {
    const { sessionId, token } = await open();
    const other = await sessions.switchTo(sessionId, 'org_other' as OrgId);
    expect(await sessions.find(token)).toBeNull();
    expect(await sessions.find(other)).toMatchObject({ session: { orgId: 'org_other' } });
  });
});

describe('wrong passwords in a row', () => {
  it('shut sign-in for twice as long each time, and are forgotten after a quiet day or a right one', async () => {
    const attempts = new SignInAttempts(database.db, pepper, () => clock.now);
    const waits: number[] = [];
    for (let n = 1; n <= 13; n++) {
      const attempt = await attempts.begin('ann@example.com');
      if (attempt.locked) throw new Error('locked too early');
      const wait = attempt.lockedUntil ? attempt.lockedUntil.getTime() - clock.now : 0;
      waits.push(wait / 1_000);
      if (wait === 0) continue;
      clock.now += wait - 1;
      expect(await attempts.begin('ann@example.com')).toMatchObject({ locked: true });
      clock.now += 1;
    }
    expect(waits).toEqual([0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
    clock.now += 24 * 60 * minute;
    expect(await attempts.begin('ann@example.com')).toMatchObject({ failures: 1 });
    await attempts.succeeded('ann@example.com');
    expect(await attempts.begin('ann@example.com')).toMatchObject({ failures: 1 });
    expect(JSON.stringify(await database.db.query('SELECT * FROM sign_in_attempts'))).not.toContain('ann');
  });
});

describe('passwords', () => {
  it('are argon2id with a salt of their own', async () => {
    const passwords = new Passwords();
    const [one, two] = await Promise.all([passwords.hash('the same password'), passwords.hash('the same password')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await Promise.all([passwords.verify('the same password', one), passwords.verify('The same password', one), passwords.verify('nobody has this password', null)])).toEqual([true, false, false]);
  });

  it('are refused rather than queued without end', async () => {
    const passwords = new Passwords();
    const results = await Promise.allSettled(Array.from({ length: 80 }, () => passwords.verify('x', null)));
    const busy = results.filter((result) => result.status === 'rejected');
    expect(busy).toHaveLength(80 - 66);
    expect(busy[0]).toMatchObject({ reason: { status: 503, code: 'sign_in_busy' } });
  });
});
