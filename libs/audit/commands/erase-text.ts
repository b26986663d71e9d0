/**
 * Forgets the text of an organization or of one of its end users: the data keys are destroyed, then every process is
 * told to drop them. Decisions, costs, hashes and proofs stay. Done again, it finishes what broke off.
 */
import type { CommandContext } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { Owner, Vault } from '../../platform/vault.js';
import { erasure } from '../domain/erasure.js';

/** @returns how many keys are destroyed, and the commit position that tells of them. */
export async function eraseText(log: EventLog, vault: Vault, owner: Owner, context: CommandContext): Promise<{ keys: number; position: bigint }> {
  const keyIds = await vault.destroy(owner);
  const { position } = await log.decide(`org-${owner.orgId}`, erasure, { keyIds, scope: owner.subject === null ? 'organization' : 'subject' }, context);
  return { keys: keyIds.length, position };
}
