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

/**
 * The hosts that can be called: those of the table with a key, and the operator's own deployments, which are any slug
 * with an address. Those speak OpenAI's format, with or without a key.
 */
export class ConfiguredHosts {
  private readonly bySlug = new Map<ProviderSlug, ConfiguredHost>();
  /** What was asked for before, by any of its names: every host of every model of a chain is looked up for every request. */
  private readonly found = new Map<ProviderSlug, ConfiguredHost | null>();

  /** @param beside hosts that are not in the table of chat hosts */
  constructor(providers: Providers, beside: readonly ProviderHost[] = []) {
    for (const [slug, settings] of Object.entries(providers)) {
      const configured = configure(slug, settings, hostOf(slug) ?? beside.find((row) => row.slug === slug));
      if (configured) this.bySlug.set(configured.host.slug, configured);
    }
  }

  /** Null when the host is unknown or has no key. */
  of(slug: ProviderSlug): ConfiguredHost | null {
    const known = this.found.get(slug);
    if (known !== undefined) return known;
    const configured = this.bySlug.get(slug) ?? this.bySlug.get(hostOf(slug)?.slug ?? '') ?? null;
    this.found.set(slug, configured);
    return configured;
  }

  slugs(): ProviderSlug[] {
    return [...this.bySlug.keys()];
  }
}

function configure(slug: ProviderSlug, { apiKey, baseUrl }: ProviderSettings, known: ProviderHost | undefined): ConfiguredHost | null {
  const keys = (apiKey ?? '').split(',').map((key) => key.trim()).filter((key) => key !== '');
  if (known) return keys.length === 0 ? null : { host: baseUrl === null ? known : { ...known, baseUrl: withoutSlash(baseUrl) }, keys };
  if (baseUrl === null) return null;
  return { host: { slug, baseUrl: withoutSlash(baseUrl), format: 'openai-chat', auth: 'bearer' }, keys: keys.length === 0 ? [''] : keys };
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
