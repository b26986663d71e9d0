/** Who is calling: the outcome of authentication, handed to every controller and command. */
import type { Actor } from '../../event-sourcing/domain/event.js';

export type OrgId = string & { readonly orgId: true };
export type KeyId = string & { readonly keyId: true };
export type UserId = string & { readonly userId: true };

/** Test keys are served by the sandbox provider and never touch a wallet. */
export const keyModes = ['live', 'test'] as const;
export type KeyMode = (typeof keyModes)[number];

/** From least to most: each may do what the ones before it may. */
export const roles = ['viewer', 'developer', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];

/** Whether a role may do what `needed` may. */
export const atLeast = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed);

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
