import { describe, it } from '@jest/globals';
import { decider } from '../../event-sourcing/testing/given.js';
import { plainTerms, type Digest } from './api-key.js';
import type { KeyId, OrgId, UserId } from './caller.js';
import { organization, type InvitationId, type OrganizationCommand, type OrganizationEvent } from './organization.js';

const { given, nothing } = decider(organization);
const orgId = 'org_acme' as OrgId;
const ann = 'user_ann' as UserId;
const bob = 'user_bob' as UserId;
const keyId = 'key_1' as KeyId;
const invitationId = 'inv_1' as InvitationId;
const digest = 'd1' as Digest;
const terms = plainTerms('ci');

const created: OrganizationEvent = { type: 'OrganizationCreated', data: { orgId, name: 'Acme' } };
const joined = (userId: UserId, role: 'owner' | 'admin' | 'developer' | 'viewer'): OrganizationEvent => ({ type: 'MemberJoined', data: { userId, role, invitationId: null } });
const invited: OrganizationEvent = { type: 'MemberInvited', data: { invitationId, digest, role: 'developer', expiresAt: '2026-02-01T00:00:00.000Z' } };
const issued: OrganizationEvent = { type: 'ApiKeyIssued', data: { keyId, mode: 'live', digest, hint: 'pk_live_abcdefghi', terms } };
const revoked: OrganizationEvent = { type: 'ApiKeyRevoked', data: { keyId } };
const issue: OrganizationCommand = { type: 'IssueApiKey', keyId, mode: 'live', digest, hint: 'pk_live_abcdefghi', terms, by: 'admin' };
const accept = (userId: UserId, at = '2026-01-15T00:00:00.000Z'): OrganizationCommand => ({ type: 'AcceptInvitation', invitationId, userId, at });

describe('an organization', () => {
  it('is created with its first owner', () =>
    nothing.when({ type: 'CreateOrganization', orgId, name: 'Acme', owner: ann }).then(created, joined(ann, 'owner')));
  it('is created by the operator without members', () => nothing.when({ type: 'CreateOrganization', orgId, name: 'Acme', owner: null }).then(created));
  it('is not created twice', () => given([created]).when({ type: 'CreateOrganization', orgId, name: 'Acme', owner: ann }).thenNothing());
  it('does not change hands by being created again', () =>
    given([created]).when({ type: 'CreateOrganization', orgId, name: 'Evil', owner: bob }).thenRefused('organization_exists'));
  it('must exist before anything else happens to it', () => nothing.when(issue).thenRefused('organization_not_found'));
  it('sets its limits once', () => {
    const limits = { requestsPerMinute: 60, tokensPerMinute: null, concurrentRequests: 4 };
    given([created]).when({ type: 'SetOrganizationLimits', limits }).then({ type: 'OrganizationLimitsSet', data: { limits } });
    given([created, { type: 'OrganizationLimitsSet', data: { limits } }]).when({ type: 'SetOrganizationLimits', limits }).thenNothing();
  });
});

describe('an invitation', () => {
  it('is given by an admin to a developer', () =>
    given([created]).when({ type: 'InviteMember', ...invited.data, by: 'admin' } as OrganizationCommand).then(invited));
  it('never grants more than the giver has', () =>
    given([created]).when({ type: 'InviteMember', invitationId, digest, role: 'owner', expiresAt: 'z', by: 'admin' }).thenRefused('role_not_allowed'));
  it('is accepted once', () => {
    const accepted: OrganizationEvent = { type: 'MemberJoined', data: { userId: bob, role: 'developer', invitationId } };
    given([created, invited]).when(accept(bob)).then(accepted);
    given([created, invited, accepted]).when(accept(bob)).thenNothing();
    given([created, invited, accepted]).when(accept(ann)).thenRefused('invitation_used');
  });
  it('expires to the millisecond', () => given([created, invited]).when(accept(bob, '2026-02-01T00:00:00.000Z')).thenRefused('invitation_expired'));
  it('is worth nothing once revoked', () =>
    given([created, invited, { type: 'InvitationRevoked', data: { invitationId } }]).when(accept(bob)).thenRefused('invitation_not_found'));
  it('does not lower the role of who is a member already', () => given([created, joined(ann, 'owner'), invited]).when(accept(ann)).thenRefused('already_member'));
  it('is revoked once, and not after it was used', () => {
    given([created, invited]).when({ type: 'RevokeInvitation', invitationId }).then({ type: 'InvitationRevoked', data: { invitationId } });
    given([created]).when({ type: 'RevokeInvitation', invitationId }).thenNothing();
  });
});

