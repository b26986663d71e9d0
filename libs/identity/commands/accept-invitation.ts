import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Refused } from '../../event-sourcing/domain/decider.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { Pepper } from '../credentials/pepper.js';
import { Users } from '../credentials/users.js';
import type { OrgId, UserId } from '../domain/caller.js';
import { organization, organizationStream } from '../domain/organization.js';
import { Organizations } from '../read-model/organizations.js';
import { contextOf } from './requester.js';

export interface Joined {
  readonly orgId: OrgId;
  readonly position: bigint;
}

export class AcceptInvitation extends Command<Joined> {
  /** @param email of the person, in its normal spelling. */
  constructor(
    readonly token: string,
    readonly userId: UserId,
    readonly email: string,
  ) {
    super();
  }
}

@CommandHandler(AcceptInvitation)
export class AcceptInvitationHandler implements ICommandHandler<AcceptInvitation> {
  constructor(
    private readonly log: EventLog,
    private readonly pepper: Pepper,
    private readonly organizations: Organizations,
    private readonly users: Users,
  ) {}

  /** The in-memory view only finds the organization; whether the invitation still holds is decided on its stream. */
  async execute({ token, userId, email }: AcceptInvitation): Promise<Joined> {
    const invitation = this.organizations.invitationOf(this.pepper.digest('invitation', token));
    if (!invitation) throw new Refused('invitation_not_found', 'this invitation is not valid, or no longer', 'invitation');
    const { orgId, invitationId } = invitation;
    const meant = await this.users.invitedAddress(invitationId);
    if (meant !== null && meant !== email) throw new Refused('invitation_not_allowed', 'this invitation is for another address', 'invitation');
    const context = contextOf(orgId, `user:${userId}`);
    const { position } = await this.log.decide(organizationStream(orgId), organization, { type: 'AcceptInvitation', invitationId, userId, at: context.at }, context);
    await this.users.forgetInvited(invitationId);
    return { orgId, position };
  }
}
