/** Who is calling: the outcome of authentication, handed to every controller and command. */
import type { Actor } from '../../event-sourcing/domain/event.js';

export type OrgId = string & { readonly orgId: true };
export type KeyId = string & { readonly keyId: true };
export type UserId = string & { readonly userId: true };

/** Test keys are served by the sandbox provider and never touch a wallet. */
export type KeyMode = 'live' | 'test';

export type Role = 'owner' | 'admin' | 'developer' | 'viewer';

/** What a key may reach; an absent list means everything. Part of the request that `decide` sees. */
export interface KeyScope {
  readonly models?: readonly string[];
  readonly providers?: readonly string[];
  readonly tasks?: readonly string[];
}

export interface Caller {
  readonly orgId: OrgId;
  /** Null when a person came by session cookie. */
  readonly keyId: KeyId | null;
  readonly userId: UserId | null;
  readonly mode: KeyMode;
  readonly role: Role;
  readonly scope: KeyScope | null;
  readonly actor: Actor;
}
