/**
 * Every API key, in memory, kept live from the log: a request is authenticated without a database, and a revocation
 * holds on every process as soon as its subscription hands it the event.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Actor, Recorded } from '../../event-sourcing/domain/event.js';
import type { LiveFold } from '../../event-sourcing/live-folds.js';
import type { Pepper } from '../credentials/pepper.js';
import type { KeyBudget, KeyTerms } from '../domain/api-key.js';
import type { Caller, KeyId, KeyMode, OrgId } from '../domain/caller.js';
import type { ApiKeyIssued, ApiKeyRotated, OrganizationEvent } from '../domain/organization.js';
import { ipMatcher } from '../../platform/ip-ranges.js';

export interface ApiKey {
  readonly keyId: KeyId;
  readonly orgId: OrgId;
  readonly mode: KeyMode;
  readonly digest: string;
  readonly hint: string;
  readonly terms: KeyTerms;
  readonly issuedAt: string;
  readonly issuedBy: Actor;
  readonly revokedAt: string | null;
  /** The text before the last rotation. */
  readonly previous: { readonly digest: string; readonly validUntil: string } | null;
}

/** A key with what a request needs of it, worked out once. */
interface Ready {
  readonly key: ApiKey;
  readonly caller: Caller;
  readonly expiresMs: number;
  readonly comesFrom: ((address: string) => boolean) | null;
}

/** One accepted text of a key: the current one, or the one before it during a rotation. */
interface Accepted {
  readonly bytes: Buffer;
  readonly keyId: KeyId | null;
  readonly validUntilMs: number;
}

export type Refusal = 'unknown' | 'revoked' | 'expired' | 'address';
export type Authenticated = { readonly key: ApiKey; readonly caller: Caller } | { readonly refused: Refusal };

type KeyEvent = Extract<OrganizationEvent, { type: `ApiKey${string}` }>;

const always = Number.POSITIVE_INFINITY;
/** What an unknown text is compared with, so that it costs what a known one costs. */
const nobody: Accepted = { bytes: Buffer.alloc(32), keyId: null, validUntilMs: 0 };
const unknown: Authenticated = { refused: 'unknown' };

export class ApiKeys implements LiveFold {
  readonly name = 'api-keys';
  readonly version = '1';
  readonly types = ['ApiKeyIssued', 'ApiKeyChanged', 'ApiKeyRotated', 'ApiKeyRevoked'] as const;
  private readonly byDigest = new Map<string, Accepted>();
  private readonly byId = new Map<KeyId, Ready>();
  private readonly byOrg = new Map<OrgId, Set<KeyId>>();

  constructor(private readonly pepper: Pepper) {}

  /**
   * Whose key this is. Every text takes the same way: one HMAC of the whole of it, one look-up by the digest, which
   * nobody without the pepper can steer, and one comparison in constant time. Nothing is looked up by a prefix.
   * @param address of the client; @param nowMs milliseconds since 1970.
   */
  authenticate(text: string, address: string, nowMs: number): Authenticated {
    const bytes = this.pepper.bytes('api key', text);
    const accepted = this.byDigest.get(bytes.toString('hex')) ?? nobody;
    const equal = timingSafeEqual(bytes, accepted.bytes);
    const ready = equal && accepted.keyId !== null ? this.byId.get(accepted.keyId) : undefined;
    if (!ready) return unknown;
    if (ready.key.revokedAt !== null) return { refused: 'revoked' };
    if (nowMs >= ready.expiresMs || nowMs >= accepted.validUntilMs) return { refused: 'expired' };
    if (ready.comesFrom && !ready.comesFrom(address)) return { refused: 'address' };
    return ready;
  }

  get(keyId: KeyId): ApiKey | undefined {
    return this.byId.get(keyId)?.key;
  }

  /** Null when the key has none, or is unknown. */
  budgetOf(keyId: KeyId): KeyBudget | null {
    return this.byId.get(keyId)?.key.terms.budget ?? null;
  }

  /** In the order they were issued. */
  of(orgId: OrgId): readonly ApiKey[] {
    return [...(this.byOrg.get(orgId) ?? [])].map((keyId) => this.byId.get(keyId)!.key);
  }

  apply({ stream, type, data, metadata }: Recorded): void {
    const event = { type, data } as KeyEvent;
    switch (event.type) {
      case 'ApiKeyIssued':
        return this.issue(stream.slice(stream.indexOf('-') + 1) as OrgId, event.data, metadata);
      case 'ApiKeyChanged':
        return this.change(event.data.keyId, { terms: event.data.terms });
      case 'ApiKeyRotated':
        return this.rotate(event.data);
      case 'ApiKeyRevoked':
        return this.change(event.data.keyId, { revokedAt: metadata.at });
      default:
    }
  }

  snapshot(): readonly ApiKey[] {
    return [...this.byId.values()].map(({ key }) => key);
  }

  restore(snapshot: unknown): void {
    for (const key of snapshot as readonly ApiKey[]) this.keep(key);
  }

  private issue(orgId: OrgId, issued: ApiKeyIssued, { at, actor }: { at: string; actor: Actor }): void {
    this.keep({ ...issued, orgId, issuedAt: at, issuedBy: actor, revokedAt: null, previous: null });
  }

  private rotate({ keyId, digest, hint, previousValidUntil }: ApiKeyRotated): void {
    const key = this.get(keyId);
    if (!key) return;
    if (key.previous) this.byDigest.delete(key.previous.digest);
    this.keep({ ...key, digest, hint, previous: { digest: key.digest, validUntil: previousValidUntil } });
  }

  private change(keyId: KeyId, change: Partial<ApiKey>): void {
    const key = this.get(keyId);
    if (key) this.keep({ ...key, ...change });
  }

  private keep(key: ApiKey): void {
    this.byId.set(key.keyId, ready(key));
    this.accept(key.digest, key.keyId, always);
    if (key.previous) this.accept(key.previous.digest, key.keyId, Date.parse(key.previous.validUntil));
    const siblings = this.byOrg.get(key.orgId);
    if (siblings) siblings.add(key.keyId);
    else this.byOrg.set(key.orgId, new Set([key.keyId]));
  }

  /** A digest belongs to the key that had it first: issuing the same text again cannot take it over. */
  private accept(digest: string, keyId: KeyId, validUntilMs: number): void {
    const holder = this.byDigest.get(digest);
    if (holder && holder.keyId !== keyId) return;
    this.byDigest.set(digest, { bytes: Buffer.from(digest, 'hex'), keyId, validUntilMs });
  }
}

function ready(key: ApiKey): Ready {
  const { scope, role, ipRanges, expiresAt } = key.terms;
  const unscoped = scope.models === undefined && scope.providers === undefined && scope.tasks === undefined;
  return {
    key,
    caller: { orgId: key.orgId, keyId: key.keyId, userId: null, mode: key.mode, role, scope: unscoped ? null : scope, actor: `key:${key.keyId}` },
    expiresMs: expiresAt === null ? always : Date.parse(expiresAt),
    comesFrom: ipRanges === null ? null : ipMatcher(ipRanges),
  };
}
