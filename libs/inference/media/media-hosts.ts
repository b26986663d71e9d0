/** Which host makes what, in which format: adding one of a known format is one row. */
import type { MediaKind } from '../domain/media.js';
import type { ProviderHost } from '../domain/hosts.js';
import { openAiImages, openAiSpeech, openAiTranscript } from './formats/openai-media.js';
import { exaSearch, perplexitySearch, tavilySearch } from './formats/search.js';
import type { MediaFormat } from './media-format.js';

interface MediaHostRow {
  /** Slug of the host: its `<HOST>_API_KEY`, and its row among the chat hosts when it has one. */
  readonly host: string;
  /** Only for hosts that are not among the chat hosts. */
  readonly address?: Pick<ProviderHost, 'baseUrl' | 'auth'> & { readonly headers?: ProviderHost['headers'] };
  readonly formats: readonly MediaFormat[];
}

export const mediaHosts: readonly MediaHostRow[] = [
  { host: 'openai', formats: [openAiImages, openAiSpeech, openAiTranscript] },
  { host: 'xai', formats: [openAiImages] },
  { host: 'together', formats: [openAiImages, openAiSpeech, openAiTranscript] },
  { host: 'deepinfra', formats: [openAiImages, openAiSpeech, openAiTranscript] },
  { host: 'groq', formats: [openAiSpeech, openAiTranscript] },
  { host: 'mistral', formats: [openAiSpeech, openAiTranscript] },
  { host: 'exa', address: { baseUrl: 'https://api.exa.ai', auth: 'x-api-key' }, formats: [exaSearch] },
  { host: 'tavily', address: { baseUrl: 'https://api.tavily.com', auth: 'bearer' }, formats: [tavilySearch] },
  { host: 'perplexity', formats: [perplexitySearch] },
];

/** Null when the host makes nothing of the kind. */
export function mediaFormatOf(host: string, kind: MediaKind): MediaFormat | null {
  const row = mediaHosts.find((each) => each.host === host);
  return row?.formats.find(({ kinds }) => kinds.includes(kind)) ?? null;
}

/** The hosts that serve no chat, as rows of the table of hosts. */
export const mediaOnlyHosts: readonly ProviderHost[] = mediaHosts.flatMap(({ host, address }) => (address ? [{ slug: host, format: 'openai-chat', ...address } as const] : []));
