import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import OpenAI from 'openai';
import { PointsOfThePast } from '../../event-sourcing/as-of.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { LiveFolds } from '../../event-sourcing/live-folds.js';
import { ErrorFilter } from '../../platform/http/error-filter.js';
import { dtoValidation } from '../../platform/http/validation.js';
import type { CatalogEvent } from '../domain/catalog.js';
import { PERFORMANCE_SOURCE } from '../domain/performance.js';
import { perMillionDollars } from '../domain/pricing.js';
import { shippedCatalog } from '../data/shipped-catalog.js';
import { LiveCatalog } from '../read-model/live-catalog.js';
import { SchemaCheck } from '../read-model/schema-check.js';
import { catalogOf, listing } from '../testing/listed.js';
import { CatalogController } from './catalog.controller.js';
import { CatalogReader } from './catalog-reader.js';
import type { ModelJson } from './model-json.js';
import { ModelByIdController, ModelController } from './model.controller.js';
import { ModelsController } from './models.controller.js';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}

const shipped = shippedCatalog();
const gemini = shipped.find(({ id }) => id === 'google/gemini-2.5-pro')!;
const cheaper = { unit: 'token' as const, rates: { input: perMillionDollars('1'), output: perMillionDollars('8') } };
const story: CatalogEvent[] = [
  ...shipped.map(listing),
  { type: 'ModelRepriced', data: { id: gemini.id, pricing: cheaper, price_tier: 'premium', previous: gemini.pricing, publisher: 'operator' } },
  { type: 'ModelRetired', data: { id: gemini.id, reason: 'withdrawn' } },
];
const [atFirstPrice, atNewPrice, atEnd] = [shipped.length, shipped.length + 1, story.length];
/** What follows the catalogue's last event is none of the catalogue's. */
const logEnd = atEnd + 3;
const nothingMore = () => Object.assign((async function* () { yield await Promise.resolve({ kind: 'caught-up' }); })(), { unsubscribe: () => Promise.resolve() });

let app: NestFastifyApplication;
let performance: 'works' | 'fails' | 'hangs' = 'works';

