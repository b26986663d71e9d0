import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EventLog } from '../../event-sourcing/event-log.js';
import { Passwords } from '../credentials/passwords.js';
import { newUserId } from '../credentials/random.js';
import { Sessions, type OpenedSession } from '../credentials/sessions.js';
import { normalEmail, Users } from '../credentials/users.js';
import type { UserId } from '../domain/caller.js';
import { user, userStream } from '../domain/user.js';
import { AcceptInvitation, type Joined } from './accept-invitation.js';
import { CreateOrganization } from './create-organization.js';
import { Entrance, type Belonging } from './entrance.js';
import { contextOf } from './requester.js';

export interface SignedUp {
  readonly session: OpenedSession;
  readonly position: bigint;
}

export class SignUp extends Command<SignedUp> {
  constructor(
    readonly email: string,
    readonly password: string,
    readonly belonging: Belonging,
  ) {
    super();
  }
}

@CommandHandler(SignUp)
export class SignUpHandler implements ICommandHandler<SignUp> {
  constructor(
    private readonly log: EventLog,
    private readonly entrance: Entrance,
    private readonly passwords: Passwords,
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly commands: CommandBus,
  ) {}

  /**
   * The row is written first, because only the database can say that an address is taken, and committed last: when
   * the log refuses, no account is left behind. (An event without a row names nobody and opens nothing.)
   */
  async execute({ email, password, belonging }: SignUp): Promise<SignedUp> {
    this.entrance.refuseStrangers(belonging);
    const passwordHash = await this.passwords.hash(password);
    const person = { userId: newUserId(), email: normalEmail(email), passwordHash };
    return this.users.add(person, async (tx) => {
      const { orgId, position } = await this.join(person.userId, person.email, belonging);
      const session = await this.sessions.open(tx, person.userId, orgId);
      const context = contextOf(null, `user:${person.userId}`);
      await this.log.decide(userStream(person.userId, context.at), user, { type: 'SignUp', userId: person.userId }, context);
      return { session, position };
    });
  }

  private join(userId: UserId, email: string, belonging: Belonging): Promise<Joined> {
    if ('invitation' in belonging) return this.commands.execute(new AcceptInvitation(belonging.invitation, userId, email));
    return this.commands.execute(new CreateOrganization(belonging.organizationName, userId, { actor: `user:${userId}`, role: 'owner' }));
  }
}
