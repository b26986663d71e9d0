import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EventLog } from '../../event-sourcing/event-log.js';
import { ApiError } from '../../platform/http/api-error.js';
import { Db } from '../../platform/postgres.js';
import { PasswordCheck, type PasswordChecked } from '../credentials/password-check.js';
import { Sessions, type OpenedSession } from '../credentials/sessions.js';
import { normalEmail, type User } from '../credentials/users.js';
import type { OrgId } from '../domain/caller.js';
import { user, userStream, type UserCommand } from '../domain/user.js';
import { Organizations } from '../read-model/organizations.js';
import { contextOf } from './requester.js';

export class SignIn extends Command<OpenedSession> {
  constructor(
    readonly email: string,
    readonly password: string,
  ) {
    super();
  }
}

@CommandHandler(SignIn)
export class SignInHandler implements ICommandHandler<SignIn> {
  constructor(
    private readonly log: EventLog,
    private readonly db: Db,
    private readonly passwords: PasswordCheck,
    private readonly sessions: Sessions,
    private readonly organizations: Organizations,
  ) {}

  /** A wrong password and an unknown address are one answer, in one time. @throws ApiError 401, 429 while locked. */
  async execute({ email, password }: SignIn): Promise<OpenedSession> {
    const checked = await this.passwords.check(normalEmail(email), password);
    if (checked.outcome === 'locked') throw locked(checked.until);
    if (checked.outcome === 'wrong') return this.refuse(checked);
    const { userId } = checked.user;
    const orgId = this.organizationFor(checked.user);
    return this.db.transaction(async (tx) => {
      const session = await this.sessions.open(tx, userId, orgId);
      await this.tell({ type: 'SignIn', userId, sessionId: session.sessionId });
      return session;
    });
  }

  private async refuse({ user: found, failures, lockedUntil }: Extract<PasswordChecked, { outcome: 'wrong' }>): Promise<never> {
    if (found && lockedUntil) await this.tell({ type: 'LockSignIn', userId: found.userId, failures, until: lockedUntil.toISOString() });
    throw new ApiError(401, 'authentication_error', 'invalid_credentials', 'the address or the password is wrong');
  }

  private organizationFor({ userId }: User): OrgId {
    const [first] = this.organizations.ofUser(userId);
    if (!first) throw new ApiError(403, 'permission_error', 'not_a_member', 'you are not a member of any organization: ask for an invitation');
    return first.orgId;
  }

  private async tell(command: UserCommand): Promise<void> {
    const context = contextOf(null, `user:${command.userId}`);
    await this.log.decide(userStream(command.userId, context.at), user, command, context);
  }
}

function locked(until: Date): ApiError {
  const seconds = Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1_000));
  return new ApiError(429, 'rate_limit_error', 'sign_in_locked', `too many wrong passwords: try again in ${seconds} seconds`, null, { 'retry-after': String(seconds) });
}
