/** Which host turns texts into vectors in which format: adding one that departs from OpenAI's is one row. */
import type { ProviderHost } from '../domain/hosts.js';
import { googleEmbeddings, openAiEmbeddings, type EmbeddingFormat } from './embedding-format.js';

const plain = openAiEmbeddings('dimensions');
const ownName = openAiEmbeddings('output_dimension');

const departing: Readonly<Record<string, EmbeddingFormat>> = { google: googleEmbeddings, mistral: ownName, voyage: ownName };

/** Hosts that speak no chat, as rows of the table of hosts. */
export const embeddingOnlyHosts: readonly ProviderHost[] = [{ slug: 'voyage', baseUrl: 'https://api.voyageai.com/v1', format: 'openai-chat', auth: 'bearer' }];

/** Whoever speaks OpenAI's chat, the operator's own deployments included, is taken to speak its embeddings. Null for the others. */
export function embeddingFormatOf({ slug, format }: ProviderHost): EmbeddingFormat | null {
  return departing[slug] ?? (format === 'openai-chat' ? plain : null);
}
