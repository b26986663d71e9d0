/** Where a model can be called at all: at the hosts whose wire format is spoken here. Pure, from the tables of hosts. */
import type { CatalogModel } from '../../catalog/domain/model.js';
import type { ProviderSlug } from '../../routing/domain/vocabulary.js';
import { chainModel } from './chain.js';
import { hostOf } from './hosts.js';
import { mediaKindOf } from './media.js';
import { mediaFormatAt } from './media-hosts.js';
import { mediaEndpoints } from './served-elsewhere.js';

/**
 * Slugs of the hosts a model can be called at once they have a key; empty when none of them has an adapter. A language
 * model may be called at any host, for a slug that is not in the table is the operator's own deployment.
 */
export function callableAt(model: CatalogModel): readonly ProviderSlug[] {
  const kind = mediaKindOf(model);
  if (kind === null) return [...new Set(chainModel(model).endpoints.map(({ host }) => hostOf(host)?.slug ?? host))];
  const endpoints = mediaEndpoints(model).filter(({ host, modelId }) => mediaFormatAt(host, kind, modelId) !== null);
  return [...new Set(endpoints.map(({ host }) => hostOf(host)?.slug ?? host))];
}
