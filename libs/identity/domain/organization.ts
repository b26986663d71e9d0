/**
 * An organization: its members, invitations and API keys. One stream each: org-{orgId}.
 * No event holds a password, a token, a key or an e-mail address: a log cannot forget. Secrets are there as
 * peppered digests, people as ids; addresses and password hashes are rows that can be deleted.
 */
import { never, Refused, type Decider } from '../../event-sourcing/domain/decider.js';
import type { StreamName } from '../../event-sourcing/domain/event.js';
import type { Digest, KeyTerms, Limits } from './api-key.js';
import { atLeast, type KeyId, type KeyMode, type OrgId, type Role, type UserId } from './caller.js';

export type InvitationId = string & { readonly invitationId: true };

export interface ApiKeyIssued {
  readonly keyId: KeyId;
  readonly mode: KeyMode;
  readonly digest: Digest;
  readonly hint: string;
  readonly terms: KeyTerms;
}

/** The key keeps its id, terms and history; its old text works until `previousValidUntil`. */
export interface ApiKeyRotated {
  readonly keyId: KeyId;
  readonly digest: Digest;
  readonly hint: string;
  readonly previousValidUntil: string;
}

export interface MemberInvited {
  readonly invitationId: InvitationId;
  readonly digest: Digest;
  readonly role: Role;
  readonly expiresAt: string;
}

export type OrganizationEvent =
  | { readonly type: 'OrganizationCreated'; readonly data: { readonly orgId: OrgId; readonly name: string } }
  | { readonly type: 'OrganizationLimitsSet'; readonly data: { readonly limits: Limits } }
  | { readonly type: 'MemberInvited'; readonly data: MemberInvited }
  | { readonly type: 'InvitationRevoked'; readonly data: { readonly invitationId: InvitationId } }
  | { readonly type: 'MemberJoined'; readonly data: { readonly userId: UserId; readonly role: Role; readonly invitationId: InvitationId | null } }
  | { readonly type: 'MemberRoleChanged'; readonly data: { readonly userId: UserId; readonly role: Role } }
  | { readonly type: 'MemberRemoved'; readonly data: { readonly userId: UserId } }
  | { readonly type: 'ApiKeyIssued'; readonly data: ApiKeyIssued }
  | { readonly type: 'ApiKeyChanged'; readonly data: { readonly keyId: KeyId; readonly terms: KeyTerms } }
  | { readonly type: 'ApiKeyRotated'; readonly data: ApiKeyRotated }
  | { readonly type: 'ApiKeyRevoked'; readonly data: { readonly keyId: KeyId } };

/** `by` is the role of whoever asks: nobody grants, changes or removes above their own. */
export type OrganizationCommand =
  | { readonly type: 'CreateOrganization'; readonly orgId: OrgId; readonly name: string; readonly owner: UserId | null }
  | { readonly type: 'SetOrganizationLimits'; readonly limits: Limits }
  | ({ readonly type: 'InviteMember'; readonly by: Role } & MemberInvited)
  | { readonly type: 'RevokeInvitation'; readonly invitationId: InvitationId }
  | { readonly type: 'AcceptInvitation'; readonly invitationId: InvitationId; readonly userId: UserId; readonly at: string }
  | { readonly type: 'ChangeMemberRole'; readonly userId: UserId; readonly role: Role; readonly by: Role }
  | { readonly type: 'RemoveMember'; readonly userId: UserId; readonly by: Role }
  | ({ readonly type: 'IssueApiKey'; readonly by: Role } & ApiKeyIssued)
  | { readonly type: 'ChangeApiKey'; readonly keyId: KeyId; readonly terms: KeyTerms; readonly by: Role }
  | ({ readonly type: 'RotateApiKey'; readonly by: Role } & ApiKeyRotated)
  | { readonly type: 'RevokeApiKey'; readonly keyId: KeyId };

export interface Invitation {
  readonly role: Role;
  readonly expiresAt: string;
  readonly acceptedBy: UserId | null;
}

export interface IssuedKey {
  readonly digest: Digest;
  readonly terms: KeyTerms;
  readonly revoked: boolean;
}

