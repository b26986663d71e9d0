import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Appended } from '../../event-sourcing/domain/event.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import type { OrgId } from '../domain/caller.js';
import { organization, organizationStream, type OrganizationCommand } from '../domain/organization.js';
import { contextOf, type Requester } from './requester.js';

/** The changes that need no secret made for them: nothing is left to do but to decide them. */
export type PlainChange = Extract<
  OrganizationCommand,
  { type: 'SetOrganizationLimits' | 'RevokeInvitation' | 'ChangeMemberRole' | 'RemoveMember' | 'ChangeApiKey' | 'RevokeApiKey' }
>;

export class ChangeOrganization extends Command<Appended> {
  constructor(
    readonly orgId: OrgId,
    readonly change: PlainChange,
    readonly by: Requester,
  ) {
    super();
  }
}

@CommandHandler(ChangeOrganization)
export class ChangeOrganizationHandler implements ICommandHandler<ChangeOrganization> {
  constructor(private readonly log: EventLog) {}

  execute({ orgId, change, by }: ChangeOrganization): Promise<Appended> {
    return this.log.decide(organizationStream(orgId), organization, change, contextOf(orgId, by.actor));
  }
}
