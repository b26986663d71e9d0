import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { SchemaCheck } from '../../catalog/exports.js';
import { asOf, PointsOfThePast } from '../../event-sourcing/as-of.js';
import type { AsOf } from '../../event-sourcing/domain/as-of.js';
import type { Caller } from '../../identity/domain/caller.js';
import { ErrorFilter } from '../../platform/http/error-filter.js';
import { dtoValidation } from '../../platform/http/validation.js';
import { PAST_VIEWS } from '../domain/past-view-source.js';
import { RoutingView } from '../domain/view.js';
import { recorded, shippedModels } from '../testing/shipped-view.js';
import { Router } from '../router.js';
import { Sessions } from '../sessions.js';
import { measureInput } from '../commands/measure-input.js';
import { PriceComparisonController } from './price-comparison.controller.js';
import { InputFit } from './input-fit.js';
import { newRequestId } from './receive.js';
import { SuggestController } from './suggest.controller.js';

const caller = { orgId: 'org_a', keyId: 'key_a', userId: null, mode: 'test', role: 'developer', scope: null, actor: 'key:key_a' } as unknown as Caller;
let app: NestFastifyApplication;
let router: Router;

/** Position n is the listing of the n-th model. */
function viewAt(point: AsOf): RoutingView {
  const view = new RoutingView();
  const known = shippedModels().slice(0, 'position' in point ? Number(point.position) : undefined);
  for (const [i, model] of known.entries()) view.apply(recorded({ type: 'ModelListed', data: { model, publisher: 'shipped' } }, i + 1));
  return view;
}

