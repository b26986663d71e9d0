/**
 * Which host makes what, in which wire format, as data: adding a host of a known format is one row. `models` are the ids
 * at that host which the format is for; without it, all of the kind.
 */
import type { ProviderSlug } from '../../routing/domain/vocabulary.js';
import { hostOf, type ProviderHost } from './hosts.js';
import type { MediaKind } from './media.js';

export const mediaFormatNames = [
  'openai-images', 'openai-speech', 'openai-transcript', 'openai-video', 'xai-video', 'google-content', 'google-predict', 'google-video', 'fal',
  'replicate', 'runway', 'black-forest-labs', 'minimax-images', 'minimax-video', 'minimax-music', 'minimax-speech', 'elevenlabs-speech',
  'elevenlabs-music', 'elevenlabs-sound', 'elevenlabs-transcript', 'deepgram-speech', 'deepgram-transcript', 'search',
] as const;
export type MediaFormatName = (typeof mediaFormatNames)[number];

export interface Making {
  readonly kind: MediaKind;
  readonly format: MediaFormatName;
  readonly models?: RegExp;
}

export interface MediaHostRow {
  /** Slug of the host: its `<HOST>_API_KEY`, and its row among the chat hosts when it has one. */
  readonly host: ProviderSlug;
  /** Only for hosts that are not among the chat hosts. */
  readonly address?: Pick<ProviderHost, 'baseUrl' | 'auth' | 'headers' | 'site'>;
  readonly makes: readonly Making[];
}

const images = (format: MediaFormatName, models?: RegExp): Making => ({ kind: 'image', format, ...(models && { models }) });
const clips = (format: MediaFormatName, models?: RegExp): Making => ({ kind: 'video', format, ...(models && { models }) });
const music = (format: MediaFormatName, models?: RegExp): Making => ({ kind: 'music', format, ...(models && { models }) });
const speech = (format: MediaFormatName, models?: RegExp): Making => ({ kind: 'speech', format, ...(models && { models }) });
const transcripts = (format: MediaFormatName, models?: RegExp): Making => ({ kind: 'transcript', format, ...(models && { models }) });
const searches: readonly Making[] = [{ kind: 'search', format: 'search' }];

export const mediaHosts: readonly MediaHostRow[] = [
  {
    host: 'openai',
    makes: [
      images('openai-images'), clips('openai-video', /^sora-/), speech('openai-speech', /^(?:tts-|gpt-4o-mini-tts)/), transcripts('openai-transcript', /^(?:whisper-1|gpt-4o.*-transcribe|gpt-transcribe)/),
    ],
  },
  { host: 'xai', makes: [images('openai-images'), clips('xai-video')] },
  {
    host: 'google',
    makes: [
      images('google-predict', /^imagen-/), images('google-content', /^gemini-.*image/), clips('google-video', /^veo-/), music('google-predict', /^lyria-00/),
      music('google-content', /^lyria-3/), speech('google-content', /^gemini-.*tts/),
    ],
  },
  { host: 'together', makes: [images('openai-images'), speech('openai-speech'), transcripts('openai-transcript')] },
  { host: 'deepinfra', makes: [images('openai-images'), speech('openai-speech'), transcripts('openai-transcript')] },
  { host: 'groq', makes: [speech('openai-speech'), transcripts('openai-transcript')] },
  { host: 'mistral', makes: [speech('openai-speech', /tts/), transcripts('openai-transcript', /^voxtral-mini/)] },
  { host: 'zai', makes: [images('openai-images')] },
  { host: 'stepfun', makes: [speech('openai-speech')] },
  {
    host: 'minimax',
    makes: [images('minimax-images'), clips('minimax-video', /hailuo/i), music('minimax-music'), speech('minimax-speech')],
  },
  { host: 'recraft', address: { baseUrl: 'https://external.api.recraft.ai/v1', auth: 'bearer' }, makes: [images('openai-images')] },
  { host: 'bytedance', address: { baseUrl: 'https://ark.ap-southeast.bytepluses.com/api/v3', auth: 'bearer' }, makes: [images('openai-images')] },
  { host: 'fal', address: { baseUrl: 'https://queue.fal.run', auth: 'key' }, makes: [images('fal'), clips('fal'), music('fal'), speech('fal')] },
  { host: 'replicate', address: { baseUrl: 'https://api.replicate.com/v1', auth: 'bearer' }, makes: [images('replicate'), clips('replicate'), music('replicate'), speech('replicate')] },
  {
    host: 'runway',
    address: { baseUrl: 'https://api.dev.runwayml.com', auth: 'bearer', headers: { 'x-runway-version': '2024-11-06' } },
    makes: [images('runway'), clips('runway', /^gen/)],
  },
  { host: 'black-forest-labs', address: { baseUrl: 'https://api.bfl.ai', auth: 'x-key', site: 'bfl.ai' }, makes: [images('black-forest-labs', /^flux-/)] },
  {
    host: 'elevenlabs',
    address: { baseUrl: 'https://api.elevenlabs.io', auth: 'xi-api-key' },
    makes: [
      speech('elevenlabs-speech'), music('elevenlabs-sound', /^sound-/), music('elevenlabs-music', /^music/), transcripts('elevenlabs-transcript'),
    ],
  },
  { host: 'deepgram', address: { baseUrl: 'https://api.deepgram.com', auth: 'token' }, makes: [speech('deepgram-speech'), transcripts('deepgram-transcript', /^nova-/)] },
  { host: 'exa', address: { baseUrl: 'https://api.exa.ai', auth: 'x-api-key' }, makes: searches },
  { host: 'tavily', address: { baseUrl: 'https://api.tavily.com', auth: 'bearer' }, makes: searches },
  { host: 'perplexity', makes: searches },
  { host: 'brave', address: { baseUrl: 'https://api.search.brave.com', auth: 'x-subscription-token' }, makes: searches },
  { host: 'serper', address: { baseUrl: 'https://google.serper.dev', auth: 'x-api-key' }, makes: searches },
  { host: 'firecrawl', address: { baseUrl: 'https://api.firecrawl.dev', auth: 'bearer' }, makes: searches },
  { host: 'linkup', address: { baseUrl: 'https://api.linkup.so', auth: 'bearer' }, makes: searches },
];

/** Null when the host makes nothing of the kind with that model. */
export function mediaFormatAt(host: ProviderSlug, kind: MediaKind, modelId: string): MediaFormatName | null {
  const slug = hostOf(host)?.slug ?? host;
  const row = mediaHosts.find((each) => each.host === slug);
  return row?.makes.find((making) => making.kind === kind && (making.models?.test(modelId) ?? true))?.format ?? null;
}

/** The hosts that serve no chat, as rows of the table of hosts. */
export const mediaOnlyHosts: readonly ProviderHost[] = mediaHosts.flatMap(({ host, address }) => (address ? [{ slug: host, format: 'openai-chat', ...address } as const] : []));
