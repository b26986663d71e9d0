/** Token counts of one answer, whatever dialect the provider counted in. */
import type { Usage } from '../../routing/domain/events.js';

/** The counts every log keeps, and the finer ones that some prices need. Absent means none were reported. */
export interface MeteredUsage extends Usage {
  /** Part of both cachedInputTokens and inputAudioTokens. */
  readonly cachedAudioTokens?: number;
  /** Part of inputTokens. */
  readonly inputImageTokens?: number;
  /** Part of outputTokens. */
  readonly outputImageTokens?: number;
  /** Part of cacheWriteTokens: kept for an hour, which Anthropic bills at another rate. */
  readonly hourCacheWriteTokens?: number;
  /** Searches the model made on the web while answering. */
  readonly webSearches?: number;
}

export const noUsage: MeteredUsage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  inputAudioTokens: 0,
  outputAudioTokens: 0,
  units: null,
};

/** Every count there is, so that a reading only sets some of them: to add one to a spread costs V8 half a microsecond. */
const nothingCounted: Required<MeteredUsage> = { ...noUsage, cachedAudioTokens: 0, inputImageTokens: 0, outputImageTokens: 0, hourCacheWriteTokens: 0, webSearches: 0 };

type Raw = Readonly<Record<string, unknown>>;

/**
 * OpenAI chat and its relatives. `prompt_tokens` includes cached and audio tokens. Reasoning is part of
 * `completion_tokens`, except where the total shows that it was counted beside it (xAI).
 */
export function openAiUsage(raw: Raw): MeteredUsage {
  const input = part(raw, 'prompt_tokens_details');
  const output = part(raw, 'completion_tokens_details');
  const prompt = count(raw['prompt_tokens']);
  const completion = count(raw['completion_tokens']);
  const reasoning = count(output['reasoning_tokens']) || count(raw['reasoning_tokens']);
  const beside = reasoning > 0 && count(raw['total_tokens']) === prompt + completion + reasoning;
  return compact({
    ...nothingCounted,
    inputTokens: prompt,
    // DeepSeek and Moonshot count cache hits at the top level.
    cachedInputTokens: count(input['cached_tokens']) || count(raw['prompt_cache_hit_tokens']) || count(raw['cached_tokens']),
    cacheWriteTokens: count(input['cache_write_tokens']) || count(input['cache_creation_tokens']),
    outputTokens: beside ? completion + reasoning : completion,
    reasoningTokens: reasoning,
    inputAudioTokens: count(input['audio_tokens']),
    outputAudioTokens: count(output['audio_tokens']),
    cachedAudioTokens: count(part(input, 'cached_tokens_details')['audio_tokens']),
    inputImageTokens: count(input['image_tokens']),
    outputImageTokens: count(output['image_tokens']),
    webSearches: count(raw['num_search_queries']) || count(part(raw, 'server_tool_use')['web_search_requests']),
  });
}

/** Anthropic messages: `input_tokens` is what was neither read from nor written to the cache. */
export function anthropicUsage(raw: Raw): MeteredUsage {
  const read = count(raw['cache_read_input_tokens']);
  const written = count(raw['cache_creation_input_tokens']);
  return compact({
    ...nothingCounted,
    inputTokens: count(raw['input_tokens']) + read + written,
    cachedInputTokens: read,
    cacheWriteTokens: written,
    outputTokens: count(raw['output_tokens']),
    hourCacheWriteTokens: count(part(raw, 'cache_creation')['ephemeral_1h_input_tokens']),
    webSearches: count(part(raw, 'server_tool_use')['web_search_requests']),
  });
}

/** Google generateContent: thoughts are counted beside the candidates, and both are output. */
export function googleUsage(raw: Raw): MeteredUsage {
  const thoughts = count(raw['thoughtsTokenCount']);
  return compact({
    ...nothingCounted,
    inputTokens: count(raw['promptTokenCount']) + count(raw['toolUsePromptTokenCount']),
    cachedInputTokens: count(raw['cachedContentTokenCount']),
    outputTokens: count(raw['candidatesTokenCount']) + thoughts,
    reasoningTokens: thoughts,
    inputAudioTokens: ofModality(raw['promptTokensDetails'], 'AUDIO'),
    outputAudioTokens: ofModality(raw['candidatesTokensDetails'], 'AUDIO'),
    cachedAudioTokens: ofModality(raw['cacheTokensDetails'], 'AUDIO'),
    outputImageTokens: ofModality(raw['candidatesTokensDetails'], 'IMAGE'),
  });
}

/** OpenAI Responses: `input_tokens` includes cached ones, `output_tokens` includes reasoning. */
export function responsesUsage(raw: Raw): MeteredUsage {
  return compact({
    ...nothingCounted,
    inputTokens: count(raw['input_tokens']),
    cachedInputTokens: count(part(raw, 'input_tokens_details')['cached_tokens']),
    outputTokens: count(raw['output_tokens']),
    reasoningTokens: count(part(raw, 'output_tokens_details')['reasoning_tokens']),
  });
}

/** Two attempts that were both billed. */
export function addUsage(a: MeteredUsage, b: MeteredUsage): MeteredUsage {
  const sum: Record<string, number | null> = { ...a };
  for (const [key, value] of Object.entries(b) as [string, number | null][]) {
    sum[key] = value === null ? (sum[key] ?? null) : (sum[key] ?? 0) + value;
  }
  return sum as unknown as MeteredUsage;
}

const count = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0);
const part = (raw: Raw, key: string): Raw => (typeof raw[key] === 'object' && raw[key] !== null ? (raw[key] as Raw) : {});

function ofModality(details: unknown, modality: string): number {
  if (!Array.isArray(details)) return 0;
  return details.reduce((sum: number, each: Raw) => sum + (each['modality'] === modality ? count(each['tokenCount']) : 0), 0);
}

const optional = ['cachedAudioTokens', 'inputImageTokens', 'outputImageTokens', 'hourCacheWriteTokens', 'webSearches'] as const;

/**
 * Leaves out the finer counts that are zero: most answers have none. Never by `delete`, which turns the object into a
 * table that everything after it, the writing of events first, is slow to read.
 */
function compact(usage: MeteredUsage): MeteredUsage {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens, inputAudioTokens, outputAudioTokens, units } = usage;
  const kept: { -readonly [Key in keyof MeteredUsage]: MeteredUsage[Key] } = {
    inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens, inputAudioTokens, outputAudioTokens, units,
  };
  for (const key of optional) if (usage[key]) kept[key] = usage[key];
  return kept;
}
