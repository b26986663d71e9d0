/** What other features and the apps use of identity. */
export { Access, Caller, callerOf } from './http/access.js';
export { atLeast, type KeyId, type KeyMode, type KeyScope, type OrgId, type Role, type UserId } from './domain/caller.js';
export { plainTerms, type KeyBudget, type KeyRole, type Limits } from './domain/api-key.js';
export type { PolicyName } from './domain/policies.js';
export { bootstrap, type Bootstrapped } from './commands/bootstrap.js';
export { ChangeOrganization, ChangeOrganizationHandler } from './commands/change-organization.js';
export { CreateOrganization, CreateOrganizationHandler, type NewOrganization } from './commands/create-organization.js';
export { InviteMember, InviteMemberHandler, type NewInvitation } from './commands/invite-member.js';
export { IssueApiKey, IssueApiKeyHandler, type NewKey } from './commands/issue-api-key.js';
export { operator } from './commands/requester.js';
export { Pepper } from './credentials/pepper.js';
export { Users } from './credentials/users.js';
export { RateLimits, type RateLease } from './limits/rate-limits.js';
export { ApiKeys, type ApiKey } from './read-model/api-keys.js';
export { Organizations, type OrganizationView } from './read-model/organizations.js';
