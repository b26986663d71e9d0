/**
 * A person's comings and goings, one stream per person and month: user-{userId}+{yyyymm}.
 * Passwords, session tokens and addresses are rows in Postgres; the log only says that they changed, and when.
 */
import { never, type Decider } from '../../event-sourcing/domain/decider.js';
import type { StreamName } from '../../event-sourcing/domain/event.js';
import type { UserId } from './caller.js';

/** The public name of a session; its token is another secret. */
export type SessionId = string & { readonly sessionId: true };

export type UserEvent =
  | { readonly type: 'UserSignedUp'; readonly data: { readonly userId: UserId } }
  | { readonly type: 'UserSignedIn'; readonly data: { readonly userId: UserId; readonly sessionId: SessionId } }
  | { readonly type: 'UserSignedOut'; readonly data: { readonly userId: UserId; readonly sessionId: SessionId } }
  | { readonly type: 'UserSignedOutEverywhere'; readonly data: { readonly userId: UserId } }
  | { readonly type: 'PasswordChanged'; readonly data: { readonly userId: UserId } }
  /** Too many wrong passwords in a row; each further lock lasts twice as long. */
  | { readonly type: 'SignInLocked'; readonly data: { readonly userId: UserId; readonly failures: number; readonly until: string } };

export type UserCommand =
  | { readonly type: 'SignUp'; readonly userId: UserId }
  | { readonly type: 'SignIn'; readonly userId: UserId; readonly sessionId: SessionId }
  | { readonly type: 'SignOut'; readonly userId: UserId; readonly sessionId: SessionId }
  | { readonly type: 'SignOutEverywhere'; readonly userId: UserId }
  | { readonly type: 'ChangePassword'; readonly userId: UserId }
  | { readonly type: 'LockSignIn'; readonly userId: UserId; readonly failures: number; readonly until: string };

/** What must not be told twice in the month. */
export interface UserMonth {
  readonly signedUp: boolean;
  readonly signedOut: ReadonlySet<SessionId>;
  readonly lockedUntil: string;
}

/** @param at ISO 8601. */
export const userStream = (userId: UserId, at: string): StreamName => `user-${userId}+${at.slice(0, 4)}${at.slice(5, 7)}`;

export const user: Decider<UserMonth, UserCommand, UserEvent> = {
  initial: { signedUp: false, signedOut: new Set(), lockedUntil: '' },

  decide(command, state) {
    const { userId } = command;
    switch (command.type) {
      case 'SignUp':
        return state.signedUp ? [] : [{ type: 'UserSignedUp', data: { userId } }];
      case 'SignIn':
        return [{ type: 'UserSignedIn', data: { userId, sessionId: command.sessionId } }];
      case 'SignOut':
        return state.signedOut.has(command.sessionId) ? [] : [{ type: 'UserSignedOut', data: { userId, sessionId: command.sessionId } }];
      case 'SignOutEverywhere':
        return [{ type: 'UserSignedOutEverywhere', data: { userId } }];
      case 'ChangePassword':
        return [{ type: 'PasswordChanged', data: { userId } }];
      case 'LockSignIn':
        return command.until <= state.lockedUntil ? [] : [{ type: 'SignInLocked', data: { userId, failures: command.failures, until: command.until } }];
      default:
        return never(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'UserSignedUp':
        return { ...state, signedUp: true };
      case 'UserSignedOut':
        return { ...state, signedOut: new Set(state.signedOut).add(event.data.sessionId) };
      case 'SignInLocked':
        return { ...state, lockedUntil: event.data.until };
      case 'UserSignedIn':
      case 'UserSignedOutEverywhere':
      case 'PasswordChanged':
        return state;
      default:
        return state;
    }
  },
};
