/** Who asks for a change to an organization, and with which power. */
import { randomUUID } from 'node:crypto';
import type { Actor, CommandContext } from '../../event-sourcing/domain/event.js';
import type { OrgId, Role } from '../domain/caller.js';

/** A `Caller` is one; so is the operator at the command line. */
export interface Requester {
  readonly actor: Actor;
  readonly role: Role;
}

/** Whoever can run commands on the server may do everything. */
export const operator: Requester = { actor: 'cli', role: 'owner' };

/** @param orgId null for what concerns a person across organizations. */
export function contextOf(orgId: OrgId | null, actor: Actor): CommandContext {
  const commandId = randomUUID();
  return { orgId, actor, commandId, correlationId: commandId, at: new Date().toISOString() };
}
