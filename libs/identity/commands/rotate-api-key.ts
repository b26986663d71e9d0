import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EventLog } from '../../event-sourcing/event-log.js';
import { Pepper } from '../credentials/pepper.js';
import { newKeyText } from '../credentials/random.js';
import { parseKeyText } from '../domain/api-key.js';
import type { KeyId, KeyMode, OrgId } from '../domain/caller.js';
import { organization, organizationStream } from '../domain/organization.js';
import type { NewKey } from './issue-api-key.js';
import { contextOf, type Requester } from './requester.js';

export class RotateApiKey extends Command<NewKey> {
  /** @param overlapMs how long the old text still works. */
  constructor(
    readonly orgId: OrgId,
    readonly key: { readonly keyId: KeyId; readonly mode: KeyMode },
    readonly overlapMs: number,
    readonly by: Requester,
  ) {
    super();
  }
}

@CommandHandler(RotateApiKey)
export class RotateApiKeyHandler implements ICommandHandler<RotateApiKey> {
  constructor(
    private readonly log: EventLog,
    private readonly pepper: Pepper,
  ) {}

  async execute({ orgId, key: { keyId, mode }, overlapMs, by }: RotateApiKey): Promise<NewKey> {
    const context = contextOf(orgId, by.actor);
    const text = newKeyText(mode);
    const { hint } = parseKeyText(text)!;
    const previousValidUntil = new Date(Date.parse(context.at) + overlapMs).toISOString();
    const command = { type: 'RotateApiKey', keyId, hint, previousValidUntil, digest: this.pepper.digest('api key', text), by: by.role } as const;
    const { position } = await this.log.decide(organizationStream(orgId), organization, command, context);
    return { keyId, text, hint, position };
  }
}
