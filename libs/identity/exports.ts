/** What other features use of identity. */
export { Access, Caller } from './http/access.js';
export { atLeast, type KeyId, type KeyMode, type KeyScope, type OrgId, type Role, type UserId } from './domain/caller.js';
export type { KeyBudget, Limits } from './domain/api-key.js';
export type { PolicyName } from './domain/policies.js';
export { bootstrap, type Bootstrapped } from './commands/bootstrap.js';
export { Pepper } from './credentials/pepper.js';
export { Users } from './credentials/users.js';
export { RateLimits, type RateLease } from './limits/rate-limits.js';
