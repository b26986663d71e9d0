/** Where each model is called: the sandbox for test keys, else its first endpoint whose host has a key. */
import type { ChainModel } from '../domain/chain.js';
import { sandboxHost } from '../sandbox/host.js';
import type { ChatCall } from '../domain/outcome.js';
import type { ConfiguredHosts } from '../upstream/keys.js';
import type { Upstream } from '../upstream/upstream.js';
import type { Target, Targets } from './gateway-parts.js';

/** Hosts that one model is asked for at, before another model is. */
const mostHosts = 3;
const sandbox = { host: sandboxHost, keys: ['sandbox'] };

export class ConfiguredTargets implements Targets {
  /** A model of a chain never changes, and neither do the hosts that have a key. */
  private readonly spread = new WeakMap<ChainModel, readonly ChainModel[]>();

  constructor(
    private readonly hosts: ConfiguredHosts,
    private readonly http: Upstream,
    private readonly sandboxUpstream: Upstream,
  ) {}

  along(chain: readonly ChainModel[], mode: ChatCall['mode']): readonly ChainModel[] {
    return mode === 'test' || chain.every(({ endpoints }) => endpoints.length < 2) ? chain : chain.flatMap((model) => this.atEachHost(model));
  }

  of(model: ChainModel, mode: ChatCall['mode']): Target | null {
    if (mode === 'test' || model.provider === sandboxHost.slug) {
      // What it would have cost is shown at the price of the maker's own endpoint.
      const pricing = model.endpoints[0]?.pricing ?? null;
      return { configured: sandbox, endpoint: { host: sandboxHost.slug, modelId: model.id, pricing }, upstream: this.sandboxUpstream, isolated: true };
    }
    for (const endpoint of model.endpoints) {
      const configured = this.hosts.of(endpoint.host);
      if (configured) return { configured, endpoint, upstream: this.http, isolated: false };
    }
    return null;
  }

  private atEachHost(model: ChainModel): readonly ChainModel[] {
    let spread = this.spread.get(model);
    if (!spread) this.spread.set(model, (spread = this.spreadOver(model)));
    return spread;
  }

  /** The first host that has a key, then, as stand-ins, those whose price is known. */
  private spreadOver(model: ChainModel): readonly ChainModel[] {
    const [first, ...others] = model.endpoints.filter(({ host }, at, all) => this.hosts.of(host) && all.findIndex((each) => each.host === host) === at);
    if (!first) return [model];
    return [first, ...others.filter(({ pricing }) => pricing !== null)].slice(0, mostHosts).map((endpoint) => ({ ...model, endpoints: [endpoint] }));
  }
}