describe('members', () => {
  const both = [created, joined(ann, 'owner'), joined(bob, 'developer')];
  it('change roles', () =>
    given(both).when({ type: 'ChangeMemberRole', userId: bob, role: 'admin', by: 'owner' }).then({ type: 'MemberRoleChanged', data: { userId: bob, role: 'admin' } }));
  it('are not promoted above the role of who asks', () =>
    given(both).when({ type: 'ChangeMemberRole', userId: bob, role: 'owner', by: 'admin' }).thenRefused('role_not_allowed'));
  it('are not touched by a lower role', () => given(both).when({ type: 'RemoveMember', userId: ann, by: 'admin' }).thenRefused('role_not_allowed'));
  it('keep at least one owner', () => {
    given(both).when({ type: 'RemoveMember', userId: ann, by: 'owner' }).thenRefused('last_owner');
    given(both).when({ type: 'ChangeMemberRole', userId: ann, role: 'viewer', by: 'owner' }).thenRefused('last_owner');
    given([...both, { type: 'MemberRoleChanged', data: { userId: bob, role: 'owner' } }])
      .when({ type: 'RemoveMember', userId: ann, by: 'owner' })
      .then({ type: 'MemberRemoved', data: { userId: ann } });
  });
  it('must be members', () => given([created]).when({ type: 'RemoveMember', userId: bob, by: 'owner' }).thenRefused('member_not_found'));
});

describe('an API key', () => {
  it('is issued, once for one id', () => {
    given([created]).when(issue).then(issued);
    given([created, issued]).when(issue).thenNothing();
  });
  it('has no more power than who issues it', () =>
    given([created]).when({ ...issue, by: 'developer', terms: { ...terms, role: 'admin' } } as OrganizationCommand).thenRefused('role_not_allowed'));
  it('changes its terms', () => {
    const narrower = { ...terms, scope: { models: ['openai/gpt-5'] } };
    given([created, issued]).when({ type: 'ChangeApiKey', keyId, terms: narrower, by: 'admin' }).then({ type: 'ApiKeyChanged', data: { keyId, terms: narrower } });
    given([created, issued]).when({ type: 'ChangeApiKey', keyId, terms, by: 'admin' }).thenNothing();
  });
  it('rotates with an overlap', () => {
    const rotated = { keyId, digest: 'd2' as Digest, hint: 'pk_live_jklmnopqr', previousValidUntil: '2026-01-02T00:00:00.000Z' };
    given([created, issued]).when({ type: 'RotateApiKey', ...rotated, by: 'admin' }).then({ type: 'ApiKeyRotated', data: rotated });
    given([created, issued, { type: 'ApiKeyRotated', data: rotated }]).when({ type: 'RotateApiKey', ...rotated, by: 'admin' }).thenNothing();
  });
  it('is revoked once, and stays so', () => {
    given([created, issued]).when({ type: 'RevokeApiKey', keyId }).then(revoked);
    given([created, issued, revoked]).when({ type: 'RevokeApiKey', keyId }).thenNothing();
    given([created, issued, revoked]).when({ type: 'ChangeApiKey', keyId, terms, by: 'owner' }).thenRefused('key_revoked');
  });
  it('must exist', () => given([created]).when({ type: 'RevokeApiKey', keyId }).thenRefused('key_not_found'));
});
