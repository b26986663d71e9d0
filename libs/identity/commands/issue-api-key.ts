import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EventLog } from '../../event-sourcing/event-log.js';
import { Pepper } from '../credentials/pepper.js';
import { newKeyId, newKeyText } from '../credentials/random.js';
import { parseKeyText, type KeyTerms } from '../domain/api-key.js';
import type { KeyId, KeyMode, OrgId } from '../domain/caller.js';
import { organization, organizationStream } from '../domain/organization.js';
import { contextOf, type Requester } from './requester.js';

export interface NewKey {
  readonly keyId: KeyId;
  /** The only time it is ever seen. */
  readonly text: string;
  readonly hint: string;
  readonly position: bigint;
}

export class IssueApiKey extends Command<NewKey> {
  /** @param text a text the operator chose instead of a random one. */
  constructor(
    readonly orgId: OrgId,
    readonly mode: KeyMode,
    readonly terms: KeyTerms,
    readonly by: Requester,
    readonly text: string = newKeyText(mode),
  ) {
    super();
  }
}

@CommandHandler(IssueApiKey)
export class IssueApiKeyHandler implements ICommandHandler<IssueApiKey> {
  constructor(
    private readonly log: EventLog,
    private readonly pepper: Pepper,
  ) {}

  async execute({ orgId, mode, terms, by, text }: IssueApiKey): Promise<NewKey> {
    const parsed = parseKeyText(text);
    if (parsed?.mode !== mode) throw new TypeError(`not the text of a ${mode} key`);
    const keyId = newKeyId();
    const { hint } = parsed;
    const command = { type: 'IssueApiKey', keyId, mode, hint, terms, digest: this.pepper.digest('api key', text), by: by.role } as const;
    const { position } = await this.log.decide(organizationStream(orgId), organization, command, contextOf(orgId, by.actor));
    return { keyId, text, hint, position };
  }
}
