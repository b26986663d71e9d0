/** `greatrouter keys create | list | revoke`: API keys, as the operator makes and ends them. */
import type { EventLog } from '../../libs/event-sourcing/event-log.js';
import {
  ChangeOrganization, ChangeOrganizationHandler, IssueApiKey, IssueApiKeyHandler, operator, plainTerms,
  type ApiKey, type KeyMode, type KeyRole, type NewKey, type Pepper,
} from '../../libs/identity/exports.js';
import { directoryOf, organizationNamed } from './orgs.js';
import { table } from './table.js';

export interface KeyWish {
  /** Id or name; undefined when there is only one. */
  readonly org: string | undefined;
  readonly name: string;
  readonly mode: KeyMode;
  readonly role: KeyRole;
  /** ISO 8601; null: until it is revoked. */
  readonly expiresAt: string | null;
}

/** The answer holds the text of the key, the only time it is seen. @throws Error when the organization is not clear. */
export async function keysCreate(log: EventLog, pepper: Pepper, { org, name, mode, role, expiresAt }: KeyWish): Promise<NewKey> {
  if (expiresAt !== null && Number.isNaN(Date.parse(expiresAt))) throw new Error(`not a date: ${expiresAt}`);
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) throw new Error(`--expires is in the past: ${expiresAt}`);
  const { orgId } = organizationNamed((await directoryOf(log, pepper)).organizations, org);
  const terms = { ...plainTerms(name), role, expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString() };
  return new IssueApiKeyHandler(log, pepper).execute(new IssueApiKey(orgId, mode, terms, operator));
}

/** @param org undefined: every organization. */
export async function keysList(log: EventLog, pepper: Pepper, org: string | undefined): Promise<readonly ApiKey[]> {
  const { organizations, keys } = await directoryOf(log, pepper);
  const chosen = org === undefined ? organizations.all() : [organizationNamed(organizations, org)];
  return chosen.flatMap(({ orgId }) => keys.of(orgId));
}

/** @param key its id, or the part of it that may be shown. @throws Error when it names no key, or several. */
export async function keysRevoke(log: EventLog, pepper: Pepper, key: string): Promise<ApiKey> {
  const matching = (await keysList(log, pepper, undefined)).filter(({ keyId, hint }) => keyId === key || hint === key);
  const [found] = matching;
  if (!found || matching.length > 1) throw new Error(found ? `several keys begin with ${key}: name one by its id` : `there is no key ${key}; see: greatrouter keys list`);
  await new ChangeOrganizationHandler(log).execute(new ChangeOrganization(found.orgId, { type: 'RevokeApiKey', keyId: found.keyId }, operator));
  return found;
}

/** What a person reads. */
export const keysText = (keys: readonly ApiKey[]): string =>
  table(['ID', 'KEY', 'NAME', 'ROLE', 'ORGANIZATION', 'STATE'], keys.map((key) => [key.keyId, `${key.hint}_...`, key.terms.name, key.terms.role, key.orgId, stateOf(key)]));

function stateOf({ revokedAt, terms: { expiresAt } }: ApiKey): string {
  if (revokedAt !== null) return `revoked ${revokedAt}`;
  return expiresAt === null ? 'works' : `${Date.parse(expiresAt) <= Date.now() ? 'expired' : 'works until'} ${expiresAt}`;
}
