import { describe, expect, it } from '@jest/globals';
import { decider } from '../../event-sourcing/testing/given.js';
import type { UserId } from './caller.js';
import { lockAfter } from './lockout.js';
import { user, userStream, type SessionId, type UserEvent } from './user.js';

const { given, nothing } = decider(user);
const userId = 'user_ann' as UserId;
const sessionId = 'ses_1' as SessionId;

describe('a user', () => {
  it('has one stream a month', () => expect(userStream(userId, '2026-11-25T08:00:00.000Z')).toBe('user-user_ann+202611'));
  it('signs up once', () => {
    nothing.when({ type: 'SignUp', userId }).then({ type: 'UserSignedUp', data: { userId } });
    given([{ type: 'UserSignedUp', data: { userId } }]).when({ type: 'SignUp', userId }).thenNothing();
  });
  it('signs in, and out once', () => {
    const out: UserEvent = { type: 'UserSignedOut', data: { userId, sessionId } };
    nothing.when({ type: 'SignIn', userId, sessionId }).then({ type: 'UserSignedIn', data: { userId, sessionId } });
    nothing.when({ type: 'SignOut', userId, sessionId }).then(out);
    given([out]).when({ type: 'SignOut', userId, sessionId }).thenNothing();
  });
  it('tells a lock once, however many guesses hit it', () => {
    const locked = { userId, failures: 5, until: '2026-11-25T08:00:30.000Z' };
    nothing.when({ type: 'LockSignIn', ...locked }).then({ type: 'SignInLocked', data: locked });
    given([{ type: 'SignInLocked', data: locked }]).when({ type: 'LockSignIn', ...locked }).thenNothing();
  });
});

it('locks sign-in for twice as long each time, up to an hour', () =>
  expect([0, 4, 5, 6, 7, 12, 40].map(lockAfter)).toEqual([0, 0, 30_000, 60_000, 120_000, 3_600_000, 3_600_000]));
