/** `greatrouter orgs create | list | invite`: organizations, as the operator sees them. */
import type { EventLog } from '../../libs/event-sourcing/event-log.js';
import { LiveFolds } from '../../libs/event-sourcing/live-folds.js';
import {
  ApiKeys, CreateOrganization, CreateOrganizationHandler, InviteMember, InviteMemberHandler, operator, Organizations,
  type NewInvitation, type NewOrganization, type OrganizationView, type Pepper, type Role, type Users,
} from '../../libs/identity/exports.js';
import { table } from './table.js';

export interface Directory {
  readonly organizations: Organizations;
  readonly keys: ApiKeys;
}

/** Every organization and key as the log has them now. */
export async function directoryOf(log: EventLog, pepper: Pepper): Promise<Directory> {
  const directory = { organizations: new Organizations(), keys: new ApiKeys(pepper) };
  const folds = new LiveFolds(log, null, () => {});
  folds.register(directory.organizations);
  folds.register(directory.keys);
  await folds.start();
  await folds.stop();
  return directory;
}

export const orgsCreate = (log: EventLog, name: string): Promise<NewOrganization> => new CreateOrganizationHandler(log).execute(new CreateOrganization(name, null, operator));

export const orgsList = async (log: EventLog, pepper: Pepper): Promise<readonly OrganizationView[]> => (await directoryOf(log, pepper)).organizations.all();

export interface Invite {
  /** Id or name; undefined when there is only one. */
  readonly org: string | undefined;
  readonly role: Role;
  /** Null: whoever has the token. */
  readonly email: string | null;
}

export async function orgsInvite({ log, pepper, users }: { log: EventLog; pepper: Pepper; users: Users }, { org, role, email }: Invite): Promise<NewInvitation> {
  const { orgId } = organizationNamed((await directoryOf(log, pepper)).organizations, org);
  return new InviteMemberHandler(log, pepper, users).execute(new InviteMember(orgId, email, role, operator));
}

/** @param org id or name; may be left out when there is only one. @throws Error that says which there are. */
export function organizationNamed(organizations: Organizations, org: string | undefined): OrganizationView {
  const all = organizations.all();
  const matching = org === undefined ? all : all.filter(({ orgId, name }) => orgId === org || name === org);
  if (matching.length === 1) return matching[0]!;
  const known = all.map(({ orgId, name }) => `${orgId} (${name})`).join(', ') || 'none';
  throw new Error(org === undefined || matching.length > 1 ? `name one organization by its id: there are ${known}` : `there is no organization ${org}; there are ${known}`);
}

/** What a person reads. */
export const orgsText = (organizations: readonly OrganizationView[]): string =>
  table(['ID', 'NAME', 'MEMBERS', 'CREATED'], organizations.map(({ orgId, name, members, createdAt }) => [orgId, name, String(members.size), createdAt]));
