/** Web search APIs as data: each takes words and answers a list. Adding one is a row here and one in the table of hosts. */
import { isObject, objectsIn, stringAt, type Json } from '../../domain/json.js';
import { resultsAsked } from '../../domain/media-parameters.js';
import { nothingMade, type Found, type MediaAnswer } from '../../domain/media.js';
import { InvalidAnswer, type MediaFormat, type MediaRequest } from '../media-format.js';
import { json, picked } from './wire.js';

interface Engine {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The field of the words, and of how many results are wanted. */
  readonly query: string;
  readonly count: string;
  /** Further fields it knows. */
  readonly takes: readonly string[];
  readonly always?: Json;
  /** What a model of the catalogue means in its words. */
  readonly models?: Readonly<Record<string, Json>>;
  /** The list, by its path in the answer; and the fields of an item. */
  readonly results: readonly string[];
  readonly url: string;
  readonly title: string;
  readonly snippet: string;
}

const snippetChars = 600;

/** docs.exa.ai, docs.tavily.com, docs.perplexity.ai, brave.com/search/api, serper.dev, docs.firecrawl.dev, docs.linkup.so */
const engines: Readonly<Record<string, Engine>> = {
  exa: {
    method: 'POST', path: '/search', query: 'query', count: 'numResults', takes: ['type', 'category', 'includeDomains', 'excludeDomains', 'startPublishedDate'],
    always: { contents: { text: { maxCharacters: snippetChars } } }, results: ['results'], url: 'url', title: 'title', snippet: 'text',
  },
  tavily: {
    method: 'POST', path: '/search', query: 'query', count: 'max_results', takes: ['topic', 'days', 'include_domains', 'exclude_domains'], always: { include_answer: true },
    models: { search: { search_depth: 'basic' }, 'search-advanced': { search_depth: 'advanced' } }, results: ['results'], url: 'url', title: 'title', snippet: 'content',
  },
  perplexity: { method: 'POST', path: '/search', query: 'query', count: 'max_results', takes: ['search_domain_filter', 'country'], results: ['results'], url: 'url', title: 'title', snippet: 'snippet' },
  brave: {
    method: 'GET', path: '/res/v1/web/search', query: 'q', count: 'count', takes: ['country', 'search_lang', 'freshness'], results: ['web', 'results'], url: 'url', title: 'title', snippet: 'description',
  },
  serper: { method: 'POST', path: '/search', query: 'q', count: 'num', takes: ['gl', 'hl', 'tbs'], results: ['organic'], url: 'link', title: 'title', snippet: 'snippet' },
  firecrawl: { method: 'POST', path: '/v1/search', query: 'query', count: 'limit', takes: ['lang', 'country', 'tbs'], results: ['data'], url: 'url', title: 'title', snippet: 'description' },
  linkup: {
    method: 'POST', path: '/v1/search', query: 'q', count: 'maxResults', takes: ['includeDomains', 'excludeDomains', 'fromDate', 'toDate'], always: { outputType: 'searchResults' },
    models: { search: { depth: 'standard' }, 'search-deep': { depth: 'deep' } }, results: ['results'], url: 'url', title: 'name', snippet: 'content',
  },
};

export const search: MediaFormat = {
  request({ call: { prompt, parameters }, modelId, host }): MediaRequest {
    const engine = engineOf(host);
    const wanted = resultsAsked(parameters);
    const fields = { [engine.query]: prompt, ...engine.always, ...engine.models?.[modelId], ...picked(parameters, engine.takes), ...(wanted !== null && { [engine.count]: wanted }) };
    if (engine.method === 'POST') return { method: 'POST', path: engine.path, body: fields };
    return { method: 'GET', path: `${engine.path}?${new URLSearchParams(Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]))}` };
  },

  /** A search that finds nothing is an answer too; one without a list of results is not. */
  read(response, { host }): MediaAnswer {
    const answer = json(response);
    const { results, url, title, snippet } = engineOf(host);
    const list = results.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), answer);
    if (!Array.isArray(list) && (results.length === 1 || Object.keys(answer).length === 0)) throw new InvalidAnswer('the provider sent no list of results');
    const found = objectsIn(list).map((item): Found => ({ title: stringAt(item, title) ?? '', url: stringAt(item, url) ?? '', snippet: (stringAt(item, snippet) ?? '').slice(0, snippetChars) }));
    return { ...nothingMade, found, text: stringAt(answer, 'answer') };
  },
};

function engineOf(host: string): Engine {
  const engine = engines[host];
  if (!engine) throw new TypeError(`no search engine ${host}`);
  return engine;
}

export const searchEngines: readonly string[] = Object.keys(engines);
