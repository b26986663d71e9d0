/** What other features use of identity. */
export { Access, Caller } from './http/access.js';
export { atLeast, type KeyId, type KeyMode, type KeyScope, type OrgId, type Role, type UserId } from './domain/caller.js';
export type { KeyBudget, Limits } from './domain/api-key.js';
export type { PolicyName } from './domain/policies.js';
