/** The gateway for chat: one run per call, all sharing circuits, rests, retry budget, connections and one timer. */
import type { ChatCall, ClientSink, Outcome } from '../domain/outcome.js';
import type { InferenceGateway } from '../gateway.js';
import type { Upstream } from '../upstream/upstream.js';
import { ChatRun } from './chat-run.js';
import { EndpointStates } from './endpoint-states.js';
import type { GatewayParts, Targets } from './gateway-parts.js';
import { defaultLimits, type GatewayLimits } from './limits.js';
import { Retries } from './retries.js';
import { Watch } from './watch.js';

export class ChatGateway implements InferenceGateway {
  private readonly parts: GatewayParts;
  private readonly running = new Set<ChatRun>();

  constructor(
    targets: Targets,
    private readonly upstreams: readonly Upstream[],
    limits: Partial<GatewayLimits> = {},
  ) {
    this.parts = { targets, states: new EndpointStates(), retries: new Retries(), watch: new Watch(), limits: { ...defaultLimits, ...limits } };
  }

  async chat(call: ChatCall, sink: ClientSink | null): Promise<Outcome> {
    const run = new ChatRun(this.parts, call, sink);
    this.running.add(run);
    try {
      return await run.run();
    } finally {
      this.running.delete(run);
    }
  }

  async close(): Promise<void> {
    for (const run of this.running) run.cancel('operator');
    await Promise.all(this.upstreams.map((upstream) => upstream.close()));
  }
}
