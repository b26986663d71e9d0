import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EventLog } from '../../event-sourcing/event-log.js';
import { newOrgId } from '../credentials/random.js';
import type { OrgId, UserId } from '../domain/caller.js';
import { organization, organizationStream } from '../domain/organization.js';
import { contextOf, type Requester } from './requester.js';

export interface NewOrganization {
  readonly orgId: OrgId;
  readonly position: bigint;
  /** False when it existed before, with this name. */
  readonly created: boolean;
}

export class CreateOrganization extends Command<NewOrganization> {
  /** @param owner null when the operator makes it: its first owner then comes by invitation. */
  constructor(
    readonly name: string,
    readonly owner: UserId | null,
    readonly by: Requester,
    readonly orgId: OrgId = newOrgId(),
  ) {
    super();
  }
}

@CommandHandler(CreateOrganization)
export class CreateOrganizationHandler implements ICommandHandler<CreateOrganization> {
  constructor(private readonly log: EventLog) {}

  async execute({ name, owner, by, orgId }: CreateOrganization): Promise<NewOrganization> {
    const command = { type: 'CreateOrganization', orgId, name, owner } as const;
    const { position, events } = await this.log.decide(organizationStream(orgId), organization, command, contextOf(orgId, by.actor));
    return { orgId, position, created: events.length > 0 };
  }
}
