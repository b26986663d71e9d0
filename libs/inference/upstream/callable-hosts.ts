/** Which hosts this installation can call, for anything. */
import type { ProviderSlug } from '../../routing/domain/vocabulary.js';
import { mediaOnlyHosts } from '../domain/media-hosts.js';
import { embeddingOnlyHosts } from '../embeddings/embedding-hosts.js';
import { sandboxHost } from '../sandbox/host.js';
import { ConfiguredHosts, type Providers } from './keys.js';

/** Slugs, sorted: the hosts with a key, and the sandbox, which needs none. */
export const callableHosts = (providers: Providers): readonly ProviderSlug[] =>
  [sandboxHost.slug, ...new ConfiguredHosts(providers, [...mediaOnlyHosts, ...embeddingOnlyHosts]).slugs()].sort();
