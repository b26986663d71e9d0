import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EventLog } from '../../event-sourcing/event-log.js';
import { Pepper } from '../credentials/pepper.js';
import { newInvitationId, newToken } from '../credentials/random.js';
import { normalEmail, Users } from '../credentials/users.js';
import type { OrgId, Role } from '../domain/caller.js';
import { organization, organizationStream, type InvitationId } from '../domain/organization.js';
import { contextOf, type Requester } from './requester.js';

export interface NewInvitation {
  readonly invitationId: InvitationId;
  /** For the link; the only time it is ever seen. */
  readonly token: string;
  readonly expiresAt: string;
  readonly position: bigint;
}

const validForMs = 7 * 24 * 60 * 60_000;

export class InviteMember extends Command<NewInvitation> {
  /** @param email null: whoever has the link. */
  constructor(
    readonly orgId: OrgId,
    readonly email: string | null,
    readonly role: Role,
    readonly by: Requester,
  ) {
    super();
  }
}

@CommandHandler(InviteMember)
export class InviteMemberHandler implements ICommandHandler<InviteMember> {
  constructor(
    private readonly log: EventLog,
    private readonly pepper: Pepper,
    private readonly users: Users,
  ) {}

  /** The address is kept before the invitation exists: one that names a person can never be used by another. */
  async execute({ orgId, email, role, by }: InviteMember): Promise<NewInvitation> {
    const context = contextOf(orgId, by.actor);
    const invitationId = newInvitationId();
    const token = newToken();
    const expiresAt = new Date(Date.parse(context.at) + validForMs).toISOString();
    if (email !== null) await this.users.invite(invitationId, orgId, normalEmail(email));
    const command = { type: 'InviteMember', invitationId, digest: this.pepper.digest('invitation', token), role, expiresAt, by: by.role } as const;
    const { position } = await this.log.decide(organizationStream(orgId), organization, command, context);
    return { invitationId, token, expiresAt, position };
  }
}
