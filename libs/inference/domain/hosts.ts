/**
 * Every host the gateway can call, as data: adding one of a known wire format is one row. Quirks are fields that a
 * format reads, never branches on a name. Base URLs can be replaced by `<HOST>_BASE_URL`, by the operator only.
 */
import type { ProviderSlug } from '../../routing/domain/vocabulary.js';

export const wireFormats = ['openai-chat', 'openai-responses', 'anthropic-messages', 'google-generate'] as const;
export type WireFormat = (typeof wireFormats)[number];

export interface ProviderHost {
  readonly slug: ProviderSlug;
  readonly baseUrl: string;
  readonly format: WireFormat;
  /** Models of this host that speak another format, by their id there. */
  readonly otherwise?: { readonly models: RegExp; readonly format: WireFormat };
  /** The header that carries the key; `bearer`, `key` and `token` are schemes of `Authorization`. */
  readonly auth: 'bearer' | 'x-api-key' | 'x-goog-api-key' | 'api-key' | 'x-key' | 'xi-api-key' | 'x-subscription-token' | 'key' | 'token';
  readonly headers?: Readonly<Record<string, string>>;
  /** Domain whose other machines this host sends on to: the key may follow. */
  readonly site?: string;
  readonly quirks?: Partial<ChatQuirks>;
}

/** Where an OpenAI-format host departs from OpenAI. */
export interface ChatQuirks {
  /** The field for the limit of output tokens; `as_sent` leaves it as the client wrote it. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens' | 'as_sent';
  /** Whether messages may have the role `developer`; else they are sent as `system`. */
  readonly developerRole: boolean;
  /** Whether `stream_options.include_usage` is understood. A host without it reports usage by itself or not at all. */
  readonly streamUsage: boolean;
  /** Fields it refuses, left out. */
  readonly refuses: readonly string[];
  /** Fields it knows by another name. */
  readonly renames: Readonly<Record<string, string>>;
  /** The only fields it takes; null takes whatever comes. */
  readonly takesOnly: readonly string[] | null;
  /** Whether a part may be marked with `cache_control`; a strict host refuses what it does not know, so the marks are left out. */
  readonly cacheMarks: boolean;
  /**
   * How an assistant turn at the end is continued: `plain` as it stands, `flagged` with `prefix: true`,
   * `never` when it is refused or answered as a new turn.
   */
  readonly prefill: 'plain' | 'flagged' | 'never';
  /** Models that refuse a prefilled turn though the host takes it. */
  readonly prefillRefusedBy: RegExp | null;
}

export const openAiQuirks: ChatQuirks = {
  maxTokensField: 'as_sent',
  developerRole: false,
  streamUsage: true,
  refuses: [],
  renames: {},
  takesOnly: null,
  cacheMarks: true,
  prefill: 'never',
  prefillRefusedBy: null,
};

/** Fields of OpenAI's own platform, which strict hosts answer with a 400 or 422. */
const platformFields = ['store', 'metadata', 'service_tier', 'prediction', 'prompt_cache_key', 'safety_identifier', 'verbosity', 'web_search_options'];
const openModels: Partial<ChatQuirks> = { maxTokensField: 'max_tokens', refuses: platformFields };

const bearer = (slug: ProviderSlug, baseUrl: string, quirks: Partial<ChatQuirks> = openModels): ProviderHost => ({
  slug, baseUrl, format: 'openai-chat', auth: 'bearer', quirks: { cacheMarks: false, ...quirks },
});

