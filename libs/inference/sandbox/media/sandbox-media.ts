/** The sandbox's pictures, clips, music, voices, transcripts and searches: deterministic, free, and failing on demand. */
import { createHash } from 'node:crypto';
import { nothingMade, type MediaAnswer, type MediaCall, type MediaKind } from '../../domain/media.js';
import { directivesFor, type Trouble } from '../directives.js';
import { gif, png, wav } from './artefacts.js';

/** Characters spoken in a second. */
const speakingRate = 15;
const usualSeconds = 4;
const longestSeconds = 30;
const mostImages = 10;
/** A delay is reported in so many steps. */
const progressSteps = 10;

export type SandboxMedia = { readonly answer: MediaAnswer } | { readonly trouble: Trouble };

/** @param attempt which call of the request this is, from 1: `once` makes only the first one fail. */
export async function sandboxMedia(kind: MediaKind, modelId: string, call: MediaCall, attempt: number): Promise<SandboxMedia> {
  const { trouble, once, delayMs } = directivesFor(modelId, call.prompt);
  for (let step = 1; step <= progressSteps && delayMs > 0 && !call.signal.aborted; step++) {
    await pause(delayMs / progressSteps, call.signal);
    call.onProgress?.(step / progressSteps);
  }
  if (trouble && !(once && attempt > 1)) return { trouble };
  return { answer: made(kind, seedOf(modelId, call), call) };
}

function made(kind: MediaKind, seed: Buffer, { prompt, parameters }: MediaCall): MediaAnswer {
  switch (kind) {
    case 'image': {
      const [width, height] = sizeOf(parameters);
      const count = Math.min(mostImages, whole(parameters['n']) ?? 1);
      const artefacts = Array.from({ length: count }, (_, index) => ({ mime: 'image/png', bytes: png(rotated(seed, index), width, height), url: null, seconds: null }));
      return { ...nothingMade, artefacts };
    }
    case 'video':
      return { ...nothingMade, artefacts: [{ mime: 'image/gif', bytes: gif(seed, 96, 54), url: null, seconds: lengthOf(parameters) }] };
    case 'music':
      return { ...nothingMade, artefacts: [{ mime: 'audio/wav', bytes: wav(seed, lengthOf(parameters)), url: null, seconds: lengthOf(parameters) }] };
    case 'speech': {
      const seconds = Math.min(longestSeconds, Math.max(1, Math.ceil(prompt.length / speakingRate)));
      return { ...nothingMade, artefacts: [{ mime: 'audio/wav', bytes: wav(seed, seconds), url: null, seconds }] };
    }
    case 'transcript':
      return { ...nothingMade, text: 'This is what the sandbox hears in every recording.', artefacts: [{ mime: 'text/plain', bytes: null, url: null, seconds: usualSeconds }] };
    case 'search':
      return {
        ...nothingMade,
        text: `Three pages of the sandbox about: ${prompt.slice(0, 80)}`,
        found: [1, 2, 3].map((n) => ({ title: `Result ${n}`, url: `https://sandbox.example/${seed.toString('hex', 0, 4)}/${n}`, snippet: `What page ${n} of the sandbox says.` })),
      };
  }
}

const seedOf = (modelId: string, { prompt, parameters }: MediaCall): Buffer => createHash('sha256').update(JSON.stringify([modelId, prompt, parameters])).digest();
const rotated = (seed: Buffer, by: number): Buffer => Buffer.from(seed.map((_, at) => seed[(at + by) % seed.length]!));
const whole = (value: unknown): number | null => (typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null);

function lengthOf(parameters: MediaCall['parameters']): number {
  const asked = Number(parameters['duration'] ?? parameters['seconds'] ?? usualSeconds);
  return Number.isFinite(asked) && asked > 0 ? Math.min(longestSeconds, asked) : usualSeconds;
}

/** As asked, but small: nobody pays for pixels of the sandbox. */
function sizeOf(parameters: MediaCall['parameters']): [number, number] {
  const [, width, height] = /^(\d{2,4})x(\d{2,4})$/.exec(String(parameters['size'] ?? '')) ?? [];
  return width && height ? [Math.min(512, Number(width)), Math.min(512, Number(height))] : [128, 128];
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