beforeAll(async () => {
  router = new Router({ register: () => {} } as never);
  for (const [i, model] of shippedModels().entries()) router.view.apply(recorded({ type: 'ModelListed', data: { model, publisher: 'shipped' } }, i + 1));
  const points = { provide: PointsOfThePast, useValue: { named: (text?: string) => Promise.resolve(asOf(text, 1_000_000n, Date.now())) } };
  const past = { provide: PAST_VIEWS, useValue: { seenFrom: (point: AsOf) => Promise.resolve({ view: viewAt(point), atMs: Date.now() }) } };
  const module = await Test.createTestingModule({
    controllers: [SuggestController, PriceComparisonController],
    providers: [{ provide: Router, useValue: router }, Sessions, SchemaCheck, InputFit, points, past],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter({ genReqId: newRequestId }));
  app.getHttpAdapter().getInstance().addHook('onRequest', (request, _reply, next) => {
    (request as typeof request & { caller: Caller }).caller = caller;
    next();
  });
  app.useGlobalPipes(dtoValidation());
  app.useGlobalFilters(new ErrorFilter({ error: () => {} } as never));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(() => app.close());

const post = async (url: string, payload: object) => {
  const response = await app.inject({ method: 'POST', url, payload });
  return { status: response.statusCode, body: response.json() };
};
const suggest = (body: object) => post('/v1/auto/suggest', body);
const compare = (body: object) => post('/v1/models/price-comparison', body);
const prompt = 'Generate an image of a cat';

describe('an input that does not fit every model', () => {
  const asked = { prompt: 'What is 2 + 2?', task: 'text' };
  const odd = { messages: [{ role: 'user', content: 'What is 2 + 2?' }], reasoning_effort: 'bogus' };

  it('excludes the models whose schema refuses it, and the best of the others comes first', async () => {
    for (const provider of ['mistral', 'meta', 'deepseek']) {
      const { body } = await suggest({ ...asked, provider, input: odd });
      expect(body.suggestions[0]).toMatchObject({ input_valid: true, model: { provider, capabilities: expect.not.arrayContaining(['reasoning']) } });
      expect(body.routing.excluded.input_schema).toBeGreaterThanOrEqual(1);
    }
  });

  it('leaves a named model as it is, with what is wrong', async () => {
    const { body } = await suggest({ ...asked, model: 'openai/gpt-5.4', input: odd });
    expect(body.suggestions[0]).toMatchObject({ model: { id: 'openai/gpt-5.4' }, input_valid: false, input_errors: [expect.objectContaining({ path: 'reasoning_effort' })] });
  });

  it('passes over a named model for the one that stands in for it', async () => {
    const { body } = await suggest({ ...asked, model: 'openai/gpt-5.4', models: ['openai/gpt-4o-mini'], input: odd });
    expect(body.routing).toMatchObject({ fallback_chain: ['openai/gpt-4o-mini'], excluded: { input_schema: 1 } });
  });

  it('knows a file under every name a caller may give it', async () => {
    const picture = 'https://example.com/cat.png';
    for (const input of [{ image: picture }, { image_url: { url: picture } }, { images: [picture] }, { image: { data: 'AAAA' } }, { parameters: { n: 2 }, image: picture }]) {
      expect([input, (await suggest({ prompt: 'Make it blue', task: 'image', content_mode: 'edit', input })).body.suggestions[0].input_valid]).toEqual([input, true]);
    }
    const spoken = await suggest({ prompt: 'What is said here?', task: 'speech', input: { audio: 'https://example.com/a.wav' } });
    expect(spoken.body.suggestions[0]).toMatchObject({ input_valid: true, model: { task_type: 'speech_to_text' } });
  });
});

describe('POST /v1/auto/suggest', () => {
  it('answers what the contract names', async () => {
    const { status, body } = await suggest({ prompt });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      classification: {
        task: 'image', confidence: expect.any(Number), reasoning: expect.any(String), decision: expect.any(String), content_mode: 'generate',
        complexity_tier: expect.stringMatching(/SIMPLE|MEDIUM|COMPLEX|REASONING/), complexity_score: expect.any(Number),
      },
      optimization: 'balanced',
      suggestions: expect.arrayContaining([
        {
          model: expect.objectContaining({ id: expect.stringMatching(/.\/./), name: expect.any(String), provider: expect.any(String), task_type: 'image_generation' }),
          cost_tier: expect.any(String), estimated_cost: expect.any(Number), estimated_cost_dollars: expect.any(Number), score: expect.any(Number),
          expected_success: expect.any(Number),
        },
      ]),
      price_comparison: { cheapest_model: expect.any(String), best_value_model: expect.any(String), best_quality_model: expect.any(String), savings_vs_highest_pct: expect.any(Number) },
    });
    expect(body.suggestions).toHaveLength(5);
  });

  it('ranks first exactly what route chooses for the same body', async () => {
    for (const optimization of ['price-optimized', 'balanced', 'output-optimized'] as const) {
      const { body } = await suggest({ prompt, optimization, input: { messages: [{ role: 'user', content: prompt }] } });
      const { text, profile } = measureInput({ messages: [{ role: 'user', content: prompt }] }, prompt);
      const { decision } = router.decide(
        {
          requestId: newRequestId() as never, orgId: caller.orgId, at: new Date().toISOString(), seed: 7, endpoint: 'auto/route', mode: 'test', profile, session: null, budget: null, scope: null,
          hints: { task: null, contentMode: null, optimization, mode: 'auto', taxonomy: null, provider: null, catalogFamily: null, model: null, taskType: null, capabilities: [], maxPriceTier: null },
        },
        text,
      );
      expect(body.suggestions[0].model.id).toBe(decision.model);
    }
  });

  it('lists as many as asked for, best first', async () => {
    const { body } = await suggest({ prompt, limit: 20 });
    const scores = body.suggestions.map(({ score }: { score: number }) => score);
    expect(scores).toHaveLength(20);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it('suggests an explicit model alone', async () => {
    const { body } = await suggest({ prompt, model: 'openai/gpt-image-2' });
    expect(body.suggestions.map(({ model }: { model: { id: string } }) => model.id)).toEqual(['openai/gpt-image-2']);
  });

  it('says of each suggestion whether the input fits it', async () => {
    const { body } = await suggest({ prompt: 'Say hi', task: 'text', input: { messages: 'none' } });
    expect(body.suggestions[0]).toMatchObject({ input_valid: false, input_errors: [expect.objectContaining({ path: 'messages' })] });
    expect((await suggest({ prompt: 'Say hi', task: 'text', input: { messages: [{ role: 'user', content: 'Say hi' }] } })).body.suggestions[0].input_valid).toBe(true);
  });

  it('sees a picture in the input', async () => {
    const input = { messages: [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }] };
    const { body } = await suggest({ prompt: 'What is this?', task: 'text', input });
    for (const { model } of body.suggestions) expect(model.capabilities).toContain('vision');
  });

  it.each([
    [{}, 'prompt'],
    [{ prompt: '' }, 'prompt'],
    [{ prompt, task: 'poetry' }, 'task'],
    [{ prompt, optimization: 'cheap' }, 'optimization'],
    [{ prompt, content_mode: 'remix' }, 'content_mode'],
    [{ prompt, limit: 0 }, 'limit'],
    [{ prompt, limit: 21 }, 'limit'],
    [{ prompt, limit: 2.5 }, 'limit'],
    [{ prompt, budget_dollars: -1 }, 'budget_dollars'],
    [{ prompt, budget_dollars: '1' }, 'budget_dollars'],
    [{ prompt, budget_dollars: 1e-9 }, 'budget_dollars'],
    [{ prompt, taxonomy: 'poetry' }, 'taxonomy'],
    [{ prompt, provider: 'acme' }, 'provider'],
    [{ prompt, taxonomy: 'music', provider: 'anthropic' }, 'provider'],
    [{ prompt, catalog_family: 'llm/none' }, 'catalog_family'],
    [{ prompt, input: 'text' }, 'input'],
    [{ prompt, colour: 'red' }, 'colour'],
  ])('refuses %j with a 400 that names %s', async (body, param) => {
    const { status, body: answer } = await suggest(body);
    expect(status).toBe(400);
    expect(answer).toEqual({ error: { message: expect.any(String), type: 'invalid_request_error', param, code: expect.any(String) } });
  });

  it('answers 404 for a model that does not exist', async () => {
    expect(await suggest({ prompt, model: 'acme/none' })).toMatchObject({ status: 404, body: { error: { param: 'model', code: 'model_not_found' } } });
  });

  it('names the cheapest where the budget is below every candidate', async () => {
    const cheapest = (await suggest({ prompt })).body.price_comparison.cheapest_model;
    const { body } = await suggest({ prompt, budget_dollars: 0.000001 });
    expect(body.error).toMatchObject({ param: 'budget_dollars', code: 'budget_too_low', message: expect.stringContaining(cheapest) });
  });
});

describe('POST /v1/models/price-comparison', () => {
  it('answers what the contract names', async () => {
    const { status, body } = await compare({ prompt: 'Summarise this article', optimization: 'price-optimized', task: 'text' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      classification: { task: 'text', confidence: 1, reasoning: expect.any(String) },
      optimization: 'price-optimized',
      price_comparison: { cheapest_model: expect.any(String), best_value_model: expect.any(String), best_quality_model: expect.any(String), savings_vs_highest_pct: expect.any(Number) },
    });
    expect(body.suggestions[0]).toEqual({
      model_id: expect.any(String), name: expect.any(String), provider: expect.any(String), task_type: 'text_generation', cost_tier: expect.any(String),
      score: expect.any(Number), estimated_cost_dollars: expect.any(Number),
    });
  });

  it('needs nothing at all: text of usual size is compared', async () => {
    const { body } = await compare({});
    expect(body.classification.task).toBe('text');
    expect(body.suggestions[0].estimated_cost_dollars).toBeGreaterThan(0);
  });

  it('compares every task without a prompt, each at a cost above nothing', async () => {
    for (const task of ['text', 'image', 'video', 'music', 'speech', 'code', 'web_search']) {
      const { body } = await compare({ task });
      expect(body.classification.task).toBe(task);
      for (const { estimated_cost_dollars: cost } of body.suggestions) expect({ task, positive: cost > 0 }).toEqual({ task, positive: true });
    }
  });

  it('compares the models and prices of a point of the past; as of now, exactly those of the live answer', async () => {
    for (const body of [{}, { prompt: 'Summarise this article', task: 'text' }]) {
      const live = await compare(body);
      expect(await post('/v1/models/price-comparison?as_of=1000000', body)).toEqual(live);
      const dearest = shippedModels().findIndex(({ id }) => id === live.body.price_comparison.best_quality_model);
      const few = (await post(`/v1/models/price-comparison?as_of=${dearest}`, body)).body;
      expect(few).toMatchObject({ suggestions: expect.any(Array) });
      expect(few.price_comparison).not.toEqual(live.body.price_comparison);
      const known = shippedModels().slice(0, dearest).map(({ id }) => id);
      for (const { model_id } of few.suggestions) expect(known).toContain(model_id);
    }
    expect(await post('/v1/models/price-comparison?as_of=1000001', {})).toMatchObject({ status: 400, body: { error: { param: 'as_of' } } });
  });

  it('classifies a prompt that comes without a task', async () => {
    expect((await compare({ prompt })).body.classification.task).toBe('image');
  });

  it.each([
    [{ task: 'poetry' }, 'task'],
    [{ budget_dollars: 0 }, 'budget_dollars'],
    [{ optimization: 'fast' }, 'optimization'],
  ])('refuses %j with a 400 that names %s', async (body, param) => {
    expect(await compare(body)).toMatchObject({ status: 400, body: { error: { param } } });
  });
});
