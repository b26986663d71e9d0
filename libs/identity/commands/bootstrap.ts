/**
 * What a fresh installation needs to be used at once: an organization, a test key that costs nothing, and an
 * invitation for its first owner. Running it again changes nothing, save for a key the operator newly names.
 */
import { createHash } from 'node:crypto';
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { Pepper } from '../credentials/pepper.js';
import type { Users } from '../credentials/users.js';
import { parseKeyText, plainTerms } from '../domain/api-key.js';
import type { OrgId } from '../domain/caller.js';
import { organizationStream, type OrganizationEvent } from '../domain/organization.js';
import { CreateOrganization, CreateOrganizationHandler } from './create-organization.js';
import { InviteMember, InviteMemberHandler } from './invite-member.js';
import { IssueApiKey, IssueApiKeyHandler } from './issue-api-key.js';
import { operator } from './requester.js';

export interface Bootstrapped {
  readonly orgId: OrgId;
  /** Null when the organization has keys already: a key is shown once. */
  readonly apiKey: string | null;
  /** Token of the link by which the first owner signs up; null once it was given out. */
  readonly invitation: string | null;
}

/** @param key the text of a key to make instead of a random one. @throws TypeError when it is no key. */
export async function bootstrap({ log, pepper, users }: { log: EventLog; pepper: Pepper; users: Users }, name: string, key: string | null): Promise<Bootstrapped> {
  const orgId = organizationNamed(name);
  const { created } = await new CreateOrganizationHandler(log).execute(new CreateOrganization(name, null, operator, orgId));
  const apiKey = await firstKey(new IssueApiKeyHandler(log, pepper), { orgId, known: await digestsOf(log, orgId), pepper }, key);
  const invitation = created ? (await new InviteMemberHandler(log, pepper, users).execute(new InviteMember(orgId, null, 'owner', operator))).token : null;
  return { orgId, apiKey, invitation };
}

interface Existing {
  readonly orgId: OrgId;
  readonly known: ReadonlySet<string>;
  readonly pepper: Pepper;
}

async function firstKey(keys: IssueApiKeyHandler, { orgId, known, pepper }: Existing, wanted: string | null): Promise<string | null> {
  if (wanted === null && known.size > 0) return null;
  if (wanted !== null && known.has(pepper.digest('api key', wanted))) return wanted;
  const mode = wanted === null ? 'test' : parseKeyText(wanted)?.mode;
  if (!mode) throw new TypeError('the first key must look like pk_test_{9 letters or digits}_{32 hex digits}');
  const terms = { ...plainTerms('first key'), role: 'admin' } as const;
  const issued = await keys.execute(wanted === null ? new IssueApiKey(orgId, mode, terms, operator) : new IssueApiKey(orgId, mode, terms, operator, wanted));
  return issued.text;
}

/** Digests of every text a key of the organization ever had: what was revoked or rotated is not brought back by a restart. */
async function digestsOf(log: EventLog, orgId: OrgId): Promise<ReadonlySet<string>> {
  const digests = new Set<string>();
  for await (const { type, data } of log.read(organizationStream(orgId))) {
    const event = { type, data } as OrganizationEvent;
    if (event.type === 'ApiKeyIssued' || event.type === 'ApiKeyRotated') digests.add(event.data.digest);
  }
  return digests;
}

/** The same name is the same organization, so that two processes that start at once make one. */
const organizationNamed = (name: string): OrgId => `org_${createHash('sha256').update(name).digest('hex').slice(0, 16)}` as OrgId;
