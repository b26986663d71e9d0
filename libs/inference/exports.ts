/** What other features may use of inference, beside its module and its domain. */
export { INFERENCE_GATEWAY, type InferenceGateway } from './gateway.js';
export { splice } from './chat/splice.js';
export { errorEvent } from './chat/client-error.js';
export { estimateTokens, textsOf } from './chat/estimate.js';
export { moderate } from './guardrails/moderate.js';
export { EmbeddingGateway } from './embeddings/embedding-gateway.js';
export { MediaGateway } from './media/media-gateway.js';
export type { Asked } from './dialects/dialect.js';
export { DialectStream } from './dialects/dialect-stream.js';
export { askedInMessages } from './dialects/messages-answer.js';
export { askedInResponses } from './dialects/responses-answer.js';
export { mediaOnlyHosts } from './domain/media-hosts.js';
export { callableHosts } from './upstream/callable-hosts.js';
export { ConfiguredHosts } from './upstream/keys.js';
