/**
 * An API key: how its text looks, and what its holder may do.
 * The text is shown once. What is kept is its HMAC under a pepper the server derives from the master key, so the
 * digest in an event proves a key without being one: who reads the log can neither use a digest nor test a guess.
 */
import type { PicoDollars } from '../../money/money.js';
import type { KeyMode, KeyScope, Role } from './caller.js';

/** Lower-case hex HMAC-SHA256 of a secret under the server's pepper. */
export type Digest = string & { readonly digest: true };

/** `pk_{live|test}_{9 chars}_{32 hex}`: nine public characters to recognise a key by, then 128 secret bits. */
const keyText = /^(pk_(live|test)_[0-9A-Za-z]{9})_[0-9a-f]{32}$/;

export interface KeyText {
  readonly mode: KeyMode;
  /** The part that may be shown and logged: `pk_test_{9 chars}`. */
  readonly hint: string;
}

/** Null when the text has not the shape of a key. */
export function parseKeyText(text: string): KeyText | null {
  const match = keyText.exec(text);
  return match ? { mode: match[2] as KeyMode, hint: match[1]! } : null;
}

/** Nine of [0-9a-z] and 32 hex digits, both random, make a key. */
export const writeKeyText = (mode: KeyMode, handle: string, secret: string): string => `pk_${mode}_${handle}_${secret}`;

/** A minute's allowance; null: no limit of that kind. */
export interface Limits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly concurrentRequests: number | null;
}
export const unlimited: Limits = { requestsPerMinute: null, tokensPerMinute: null, concurrentRequests: null };

/** What a key may spend, by UTC day, by UTC month, and in its life; null: as much as the wallet gives. */
export interface KeyBudget {
  readonly perDay: PicoDollars | null;
  readonly perMonth: PicoDollars | null;
  readonly total: PicoDollars | null;
}

/** A key never owns an organization. */
export type KeyRole = Exclude<Role, 'owner'>;

/** Everything about a key that its owner may change later. */
export interface KeyTerms {
  readonly name: string;
  readonly role: KeyRole;
  readonly scope: KeyScope;
  /** Prefixes of paths, such as `/v1/chat/`; null: every route the role may use. */
  readonly endpoints: readonly string[] | null;
  /** CIDR ranges or single addresses, IPv4 or IPv6; null: from anywhere. */
  readonly ipRanges: readonly string[] | null;
  readonly limits: Limits;
  readonly budget: KeyBudget | null;
  /** ISO 8601; null: until it is revoked. */
  readonly expiresAt: string | null;
}

/** A developer's key without any restriction. */
export const plainTerms = (name: string): KeyTerms => ({
  name, role: 'developer', scope: {}, endpoints: null, ipRanges: null, limits: unlimited, budget: null, expiresAt: null,
});

/** Whether anything holds the key back besides its role. */
export const isRestricted = ({ scope, endpoints, ipRanges, limits, budget, expiresAt }: KeyTerms): boolean =>
  [scope.models, scope.providers, scope.tasks].some((list) => list !== undefined) ||
  [endpoints, ipRanges, budget, expiresAt, ...Object.values(limits)].some((restriction) => restriction !== null);
