/** Wires the gateway: HTTP to the hosts that have a key, the sandbox for test keys. */
import { Module, type OnApplicationShutdown, Inject } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { ChatGateway } from './chat/chat-gateway.js';
import { ConfiguredTargets } from './chat/targets.js';
import { INFERENCE_GATEWAY, type InferenceGateway } from './gateway.js';
import { SandboxUpstream } from './sandbox/sandbox-upstream.js';
import { HttpUpstream } from './upstream/http-upstream.js';
import { ConfiguredHosts } from './upstream/keys.js';

@Module({
  providers: [
    {
      provide: INFERENCE_GATEWAY,
      inject: [Config],
      useFactory: ({ providers }: Config): InferenceGateway => {
        const http = new HttpUpstream();
        const sandbox = new SandboxUpstream();
        return new ChatGateway(new ConfiguredTargets(new ConfiguredHosts(providers), http, sandbox), [http, sandbox]);
      },
    },
  ],
  exports: [INFERENCE_GATEWAY],
})
export class InferenceModule implements OnApplicationShutdown {
  constructor(@Inject(INFERENCE_GATEWAY) private readonly gateway: InferenceGateway) {}

  onApplicationShutdown(): Promise<void> {
    return this.gateway.close();
  }
}