export interface Organization {
  /** Null before it is created. */
  readonly name: string | null;
  readonly limits: Limits | null;
  readonly members: ReadonlyMap<UserId, Role>;
  readonly invitations: ReadonlyMap<InvitationId, Invitation>;
  readonly keys: ReadonlyMap<KeyId, IssuedKey>;
}

export const organizationStream = (id: OrgId): StreamName => `org-${id}`;

export const organization: Decider<Organization, OrganizationCommand, OrganizationEvent> = {
  initial: { name: null, limits: null, members: new Map(), invitations: new Map(), keys: new Map() },

  decide(command, state) {
    if (command.type === 'CreateOrganization') return create(command, state);
    if (state.name === null) throw new Refused('organization_not_found', 'there is no such organization');
    switch (command.type) {
      case 'SetOrganizationLimits':
        return same(state.limits, command.limits) ? [] : [{ type: 'OrganizationLimitsSet', data: { limits: command.limits } }];
      case 'InviteMember':
      case 'RevokeInvitation':
      case 'AcceptInvitation':
        return decideInvitation(command, state);
      case 'ChangeMemberRole':
      case 'RemoveMember':
        return decideMember(command, state);
      case 'IssueApiKey':
      case 'ChangeApiKey':
      case 'RotateApiKey':
      case 'RevokeApiKey':
        return decideKey(command, state);
      default:
        return never(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'OrganizationCreated':
        return { ...state, name: event.data.name };
      case 'OrganizationLimitsSet':
        return { ...state, limits: event.data.limits };
      case 'MemberInvited': {
        const { invitationId, role, expiresAt } = event.data;
        return { ...state, invitations: put(state.invitations, invitationId, { role, expiresAt, acceptedBy: null }) };
      }
      case 'InvitationRevoked':
        return { ...state, invitations: without(state.invitations, event.data.invitationId) };
      case 'MemberJoined':
        return join(state, event.data);
      case 'MemberRoleChanged':
        return { ...state, members: put(state.members, event.data.userId, event.data.role) };
      case 'MemberRemoved':
        return { ...state, members: without(state.members, event.data.userId) };
      case 'ApiKeyIssued': {
        const { keyId, digest, terms } = event.data;
        return { ...state, keys: put(state.keys, keyId, { digest, terms, revoked: false }) };
      }
      case 'ApiKeyChanged':
        return withKey(state, event.data.keyId, { terms: event.data.terms });
      case 'ApiKeyRotated':
        return withKey(state, event.data.keyId, { digest: event.data.digest });
      case 'ApiKeyRevoked':
        return withKey(state, event.data.keyId, { revoked: true });
      default:
        return state;
    }
  },
};

type Only<Type extends OrganizationCommand['type']> = Extract<OrganizationCommand, { type: Type }>;

function create({ orgId, name, owner }: Only<'CreateOrganization'>, state: Organization): OrganizationEvent[] {
  if (state.name === name) return [];
  if (state.name !== null) throw new Refused('organization_exists', 'there is an organization with this id already');
  const created: OrganizationEvent = { type: 'OrganizationCreated', data: { orgId, name } };
  return owner === null ? [created] : [created, { type: 'MemberJoined', data: { userId: owner, role: 'owner', invitationId: null } }];
}

function decideInvitation(command: Only<'InviteMember' | 'RevokeInvitation' | 'AcceptInvitation'>, state: Organization): OrganizationEvent[] {
  const known = state.invitations.get(command.invitationId);
  switch (command.type) {
    case 'InviteMember': {
      const { invitationId, digest, role, expiresAt } = command;
      notAbove(command.by, role);
      return known ? [] : [{ type: 'MemberInvited', data: { invitationId, digest, role, expiresAt } }];
    }
    case 'RevokeInvitation':
      return known && known.acceptedBy === null ? [{ type: 'InvitationRevoked', data: { invitationId: command.invitationId } }] : [];
    case 'AcceptInvitation': {
      const { invitationId, userId } = command;
      if (!known) throw new Refused('invitation_not_found', 'this invitation is not valid, or no longer', 'invitation');
      if (known.acceptedBy === userId) return [];
      if (known.acceptedBy !== null) throw new Refused('invitation_used', 'this invitation has been used', 'invitation');
      if (known.expiresAt <= command.at) throw new Refused('invitation_expired', 'this invitation has expired', 'invitation');
      if (state.members.has(userId)) throw new Refused('already_member', 'you are a member of this organization already', 'invitation');
      return [{ type: 'MemberJoined', data: { userId, role: known.role, invitationId } }];
    }
    default:
      return never(command);
  }
}

function decideMember(command: Only<'ChangeMemberRole' | 'RemoveMember'>, state: Organization): OrganizationEvent[] {
  const { userId, by } = command;
  const role = state.members.get(userId);
  if (role === undefined) throw new Refused('member_not_found', 'there is no such member', 'user_id');
  notAbove(by, role);
  switch (command.type) {
    case 'ChangeMemberRole':
      notAbove(by, command.role);
      if (command.role === role) return [];
      if (role === 'owner') anotherOwnerThan(userId, state);
      return [{ type: 'MemberRoleChanged', data: { userId, role: command.role } }];
    case 'RemoveMember':
      if (role === 'owner') anotherOwnerThan(userId, state);
      return [{ type: 'MemberRemoved', data: { userId } }];
    default:
      return never(command);
  }
}

function decideKey(command: Only<'IssueApiKey' | 'ChangeApiKey' | 'RotateApiKey' | 'RevokeApiKey'>, state: Organization): OrganizationEvent[] {
  const known = state.keys.get(command.keyId);
  if (command.type === 'IssueApiKey') {
    const { keyId, mode, digest, hint, terms } = command;
    notAbove(command.by, terms.role);
    return known ? [] : [{ type: 'ApiKeyIssued', data: { keyId, mode, digest, hint, terms } }];
  }
  if (!known) throw new Refused('key_not_found', 'there is no such key', 'key_id');
  if (command.type === 'RevokeApiKey') return known.revoked ? [] : [{ type: 'ApiKeyRevoked', data: { keyId: command.keyId } }];
  if (known.revoked) throw new Refused('key_revoked', 'this key has been revoked', 'key_id');
  notAbove(command.by, known.terms.role);
  switch (command.type) {
    case 'ChangeApiKey':
      notAbove(command.by, command.terms.role);
      return same(known.terms, command.terms) ? [] : [{ type: 'ApiKeyChanged', data: { keyId: command.keyId, terms: command.terms } }];
    case 'RotateApiKey': {
      const { keyId, digest, hint, previousValidUntil } = command;
      return known.digest === digest ? [] : [{ type: 'ApiKeyRotated', data: { keyId, digest, hint, previousValidUntil } }];
    }
    default:
      return never(command);
  }
}

function notAbove(by: Role, role: Role): void {
  if (!atLeast(by, role)) throw new Refused('role_not_allowed', `this needs the role ${role}; yours is ${by}`, 'role');
}

/** An organization whose last owner is gone can never be administered again. */
function anotherOwnerThan(userId: UserId, state: Organization): void {
  for (const [member, role] of state.members) if (member !== userId && role === 'owner') return;
  throw new Refused('last_owner', 'an organization keeps at least one owner', 'user_id');
}

function join(state: Organization, { userId, role, invitationId }: Extract<OrganizationEvent, { type: 'MemberJoined' }>['data']): Organization {
  const members = put(state.members, userId, role);
  const invitation = invitationId === null ? undefined : state.invitations.get(invitationId);
  if (invitationId === null || !invitation) return { ...state, members };
  return { ...state, members, invitations: put(state.invitations, invitationId, { ...invitation, acceptedBy: userId }) };
}

function withKey(state: Organization, keyId: KeyId, change: Partial<IssuedKey>): Organization {
  const key = state.keys.get(keyId);
  return key ? { ...state, keys: put(state.keys, keyId, { ...key, ...change }) } : state;
}

const put = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> => new Map(map).set(key, value);

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
