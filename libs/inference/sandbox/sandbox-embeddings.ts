/**
 * Vectors of the sandbox: of length one, the same for the same text, and near each other for texts that share words
 * and parts of words. Every word and every run of three letters adds its sign at a place drawn from its hash.
 */
import { createHash } from 'node:crypto';
import { noUsage } from '../domain/usage.js';
import type { EmbeddingAnswer, EmbeddingCall, EmbeddingText, Vector } from '../domain/embedding.js';
import { wordsOf } from '../domain/embedding.js';
import { estimateTokens } from '../chat/estimate.js';
import { directivesFor, type Trouble } from './directives.js';

const usualLength = 256;
const wordWeight = 3;

/** @param attempt which call of the request this is, from 1: `once` makes only the first one fail. */
export async function sandboxEmbeddings(call: EmbeddingCall, attempt: number): Promise<{ readonly answer: EmbeddingAnswer } | { readonly trouble: Trouble }> {
  const { trouble, once, delayMs } = directivesFor(call.model.id, wordsOf(call.texts).at(-1) ?? '');
  if (delayMs > 0) await pause(delayMs, call.signal);
  if (trouble && !(once && attempt > 1)) return { trouble };
  const length = call.dimensions ?? call.usualDimensions ?? usualLength;
  const tokens = tokensIn(call.texts);
  return {
    answer: {
      vectors: call.texts.map((text) => vectorOf(text, length)),
      usage: { ...noUsage, inputTokens: tokens },
      rawUsage: { prompt_tokens: tokens, total_tokens: tokens },
    },
  };
}

export const tokensIn = (texts: readonly EmbeddingText[]): number =>
  texts.reduce((sum, text) => sum + (typeof text === 'string' ? Math.max(1, estimateTokens(text)) : text.length), 0);

function vectorOf(text: EmbeddingText, length: number): Vector {
  const vector = new Float64Array(length);
  for (const [feature, weight] of featuresOf(text)) {
    const hash = createHash('sha256').update(feature).digest();
    vector[hash.readUInt32BE(0) % length]! += hash[4]! & 1 ? weight : -weight;
  }
  // A text without a feature, or whose features cancel out, still has a direction.
  if (vector.every((each) => each === 0)) vector[0] = 1;
  const norm = Math.sqrt(vector.reduce((sum, each) => sum + each * each, 0));
  return Array.from(vector, (each) => Math.fround(each / norm));
}

function featuresOf(text: EmbeddingText): [string, number][] {
  if (typeof text !== 'string') return text.map((token) => [`#${token}`, wordWeight]);
  const words = text.normalize('NFKC').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.flatMap((word): [string, number][] => {
    const letters = [...` ${word} `];
    return [[`w${word}`, wordWeight], ...letters.slice(2).map((_, at): [string, number] => [`t${letters.slice(at, at + 3).join('')}`, 1])];
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
