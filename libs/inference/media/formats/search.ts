/** Web search APIs: Exa (docs.exa.ai), Tavily (docs.tavily.com), and Perplexity's search (docs.perplexity.ai). */
import { objectsIn, stringAt, type Json } from '../../domain/json.js';
import { nothingMade, type Found, type MediaAnswer } from '../../domain/media.js';
import type { MediaFormat, MediaResponse } from '../media-format.js';
import { json, picked } from './openai-media.js';

const snippetChars = 600;

/** A search that finds nothing is an answer too. */
function searchAnswer(answer: Json, snippetField: string): MediaAnswer {
  const found = objectsIn(answer['results']).map((item): Found => ({
    title: stringAt(item, 'title') ?? '',
    url: stringAt(item, 'url') ?? '',
    snippet: (stringAt(item, snippetField) ?? stringAt(item, 'snippet') ?? '').slice(0, snippetChars),
  }));
  return { ...nothingMade, found, text: stringAt(answer, 'answer') };
}

const searchFormat = (path: string, fields: readonly string[], more: Json, snippetField: string): MediaFormat => ({
  kinds: ['search'],
  request: ({ prompt, parameters }) => ({ method: 'POST', path, body: { query: prompt, ...more, ...picked(parameters, fields) } }),
  read: (response: MediaResponse) => searchAnswer(json(response), snippetField),
});

export const exaSearch = searchFormat('/search', ['numResults', 'type', 'category', 'includeDomains', 'excludeDomains', 'startPublishedDate'], { contents: { text: { maxCharacters: snippetChars } } }, 'text');
export const tavilySearch = searchFormat('/search', ['max_results', 'search_depth', 'topic', 'days', 'include_domains', 'exclude_domains'], { include_answer: true }, 'content');
export const perplexitySearch = searchFormat('/search', ['max_results', 'search_domain_filter', 'country'], {}, 'snippet');
