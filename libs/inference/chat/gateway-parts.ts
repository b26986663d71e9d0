/** What a run of the gateway is given: where models are called, and what all runs of a process know together. */
import type { ChainModel, ModelEndpoint } from '../domain/chain.js';
import type { ChatCall } from '../domain/outcome.js';
import type { ConfiguredHost } from '../upstream/keys.js';
import type { Upstream } from '../upstream/upstream.js';
import type { EndpointStates } from './endpoint-states.js';
import type { GatewayLimits } from './limits.js';
import type { Retries } from './retries.js';
import type { Watch } from './watch.js';

/** What one gateway shares among its calls. */
export interface GatewayParts {
  readonly targets: Targets;
  readonly states: EndpointStates;
  readonly retries: Retries;
  readonly watch: Watch;
  readonly limits: GatewayLimits;
}

/** Where a model of the chain is called. */
export interface Target {
  readonly configured: ConfiguredHost;
  readonly endpoint: ModelEndpoint;
  readonly upstream: Upstream;
  /** Trouble there is asked for by the caller, and must not touch other requests. */
  readonly isolated: boolean;
}

export interface Targets {
  /** The chain with each model at each of its hosts that can be called: one that fails there may answer elsewhere. */
  along(chain: readonly ChainModel[], mode: ChatCall['mode']): readonly ChainModel[];
  /** Null when no endpoint of the model has a key. */
  of(model: ChainModel, mode: ChatCall['mode']): Target | null;
}
