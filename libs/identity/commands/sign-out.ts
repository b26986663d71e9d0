import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EventLog } from '../../event-sourcing/event-log.js';
import { Db } from '../../platform/postgres.js';
import { Sessions, type Session } from '../credentials/sessions.js';
import { user, userStream, type UserCommand } from '../domain/user.js';
import { contextOf } from './requester.js';

export class SignOut extends Command<void> {
  /** @param sessions this one, or every one of the person on every device. */
  constructor(
    readonly session: Session,
    readonly sessions: 'this' | 'every',
  ) {
    super();
  }
}

@CommandHandler(SignOut)
export class SignOutHandler implements ICommandHandler<SignOut> {
  constructor(
    private readonly log: EventLog,
    private readonly db: Db,
    private readonly sessions: Sessions,
  ) {}

  /** The session is shut before it is told: a log that is down keeps nobody signed in. */
  async execute({ session: { sessionId, userId }, sessions }: SignOut): Promise<void> {
    if (sessions === 'every') await this.sessions.closeAll(this.db, userId);
    else await this.sessions.close(sessionId);
    const command: UserCommand = sessions === 'every' ? { type: 'SignOutEverywhere', userId } : { type: 'SignOut', userId, sessionId };
    const context = contextOf(null, `user:${userId}`);
    await this.log.decide(userStream(userId, context.at), user, command, context);
  }
}
