/** Every organization with its members, invitations and limits, in memory, kept live from the log. */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { LiveFold } from '../../event-sourcing/live-folds.js';
import type { Digest, Limits } from '../domain/api-key.js';
import type { OrgId, Role, UserId } from '../domain/caller.js';
import type { InvitationId, MemberInvited, OrganizationEvent } from '../domain/organization.js';

export interface Member {
  readonly userId: UserId;
  readonly role: Role;
  readonly joinedAt: string;
}

export interface OpenInvitation extends MemberInvited {
  readonly orgId: OrgId;
  readonly invitedAt: string;
}

export interface OrganizationView {
  readonly orgId: OrgId;
  readonly name: string;
  readonly createdAt: string;
  readonly limits: Limits | null;
  readonly members: ReadonlyMap<UserId, Member>;
  /** Neither accepted nor revoked; some may have expired. */
  readonly invitations: ReadonlyMap<InvitationId, OpenInvitation>;
}

interface Entry {
  readonly orgId: OrgId;
  readonly name: string;
  readonly createdAt: string;
  limits: Limits | null;
  readonly members: Map<UserId, Member>;
  readonly invitations: Map<InvitationId, OpenInvitation>;
}

type OtherThanKeys = Exclude<OrganizationEvent, { type: `ApiKey${string}` }>;

interface Saved extends Omit<OrganizationView, 'members' | 'invitations'> {
  readonly members: readonly Member[];
  readonly invitations: readonly OpenInvitation[];
}

export class Organizations implements LiveFold {
  readonly name = 'organizations';
  readonly version = '1';
  readonly types = [
    'OrganizationCreated', 'OrganizationLimitsSet', 'MemberInvited', 'InvitationRevoked', 'MemberJoined', 'MemberRoleChanged', 'MemberRemoved',
  ] as const satisfies readonly OtherThanKeys['type'][];
  private readonly byId = new Map<OrgId, Entry>();
  private readonly byUser = new Map<UserId, Set<OrgId>>();
  private readonly byInvitation = new Map<Digest, OpenInvitation>();

  get(orgId: OrgId): OrganizationView | undefined {
    return this.byId.get(orgId);
  }

  all(): readonly OrganizationView[] {
    return [...this.byId.values()];
  }

  /** In the order the person joined them. */
  ofUser(userId: UserId): readonly OrganizationView[] {
    return [...(this.byUser.get(userId) ?? [])].map((orgId) => this.byId.get(orgId)!);
  }

  roleOf(orgId: OrgId, userId: UserId): Role | undefined {
    return this.byId.get(orgId)?.members.get(userId)?.role;
  }

  limitsOf(orgId: OrgId): Limits | null {
    return this.byId.get(orgId)?.limits ?? null;
  }

  invitationOf(digest: Digest): OpenInvitation | undefined {
    return this.byInvitation.get(digest);
  }

  apply({ stream, type, data, metadata }: Recorded): void {
    const event = { type, data } as OtherThanKeys;
    if (event.type === 'OrganizationCreated') {
      const { orgId, name } = event.data;
      this.byId.set(orgId, { orgId, name, createdAt: metadata.at, limits: null, members: new Map(), invitations: new Map() });
      return;
    }
    const entry = this.byId.get(stream.slice(stream.indexOf('-') + 1) as OrgId);
    if (entry) this.applyTo(entry, event, metadata.at);
  }

  snapshot(): readonly Saved[] {
    return [...this.byId.values()].map((entry) => ({ ...entry, members: [...entry.members.values()], invitations: [...entry.invitations.values()] }));
  }

  restore(snapshot: unknown): void {
    for (const saved of snapshot as readonly Saved[]) {
      const entry: Entry = { ...saved, members: new Map(), invitations: new Map() };
      this.byId.set(saved.orgId, entry);
      for (const member of saved.members) this.join(entry, member);
      for (const invitation of saved.invitations) this.invite(entry, invitation);
    }
  }

  private applyTo(entry: Entry, event: Exclude<OtherThanKeys, { type: 'OrganizationCreated' }>, at: string): void {
    switch (event.type) {
      case 'OrganizationLimitsSet':
        entry.limits = event.data.limits;
        return;
      case 'MemberInvited':
        return this.invite(entry, { ...event.data, orgId: entry.orgId, invitedAt: at });
      case 'InvitationRevoked':
        return this.uninvite(entry, event.data.invitationId);
      case 'MemberJoined':
        if (event.data.invitationId !== null) this.uninvite(entry, event.data.invitationId);
        return this.join(entry, { userId: event.data.userId, role: event.data.role, joinedAt: at });
      case 'MemberRoleChanged': {
        const member = entry.members.get(event.data.userId);
        if (member) entry.members.set(member.userId, { ...member, role: event.data.role });
        return;
      }
      case 'MemberRemoved':
        entry.members.delete(event.data.userId);
        this.byUser.get(event.data.userId)?.delete(entry.orgId);
        return;
      default:
    }
  }

  private join(entry: Entry, member: Member): void {
    entry.members.set(member.userId, member);
    const joined = this.byUser.get(member.userId);
    if (joined) joined.add(entry.orgId);
    else this.byUser.set(member.userId, new Set([entry.orgId]));
  }

  private invite(entry: Entry, invitation: OpenInvitation): void {
    entry.invitations.set(invitation.invitationId, invitation);
    this.byInvitation.set(invitation.digest, invitation);
  }

  private uninvite(entry: Entry, invitationId: InvitationId): void {
    const invitation = entry.invitations.get(invitationId);
    if (!invitation) return;
    entry.invitations.delete(invitationId);
    this.byInvitation.delete(invitation.digest);
  }
}
