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
