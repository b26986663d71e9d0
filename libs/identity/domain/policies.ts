/**
 * Who may use a route. Every controller method names one of these with `@Access`; a route that names none is shut.
 * A reading method (GET, HEAD) needs the role `read`, any other the role `write`.
 */
import type { Role } from './caller.js';

/** How a caller may prove who they are: an API key as bearer, or the dashboard's session cookie. */
export type Credential = 'key' | 'session';

export interface Policy {
  /** Empty: anyone, also without credentials. */
  readonly by: readonly Credential[];
  readonly read: Role;
  readonly write: Role;
  /** Who counts the request against the rate limits: the guard, or the handler, which knows the tokens. */
  readonly limitedBy: 'guard' | 'handler';
}

const keyOrSession = ['key', 'session'] as const;
const anyone: Policy = { by: [], read: 'viewer', write: 'viewer', limitedBy: 'guard' };
const asked = (read: Role, write: Role): Policy => ({ by: keyOrSession, read, write, limitedBy: 'guard' });

export const policies = {
  /** Catalogue taxonomy, health of the process, OpenAPI, sign-in. */
  public: anyone,
  /** The route checks a signature over the raw body itself. */
  webhook: anyone,
  /** A signed-in person, whatever the role: their own account. */
  session: { by: ['session'], read: 'viewer', write: 'viewer', limitedBy: 'guard' },
  /** Calls a model. Bearer only: a cookie never spends money. */
  'route:infer': { by: ['key'], read: 'developer', write: 'developer', limitedBy: 'handler' },
  /** Asks what would be chosen, or reads models; calls and costs nothing. */
  'route:suggest': asked('viewer', 'viewer'),
  'catalog:models': asked('viewer', 'viewer'),
  'org:preferences': asked('viewer', 'developer'),
  'org:feedback': asked('viewer', 'developer'),
  'org:health': asked('viewer', 'viewer'),
  'org:logs': asked('viewer', 'developer'),
  'org:audit': asked('viewer', 'developer'),
  'org:replay': asked('viewer', 'admin'),
  /** Long work that was asked for, and what it made. */
  'org:jobs': asked('viewer', 'developer'),
  'org:wallet': asked('viewer', 'admin'),
  'org:settings': asked('viewer', 'admin'),
  'org:members': asked('viewer', 'admin'),
  'org:keys': asked('developer', 'admin'),
  /** Destroys data for good: personal-data keys, whole organizations. */
  'org:erase': asked('owner', 'owner'),
} as const satisfies Record<string, Policy>;

export type PolicyName = keyof typeof policies;
