/** Wires the gateway: HTTP to the hosts that have a key, the sandbox for test keys. */
import { Module, type OnApplicationShutdown, Inject } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { Vault } from '../platform/vault.js';
import { MemoryAnswerCache, type AnswerCache } from './cache/answer-cache.js';
import { AnswerPlaces } from './cache/answer-place.js';
import { CachedGateway } from './cache/cached-gateway.js';
import { RedisAnswerCache } from './cache/redis-answer-cache.js';
import { ChatGateway } from './chat/chat-gateway.js';
import { ConfiguredTargets } from './chat/targets.js';
import { EmbeddingGateway } from './embeddings/embedding-gateway.js';
import { embeddingOnlyHosts } from './embeddings/embedding-hosts.js';
import { INFERENCE_GATEWAY, type InferenceGateway } from './gateway.js';
import { MediaGateway } from './media/media-gateway.js';
import { mediaOnlyHosts } from './domain/media-hosts.js';
import { SandboxUpstream } from './sandbox/sandbox-upstream.js';
import { HttpUpstream } from './upstream/http-upstream.js';
import { ConfiguredHosts } from './upstream/keys.js';

/** Answers of every kind that may be repeated; closed by the gateway for chat. */
const ANSWER_CACHE = Symbol('AnswerCache');

@Module({
  providers: [
    {
      provide: ANSWER_CACHE,
      inject: [Config],
      useFactory: ({ redisUrl }: Config): AnswerCache => (redisUrl === null ? new MemoryAnswerCache() : new RedisAnswerCache(redisUrl)),
    },
    {
      provide: INFERENCE_GATEWAY,
      inject: [Config, ANSWER_CACHE, Vault],
      useFactory: ({ providers }: Config, cache: AnswerCache, vault: Vault): InferenceGateway => {
        const http = new HttpUpstream();
        const sandbox = new SandboxUpstream();
        const gateway = new ChatGateway(new ConfiguredTargets(new ConfiguredHosts(providers), http, sandbox), [http, sandbox]);
        return new CachedGateway(gateway, cache, new AnswerPlaces(vault));
      },
    },
    {
      provide: EmbeddingGateway,
      inject: [Config, ANSWER_CACHE, Vault],
      useFactory: ({ providers }: Config, cache: AnswerCache, vault: Vault) => new EmbeddingGateway(new ConfiguredHosts(providers, embeddingOnlyHosts), cache, new AnswerPlaces(vault)),
    },
    { provide: MediaGateway, inject: [Config], useFactory: ({ providers }: Config) => new MediaGateway(new ConfiguredHosts(providers, mediaOnlyHosts)) },
  ],
  exports: [INFERENCE_GATEWAY, EmbeddingGateway, MediaGateway],
})
export class InferenceModule implements OnApplicationShutdown {
  constructor(@Inject(INFERENCE_GATEWAY) private readonly gateway: InferenceGateway) {}

  onApplicationShutdown(): Promise<void> {
    return this.gateway.close();
  }
}
