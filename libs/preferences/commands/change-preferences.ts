import { randomUUID } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Actor, Appended } from '../../event-sourcing/domain/event.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { preferences, preferencesStream, type PreferencesCommand } from '../domain/preferences.js';

export class ChangePreferences extends Command<Appended> {
  constructor(
    readonly orgId: OrgId,
    readonly change: PreferencesCommand,
    readonly by: Actor,
  ) {
    super();
  }
}

@CommandHandler(ChangePreferences)
export class ChangePreferencesHandler implements ICommandHandler<ChangePreferences> {
  constructor(private readonly log: EventLog) {}

  execute({ orgId, change, by }: ChangePreferences): Promise<Appended> {
    const commandId = randomUUID();
    const context = { orgId, actor: by, commandId, correlationId: commandId, at: new Date().toISOString() };
    return this.log.decide(preferencesStream(orgId), preferences, change, context);
  }
}