const rows: readonly ProviderHost[] = [
  {
    ...bearer('openai', 'https://api.openai.com/v1', { maxTokensField: 'max_completion_tokens', developerRole: true }),
    otherwise: { models: /(?:^o[13]-pro|-pro|-codex(?:-\w+)?|-deep-research)(?:-\d{4}-\d{2}-\d{2})?$/, format: 'openai-responses' },
  },
  {
    slug: 'anthropic', baseUrl: 'https://api.anthropic.com/v1', format: 'anthropic-messages', auth: 'x-api-key',
    headers: { 'anthropic-version': '2023-06-01' },
    // From Opus 4.6 and Sonnet 4.6 on, a prefilled last turn is a 400 (BerriAI/litellm#27967): only the older take one.
    quirks: { prefill: 'plain', prefillRefusedBy: /^claude-(?!3-|haiku-4-5|opus-4-[0125]|sonnet-4-[0125])/ },
  },
  { slug: 'google', baseUrl: 'https://generativelanguage.googleapis.com/v1beta', format: 'google-generate', auth: 'x-goog-api-key' },
  bearer('xai', 'https://api.x.ai/v1', { refuses: ['store', 'metadata', 'prediction'] }),
  bearer('mistral', 'https://api.mistral.ai/v1', {
    maxTokensField: 'max_tokens', renames: { seed: 'random_seed' }, prefill: 'flagged',
    // Mistral answers unknown fields with a 422.
    takesOnly: [
      'model', 'messages', 'temperature', 'top_p', 'max_tokens', 'stream', 'stop', 'random_seed', 'response_format', 'tools', 'tool_choice',
      'presence_penalty', 'frequency_penalty', 'n', 'prediction', 'parallel_tool_calls', 'prompt_mode', 'reasoning_effort', 'safe_prompt',
    ],
    streamUsage: false,
  }),
  bearer('deepseek', 'https://api.deepseek.com'),
  bearer('moonshot', 'https://api.moonshot.ai/v1'),
  bearer('zai', 'https://api.z.ai/api/paas/v4'),
  bearer('minimax', 'https://api.minimax.io/v1'),
  bearer('alibaba', 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1', { ...openModels, cacheMarks: true }),
  { slug: 'meta', baseUrl: 'https://api.meta.ai/v1', format: 'openai-responses', auth: 'bearer', otherwise: { models: /^(?:Llama|llama)/, format: 'openai-chat' } },
  bearer('cohere', 'https://api.cohere.ai/compatibility/v1', { ...openModels, refuses: [...platformFields, 'parallel_tool_calls', 'logit_bias', 'n'] }),
  bearer('perplexity', 'https://api.perplexity.ai', { maxTokensField: 'max_tokens', refuses: ['store', 'metadata', 'prediction', 'service_tier'] }),
  bearer('nvidia', 'https://integrate.api.nvidia.com/v1', { ...openModels, refuses: [...platformFields, 'user', 'logit_bias'] }),
  bearer('groq', 'https://api.groq.com/openai/v1', { maxTokensField: 'max_completion_tokens', refuses: ['store', 'metadata', 'prediction', 'logit_bias'], prefill: 'plain' }),
  bearer('together', 'https://api.together.ai/v1'),
  bearer('fireworks', 'https://api.fireworks.ai/inference/v1'),
  bearer('cerebras', 'https://api.cerebras.ai/v1', { maxTokensField: 'max_completion_tokens', refuses: ['store', 'metadata', 'prediction', 'frequency_penalty', 'presence_penalty', 'logit_bias'] }),
  bearer('deepinfra', 'https://api.deepinfra.com/v1/openai'),
  // The account is part of the address, so it comes with WORKERS_AI_BASE_URL.
  bearer('workers-ai', 'https://api.cloudflare.com/client/v4/accounts/account/ai/v1'),
  bearer('bedrock', 'https://bedrock-mantle.us-east-1.api.aws/v1'),
  bearer('openrouter', 'https://openrouter.ai/api/v1', { cacheMarks: true, developerRole: true, prefill: 'plain', prefillRefusedBy: /^openai\/|claude-(?!3|haiku-4\.5|opus-4(?:\.[15])?$|sonnet-4(?:\.5)?$)/ }),
  // The resource is part of the address, so it comes with AZURE_BASE_URL (…/openai/v1).
  { ...bearer('azure', 'https://resource.openai.azure.com/openai/v1', { maxTokensField: 'max_completion_tokens', developerRole: true }), auth: 'api-key' },
  bearer('huggingface', 'https://router.huggingface.co/v1'),
  bearer('vercel-ai-gateway', 'https://ai-gateway.vercel.sh/v1', { developerRole: true }),
  bearer('baseten', 'https://inference.baseten.co/v1'),
  bearer('nebius', 'https://api.tokenfactory.nebius.com/v1'),
  bearer('siliconflow', 'https://api.siliconflow.com/v1'),
  bearer('novita', 'https://api.novita.ai/openai'),
  bearer('sambanova', 'https://api.sambanova.ai/v1'),
  bearer('ai21', 'https://api.ai21.com/studio/v1'),
  bearer('stepfun', 'https://api.stepfun.com/v1'),
  bearer('inception', 'https://api.inceptionlabs.ai/v1'),
  bearer('upstage', 'https://api.upstage.ai/v1/solar'),
  bearer('xiaomi', 'https://api.xiaomimimo.com/v1'),
  bearer('scaleway', 'https://api.scaleway.ai/v1'),
  bearer('ovh', 'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1'),
];

/** Other spellings of a host, as catalogues write them. */
const aliases: Readonly<Record<string, ProviderSlug>> = {
  moonshotai: 'moonshot', 'z-ai': 'zai', zhipu: 'zai', qwen: 'alibaba', mistralai: 'mistral', 'x-ai': 'xai', 'meta-llama': 'meta',
  'fireworks-ai': 'fireworks', 'together-ai': 'together', togetherai: 'together', 'cloudflare-workers-ai': 'workers-ai',
  'amazon-bedrock': 'bedrock', 'hugging-face': 'huggingface', vercel: 'vercel-ai-gateway', 'google-ai-studio': 'google', ovhcloud: 'ovh',
};

export const hosts: ReadonlyMap<ProviderSlug, ProviderHost> = new Map(rows.map((row) => [row.slug, row]));

/** The row of a host by its slug or another spelling; null when it is not known. */
export const hostOf = (slug: ProviderSlug): ProviderHost | null => hosts.get(slug) ?? hosts.get(aliases[slug] ?? '') ?? null;

/** The wire format a model speaks at a host. */
export const formatOf = (host: ProviderHost, modelId: string): WireFormat =>
  host.otherwise?.models.test(modelId) ? host.otherwise.format : host.format;

export const quirksOf = (host: ProviderHost): ChatQuirks => (host.quirks ? { ...openAiQuirks, ...host.quirks } : openAiQuirks);

/** Whether a model at this host continues an assistant turn that ends the conversation. */
export function acceptsPrefill(host: ProviderHost, modelId: string): boolean {
  const { prefill, prefillRefusedBy } = quirksOf(host);
  return prefill !== 'never' && !prefillRefusedBy?.test(modelId);
}
