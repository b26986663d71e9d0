/** Where one model of a chain is called: the first of its addresses that has a key here and whose format is known. */
import type { MediaEndpoint, MediaModel } from '../domain/media.js';
import { mediaFormatAt } from '../domain/media-hosts.js';
import type { ConfiguredHost, ConfiguredHosts } from '../upstream/keys.js';
import { mediaFormats } from './formats/formats.js';
import type { MediaFormat } from './media-format.js';

export interface MediaTarget {
  readonly endpoint: MediaEndpoint;
  readonly configured: ConfiguredHost;
  readonly format: MediaFormat;
  /** How many keys the host has. */
  readonly keys: number;
}

/**
 * @param key which of the host's keys, from 0.
 * @param host only this host, for work that it has taken on already.
 */
export function mediaTarget(hosts: ConfiguredHosts, model: MediaModel, key: number, host: string | null = null): MediaTarget | null {
  for (const endpoint of model.endpoints) {
    if (host !== null && endpoint.host !== host) continue;
    const configured = hosts.of(endpoint.host);
    const name = mediaFormatAt(endpoint.host, model.kind, endpoint.modelId);
    if (configured && name) return { endpoint, configured: { ...configured, keys: [...configured.keys.slice(key), ...configured.keys.slice(0, key)] }, format: mediaFormats[name], keys: configured.keys.length };
  }
  return null;
}