beforeAll(async () => {
  const windows = [{ from: '2026-11-22T10:00:00.000Z', seconds: 300, requests: 4, success_rate: 1, latency_p50_ms: 20, latency_p95_ms: 30 }];
  const module = await Test.createTestingModule({
    controllers: [ModelsController, CatalogController, ModelController, ModelByIdController],
    providers: [
      ModelController,
      CatalogReader,
      PointsOfThePast,
      { provide: EventLog, useValue: { head: () => Promise.resolve(BigInt(logEnd)), subscribe: nothingMore } },
      SchemaCheck,
      { provide: LiveCatalog, useValue: catalogOf(story) },
      { provide: LiveFolds, useValue: { position: () => BigInt(atEnd) } },
      {
        provide: PERFORMANCE_SOURCE,
        useValue: {
          of: () => (performance === 'hangs' ? new Promise(() => {}) : performance === 'fails' ? Promise.reject(new Error('down')) : Promise.resolve(windows)),
        },
      },
    ],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  app.useGlobalPipes(dtoValidation());
  app.useGlobalFilters(new ErrorFilter({ error: () => {} } as never));
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
  const response = await app.inject({ method, url, ...(payload && { payload }) });
  return { status: response.statusCode, body: response.json() };
};
const get = (url: string) => call('GET', url);
const ids = async (url: string) => (await get(url)).body.data.map((model: { id: string }) => model.id) as string[];

describe('GET /v1/models', () => {
  it("is OpenAI's list, with the catalogue's facts on each entry", async () => {
    const { body } = await get('/v1/models?provider=meta');
    expect(body.object).toBe('list');
    expect(body.data.find((model: { id: string }) => model.id === 'meta/llama-3.3-70b-instruct-fp8-fast')).toMatchObject({
      object: 'model', owned_by: 'meta', created: expect.any(Number), task_type: 'text_generation', category: 'llm', type: 'hosted',
      pricing: { currency: 'USD', input_per_million_tokens: 0.293, output_per_million_tokens: 2.253 },
    });
  });

  it('is what the unmodified OpenAI client lists and retrieves', async () => {
    const client = new OpenAI({ apiKey: 'pk_test', baseURL: `${await app.getUrl()}/v1` });
    const listed = [];
    for await (const model of client.models.list()) listed.push(model.id);
    expect(listed.length).toBeGreaterThan(500);
    expect((await client.models.retrieve('openai/gpt-5')).id).toBe('openai/gpt-5');
  });

  it.each<[string, (model: ModelJson) => boolean]>([
    ['task_type=text_generation', (model) => model.task_type === 'text_generation'],
    ['task=code', (model) => model.task === 'code' || model.also_tasks.includes('code')],
    ['provider=openai', (model) => model.provider === 'openai'],
    ['category=image', (model) => model.category === 'image'],
    ['taxonomy=image-editing', (model) => model.capabilities.includes('image_editing')],
    ['capabilities=vision,reasoning', (model) => ['vision', 'reasoning'].every((capability) => model.capabilities.includes(capability))],
    ['capabilities=vision&capabilities=reasoning', (model) => ['vision', 'reasoning'].every((capability) => model.capabilities.includes(capability))],
    ['type=hosted', (model) => model.type === 'hosted'],
    ['catalog_family=llm%2Fopenai--gpt-5', (model) => model.catalog_family === 'llm/openai--gpt-5'],
    ['catalog_visibility=featured', (model) => model.catalog_visibility === 'featured'],
    ['price_tier=economy', (model) => model.price_tier === 'economy'],
    ['tags=open-weights,preview', (model) => ['open-weights', 'preview'].some((tag) => model.tags.includes(tag))],
    ['routable_only=true', (model) => model.routable === true && model.catalog_visibility !== 'long_tail'],
  ])('%s keeps what fits and nothing else', async (query, fits) => {
    const all = (await get('/v1/models')).body.data as ModelJson[];
    const kept = (await get(`/v1/models?${query}`)).body.data as ModelJson[];
    expect(kept.map((model) => model.id)).toEqual(all.filter(fits).map((model) => model.id));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(all.length);
  });

  it('routable_only=false hides nothing', async () => expect(await ids('/v1/models?routable_only=false')).toEqual(await ids('/v1/models')));

  it.each<[string, string, RegExp]>([
    ['task_type=poetry', 'task_type', /Allowed: text_generation, /],
    ['task=poetry', 'task', /Allowed: text, image, video, music, speech, code, web_search/],
    ['provider=opnai', 'provider', /did you mean openai\?.*Allowed: .*openai/],
    ['category=poems', 'category', /Allowed: llm, image, video, music, speech, search/],
    ['taxonomy=poems', 'taxonomy', /Allowed: .*image-editing/],
    ['capabilities=vision,telepathy', 'capabilities', /telepathy is not known.*Allowed: .*vision/],
    ['tags=nonsense', 'tags', /Allowed: /],
    ['type=borrowed', 'type', /Allowed: hosted, proxied/],
    ['catalog_family=llm/openai--gpt-55', 'catalog_family', /did you mean llm\/openai--gpt-5\?/],
    ['catalog_visibility=hidden', 'catalog_visibility', /Allowed: featured, standard, long_tail/],
    ['price_tier=gratis', 'price_tier', /Allowed: economy, standard, balanced, premium, flagship/],
    ['routable_only=maybe', 'routable_only', /true or false/],
    ['colour=blue', 'colour', /Unknown field/],
    ['category=image&provider=anthropic', 'provider', /provider=anthropic contradicts category=image; there, provider may be: .*openai/],
    ['category=image&task_type=text_generation', 'task_type', /contradicts category=image.*may be: image_editing, image_generation/],
    ['taxonomy=speech-to-text&provider=meta', 'provider', /contradicts taxonomy=speech-to-text/],
    ['provider=google&catalog_family=llm/openai--gpt-5', 'catalog_family', /contradicts provider=google/],
    ['as_of=tomorrow', 'as_of', /commit position/],
    ['as_of=9999999', 'as_of', /ahead of the log/],
    ['as_of=2999-01-01', 'as_of', /future/],
  ])('%s is a 400 that names %s', async (query, param, message) => {
    const { status, body } = await get(`/v1/models?${query}`);
    expect([status, body.error.param, body.error.type]).toEqual([400, param, 'invalid_request_error']);
    expect(body.error.message).toMatch(message);
  });
});

describe('POST /v1/models/query', () => {
  const query = (body: object) => call('POST', '/v1/models/query', body);

  it('finds by the beginnings of words in name, maker and description, best first', async () => {
    const { body } = await query({ text: 'claude opu' });
    expect(body.data.length).toBeGreaterThan(3);
    for (const model of body.data) expect(`${model.name} ${model.description}`).toMatch(/Claude Opus/);
    expect((await query({ text: 'GEMINI flash lite' })).body.data[0].id).toMatch(/gemini-.*flash-lite/);
  });

  it('pages without gap or overlap', async () => {
    const whole = (await query({ limit: 500 })).body;
    const paged: string[] = [];
    for (let offset = 0; ; offset += 100) {
      const { body } = await query({ offset });
      expect([body.limit, body.offset, body.total]).toEqual([100, offset, whole.total]);
      paged.push(...body.data.map((model: { id: string }) => model.id));
      if (!body.has_more) break;
    }
    expect(paged.slice(0, 500)).toEqual(whole.data.map((model: { id: string }) => model.id));
    expect(new Set(paged).size).toBe(whole.total);
  });

  it('takes the filters of the list, a tier and tags as well', async () => {
    const { body } = await query({ task_type: 'text_generation', price_tier: 'economy', tags: ['open-weights'], capabilities: ['vision'], routable_only: true });
    expect(body.data.length).toBeGreaterThan(0);
    for (const model of body.data) expect([model.price_tier, model.open_weights, model.routable]).toEqual(['economy', true, true]);
  });

  it('finds nothing as nothing', async () => expect((await query({ text: 'xyzzy' })).body).toMatchObject({ data: [], total: 0, has_more: false }));

  it.each([
    [{ limit: 501 }, 'limit'], [{ limit: 0 }, 'limit'], [{ limit: 'all' }, 'limit'], [{ offset: -1 }, 'offset'], [{ text: 7 }, 'text'],
    [{ price_tier: 'gratis' }, 'price_tier'], [{ sort: 'x' }, 'sort'], [{ routable_only: 'perhaps' }, 'routable_only'], [{ tags: [7] }, 'tags'],
  ])('%j is a 400 that names %s', async (body, param) => {
    const answer = await query(body);
    expect([answer.status, answer.body.error.param]).toEqual([400, param]);
  });

  it('tells of a value of the wrong type that, before what else it breaks', async () => {
    expect((await query({ limit: 'ten' })).body.error.message).toMatch(/integer/);
    expect((await query({ text: 7 })).body.error.message).toMatch(/string/);
  });
});

describe('bodies that are no object', () => {
  const post = async (url: string, payload: string | undefined) => {
    const response = await app.inject({ method: 'POST', url, ...(payload !== undefined && { payload, headers: { 'content-type': 'application/json' } }) });
    return response.statusCode;
  };
  it.each(['[]', '[{}]', '7', '"text"', 'null', '{'])('%s is a 400 on every endpoint that takes one', async (payload) => {
    expect([await post('/v1/models/query', payload), await post('/v1/models/recommend', payload)]).toEqual([payload === 'null' ? 200 : 400, 400]);
    expect(await post('/v1/models/openai/gpt-5/validate-input', payload)).toBe(payload === '[]' || payload === '[{}]' ? 200 : 400);
  });
  it('none at all asks for everything', async () => expect([await post('/v1/models/query', undefined), await post('/v1/models/recommend', undefined)]).toEqual([200, 400]));
});

describe('GET one model', () => {
  it.each(['/v1/models/openai/gpt-5', '/v1/models/openai%2Fgpt-5', '/v1/models/gpt-5', '/v1/models/OpenAI/GPT-5'])('%s finds it', async (url) =>
    expect((await get(url)).body.id).toBe('openai/gpt-5'));

  it('shows provenance, doubt, benchmarks with their source, line, visibility, tier and production windows', async () => {
    const { body } = await get('/v1/models/openai/gpt-5.6-sol');
    expect(body).toMatchObject({
      provenance: { creator: 'OpenAI', license: 'proprietary', sources: expect.any(Array), price_basis: 'maker_list', doubtful: expect.any(Boolean), notes: expect.any(Array) },
      catalog_family: 'llm/openai--gpt-5', catalog_visibility: 'featured', price_tier: expect.any(String), performance_timeseries: [{ requests: 4 }],
    });
    for (const score of body.benchmarks) expect([score.benchmark, typeof score.source, score.source_url.startsWith('https://')]).toEqual([score.benchmark, 'string', true]);
    expect(body.attribution.map(({ source }: { source: string }) => source)).toContain('Artificial Analysis');
  });

  it.each([['fails', 'unavailable'], ['hangs', 'late']] as const)('leaves the production windows out when their source %s, and says so', async (how, because) => {
    performance = how;
    const { status, body } = await get('/v1/models/openai/gpt-5');
    performance = 'works';
    expect([status, 'performance_timeseries' in body, body.performance_missing_because]).toEqual([200, false, because]);
  });

  it('says why a model is not routable', async () => {
    const unpriced = shipped.find(({ pricing, status }) => pricing === null && status === 'active')!;
    expect((await get(`/v1/models/${unpriced.id}`)).body).toMatchObject({ pricing: null, price_tier: null, routable: false, not_routable_because: 'unpriced' });
    expect((await get(`/v1/models/${gemini.id}`)).body).toMatchObject({ routable: false, not_routable_because: 'withdrawn' });
  });

  it('an unknown model is a 404 with the nearest name', async () => {
    const { status, body } = await get('/v1/models/anthropic/claude-opus-4.77');
    expect([status, body.error.code, body.error.param]).toEqual([404, 'model_not_found', 'model']);
    expect(body.error.message).toMatch(/did you mean anthropic\/claude-opus-4\.7\?/);
  });
});

describe('as of a point of the past', () => {
  const priceAt = async (asOf: string | number) => (await get(`/v1/models/google/gemini-2.5-pro?as_of=${asOf}`)).body.pricing?.input_per_million_tokens;

  it('the price is what it was, by position and by time', async () => {
    expect(await priceAt(atFirstPrice)).toBe(1.25);
    expect(await priceAt(atNewPrice)).toBe(1);
    expect(await priceAt('2026-11-22T10:00:00Z')).toBeUndefined();
    expect(await priceAt('2026-11-22')).toBe(1);
    expect((await get(`/v1/models/openai/gpt-5?as_of=${logEnd}`)).body).toEqual((await get('/v1/models/openai/gpt-5')).body);
  });

  it('the history of a price is exact', async () => {
    const { price_history } = (await get('/v1/models/google/gemini-2.5-pro')).body;
    expect(price_history.map(({ position, pricing }: { position: string; pricing: { input_per_million_tokens: number } }) => [Number(position), pricing.input_per_million_tokens])).toEqual([
      [shipped.indexOf(gemini) + 1, 1.25],
      [atNewPrice, 1],
    ]);
  });

  it('holds on every endpoint', async () => {
    expect(await ids(`/v1/models?provider=google&as_of=${atNewPrice}`)).toContain(gemini.id);
    expect(await ids('/v1/models?provider=google')).not.toContain(gemini.id);
    expect(await ids('/v1/models?as_of=0')).toEqual(['router']);
    expect((await get('/v1/catalog/families?as_of=0')).body.total).toBe(0);
    expect((await get('/v1/catalog/families/llm/openai--gpt-5?as_of=0')).status).toBe(404);
    expect((await get('/v1/catalog/taxonomy?as_of=0')).body.data[0].model_count).toBe(0);
    expect((await get('/v1/models/tags?as_of=0')).body.data).toEqual([]);
    expect((await get('/v1/models/price-tiers?as_of=0')).body.data[0].model_count).toBe(0);
    expect((await call('POST', '/v1/models/query?as_of=0', {})).body.total).toBe(0);
    expect((await call('POST', '/v1/models/recommend?as_of=0', { prompt: 'cheap' })).body.data).toEqual([]);
    expect((await get('/v1/models/openai/gpt-5/input-schema?as_of=0')).status).toBe(404);
    expect((await get('/v1/models/openai/gpt-5/output-schema?as_of=0')).status).toBe(404);
    expect((await call('POST', '/v1/models/openai/gpt-5/validate-input?as_of=0', {})).status).toBe(404);
    expect((await call('POST', '/v1/models/openai/gpt-5/validate-output?as_of=0', {})).status).toBe(404);
  });
});

describe('schemas and validation', () => {
  it.each(['openai/gpt-5', 'openai%2Fgpt-5'])('of %s', async (path) => {
    expect((await get(`/v1/models/${path}/input-schema`)).body).toMatchObject({ type: 'object', properties: { messages: { type: 'array' } } });
    expect((await get(`/v1/models/${path}/output-schema`)).body).toMatchObject({ type: 'object', properties: { choices: { type: 'array' } } });
  });

  it('reports what does not fit, bare or wrapped', async () => {
    const input = { messages: [{ role: 'user', content: 'Hi' }], temperature: 9 };
    for (const body of [input, { input }]) {
      expect((await call('POST', '/v1/models/openai/gpt-5/validate-input', body)).body).toEqual({
        model: 'openai/gpt-5', valid: false, warnings: [],
        errors: [{ path: 'temperature', message: 'temperature must be at most 2, not 9', keyword: 'maximum' }],
      });
    }
    const output = { choices: [{ message: { role: 'assistant', content: 'Hi' } }] };
    expect((await call('POST', '/v1/models/openai%2Fgpt-5/validate-output', { output })).body).toMatchObject({ valid: true, errors: [] });
  });

  it('an input field called input is the text to speak', async () =>
    expect((await call('POST', '/v1/models/openai/tts-1-hd/validate-input', { input: 'Hello', voice: 'alloy' })).body.valid).toBe(true));

  it('nothing to validate is a 400', async () => expect((await call('POST', '/v1/models/openai/gpt-5/validate-input')).status).toBe(400));
});

describe('browsing', () => {
  it('the taxonomy counts what hangs on each branch', async () => {
    const { data } = (await get('/v1/catalog/taxonomy')).body;
    expect(data.find(({ id }: { id: string }) => id === 'image-editing')).toMatchObject({ parent: 'image', model_count: expect.any(Number), providers: expect.arrayContaining(['google']) });
    for (const { id, model_count } of data) expect([id, model_count > 0]).toEqual([id, true]);
  });

  it('families come 24 at a time, and can be narrowed and searched', async () => {
    const first = (await get('/v1/catalog/families')).body;
    expect([first.data.length, first.limit, first.offset, first.has_more]).toEqual([24, 24, 0, true]);
    const found = (await get('/v1/catalog/families?q=claude&taxonomy=llm&routable_only=true&limit=100')).body.data;
    expect(found.map(({ id }: { id: string }) => id)).toContain('llm/anthropic--claude-opus');
    for (const { routable_count, default_model } of found) expect([routable_count > 0, typeof default_model]).toEqual([true, 'string']);
  });

  it.each(['llm/openai--gpt-5', 'llm%2Fopenai--gpt-5'])('a family %s holds its models', async (id) => {
    const { body } = await get(`/v1/catalog/families/${id}`);
    expect(body).toMatchObject({ id: 'llm/openai--gpt-5', name: expect.any(String), model_count: body.models.length });
  });

  it('an unknown family is a 404 with the nearest id', async () => {
    const { status, body } = await get('/v1/catalog/families/llm/openai--gpt-55');
    expect([status, body.error.message]).toEqual([404, expect.stringContaining('did you mean llm/openai--gpt-5?')]);
  });

  it.each(['limit=101', 'limit=0', 'offset=-1', 'taxonomy=poems', 'routable_only=7', 'page=2'])('families?%s is a 400', async (query) => {
    const { status, body } = await get(`/v1/catalog/families?${query}`);
    expect([status, body.error.param]).toEqual([400, query.split('=')[0]]);
  });

  it('tags and tiers', async () => {
    expect((await get('/v1/models/tags')).body.tags).toEqual(expect.arrayContaining(['open-weights', 'vision']));
    const { data, price_tiers } = (await get('/v1/models/price-tiers')).body;
    expect(price_tiers).toEqual(['economy', 'standard', 'balanced', 'premium', 'flagship']);
    expect(data[1].dollars[0]).toEqual({ of: 'a million text tokens, three of input to one of output', from: 0.2, below: 0.6 });
  });
});

it('the OpenAPI document names every parameter of every path, and no endpoint twice', () => {
  const { paths } = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.values(methods as Record<string, Operation>).map((operation) => ({ path, ...operation })));
  for (const { path, parameters = [] } of operations) {
    const named = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
    expect([path, named.sort()]).toEqual([path, (path.match(/\{\w+\}/g) ?? []).sort()]);
  }
  const ids = operations.map(({ operationId }) => operationId);
  expect([ids.length, new Set(ids).size]).toEqual([13, 13]);
});

describe('POST /v1/models/recommend', () => {
  const recommend = (body: object) => call('POST', '/v1/models/recommend', body);

  it('reads a wish and says what it read', async () => {
    const { body } = await recommend({ prompt: 'cheap vision model with long context', limit: 3 });
    expect(body.data).toHaveLength(3);
    expect(body.understood).toMatchObject({ capabilities: ['vision'], prefers: ['cheap'], min_context: 400_000 });
    expect(body.data[0]).toMatchObject({ score: expect.any(Number), cost_tier: expect.any(String), reasons: expect.arrayContaining(['has vision']) });
  });

  it.each(['image', 'text_to_speech'])('takes the task %s without a prompt', async (task) => {
    const { body } = await recommend({ task });
    expect(body.data).toHaveLength(5);
    for (const { model } of body.data) expect([model.task, model.task_type]).toContain(task);
  });

  it.each([
    [{}, 'prompt'], [{ prompt: '   ' }, 'prompt'], [{ task: 'poetry' }, 'task'], [{ task: 'text', limit: 51 }, 'limit'], [{ task: 'text', limit: 0 }, 'limit'],
    [{ task: 'text', optimization: 'free' }, 'optimization'], [{ prompt: 7 }, 'prompt'], [{ task: 'text', mood: 'x' }, 'mood'],
  ])('%j is a 400 that names %s', async (body, param) => {
    const answer = await recommend(body);
    expect([answer.status, answer.body.error.param]).toEqual([400, param]);
  });
});
