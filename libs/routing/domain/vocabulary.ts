/** The words of routing, as the HTTP contract spells them. */
export const tasks = ['text', 'image', 'video', 'music', 'speech', 'code', 'web_search'] as const;
export type Task = (typeof tasks)[number];

/** Work that may be answered with a job. */
export const longWorkKinds = ['video', 'music', 'image', 'speech', 'transcript'] as const;
export type LongWorkKind = (typeof longWorkKinds)[number];

export const contentModes = ['generate', 'edit', 'combine'] as const;
export type ContentMode = (typeof contentModes)[number];

export const optimizations = ['price-optimized', 'balanced', 'output-optimized'] as const;
export type Optimization = (typeof optimizations)[number];

export const classificationModes = ['auto', 'regex'] as const;
export type ClassificationMode = (typeof classificationModes)[number];

export const complexityTiers = ['SIMPLE', 'MEDIUM', 'COMPLEX', 'REASONING'] as const;
export type ComplexityTier = (typeof complexityTiers)[number];

export const priceTiers = ['economy', 'standard', 'balanced', 'premium', 'flagship'] as const;
export type PriceTier = (typeof priceTiers)[number];

export const modalities = ['text', 'image', 'audio', 'video', 'file'] as const;
export type Modality = (typeof modalities)[number];

/** The route of the API a request came in by; recorded in the log. */
export const endpoints = [
  'auto/route', 'auto/suggest', 'models/route', 'models/price-comparison', 'chat/completions', 'responses', 'messages',
  'embeddings', 'images/generations', 'images/edits', 'audio/speech', 'audio/transcriptions',
] as const;
export type Endpoint = (typeof endpoints)[number];

/** Names under which a client asks for the best model rather than for one. */
export const routerNames: readonly string[] = ['router', 'auto', 'greatrouter/auto', 'greatrouter/router'];

/** `provider/model-name`. */
export type ModelId = string & { readonly modelId: true };
export type ProviderSlug = string;
export type RequestId = string & { readonly requestId: true };
