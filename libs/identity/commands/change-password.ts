import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Refused } from '../../event-sourcing/domain/decider.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { Db } from '../../platform/postgres.js';
import { PasswordCheck } from '../credentials/password-check.js';
import { Passwords } from '../credentials/passwords.js';
import { Sessions, type OpenedSession, type Session } from '../credentials/sessions.js';
import { Users } from '../credentials/users.js';
import { user, userStream } from '../domain/user.js';
import { contextOf } from './requester.js';

export class ChangePassword extends Command<OpenedSession> {
  constructor(
    readonly session: Session,
    readonly currentPassword: string,
    readonly newPassword: string,
  ) {
    super();
  }
}

@CommandHandler(ChangePassword)
export class ChangePasswordHandler implements ICommandHandler<ChangePassword> {
  constructor(
    private readonly log: EventLog,
    private readonly db: Db,
    private readonly passwords: Passwords,
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly check: PasswordCheck,
  ) {}

  /** Every session ends with the old password; the caller gets a new one. Guesses count as they do at sign-in. */
  async execute({ session: { userId, orgId }, currentPassword, newPassword }: ChangePassword): Promise<OpenedSession> {
    const found = await this.users.byId(userId);
    const checked = found && (await this.check.check(found.email, currentPassword));
    if (checked?.outcome !== 'right') throw new Refused('password_wrong', 'the current password is wrong, or was given wrong too often', 'current_password');
    const passwordHash = await this.passwords.hash(newPassword);
    return this.db.transaction(async (tx) => {
      await this.users.setPassword(tx, userId, passwordHash);
      await this.sessions.closeAll(tx, userId);
      const session = await this.sessions.open(tx, userId, orgId);
      const context = contextOf(null, `user:${userId}`);
      await this.log.decide(userStream(userId, context.at), user, { type: 'ChangePassword', userId }, context);
      return session;
    });
  }
}
