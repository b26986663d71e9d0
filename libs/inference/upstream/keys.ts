/** The operator's provider keys and addresses. Nothing a caller sends can change either. */
import { hostOf, type ProviderHost } from '../domain/hosts.js';
import type { ProviderSlug } from '../../routing/domain/vocabulary.js';

/** `apiKey` may hold several keys, separated by commas: when one is limited or refused, the next is used. */
export interface ProviderSettings {
  readonly apiKey: string | null;
  readonly baseUrl: string | null;
}
export type Providers = Readonly<Record<ProviderSlug, ProviderSettings>>;

/** A host that can be called: its row with the operator's address, and its keys. */
export interface ConfiguredHost {
  readonly host: ProviderHost;
  readonly keys: readonly string[];
}

/** The hosts that have a key. */
export class ConfiguredHosts {
  private readonly bySlug = new Map<ProviderSlug, ConfiguredHost>();

  constructor(providers: Providers) {
    for (const [slug, { apiKey, baseUrl }] of Object.entries(providers)) {
      const host = hostOf(slug);
      const keys = (apiKey ?? '').split(',').map((key) => key.trim()).filter((key) => key !== '');
      if (host === null || keys.length === 0) continue;
      this.bySlug.set(host.slug, { host: baseUrl === null ? host : { ...host, baseUrl: baseUrl.replace(/\/+$/, '') }, keys });
    }
  }

  /** Null when the host is unknown or has no key. */
  of(slug: ProviderSlug): ConfiguredHost | null {
    return this.bySlug.get(slug) ?? this.bySlug.get(hostOf(slug)?.slug ?? '') ?? null;
  }

  slugs(): ProviderSlug[] {
    return [...this.bySlug.keys()];
  }
}
