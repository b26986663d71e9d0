import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Refused } from '../../event-sourcing/domain/decider.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { Config } from '../../platform/config.js';
import { Passwords } from '../credentials/passwords.js';
import { newUserId } from '../credentials/random.js';
import { Sessions, type OpenedSession } from '../credentials/sessions.js';
import { normalEmail, Users } from '../credentials/users.js';
import type { UserId } from '../domain/caller.js';
import { user, userStream } from '../domain/user.js';
import { AcceptInvitation, type Joined } from './accept-invitation.js';
import { CreateOrganization } from './create-organization.js';
import { contextOf } from './requester.js';

/** Where a new person belongs: to the organization that invited them, or to a new one of their own. */
export type Belonging = { readonly invitation: string } | { readonly organizationName: string };

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
    private readonly config: Config,
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
    this.refuseStrangers(belonging);
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

  /** Where the operator pays for what organizations use, only invited people get in; where they pay first, anyone may. */
  private refuseStrangers(belonging: Belonging): void {
    if ('invitation' in belonging || this.config.billing === 'prepaid') return;
    throw new Refused('sign_up_not_allowed', 'signing up needs an invitation here: ask an administrator for one', 'invitation');
  }

  private join(userId: UserId, email: string, belonging: Belonging): Promise<Joined> {
    if ('invitation' in belonging) return this.commands.execute(new AcceptInvitation(belonging.invitation, userId, email));
    return this.commands.execute(new CreateOrganization(belonging.organizationName, userId, { actor: `user:${userId}`, role: 'owner' }));
  }
}
