import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ActivityModule } from '../../libs/activity/activity.module.js';
import { publishCatalog, shippedCatalog } from '../../libs/catalog/exports.js';
import { modelStream } from '../../libs/catalog/domain/catalog.js';
import { CatalogSnapshot } from '../../libs/catalog/domain/snapshot.js';
import type { Recorded } from '../../libs/event-sourcing/domain/event.js';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import { LiveFolds } from '../../libs/event-sourcing/live-folds.js';
import { ProjectionsModule } from '../../libs/event-sourcing/projections/projections.module.js';
import type { Projector } from '../../libs/event-sourcing/projections/projector.js';
import { projectorOf, untilCaughtUp, type Projecting } from '../../libs/event-sourcing/projections/testing/projecting.js';
import { testLog, type TestLog } from '../../libs/event-sourcing/testing/log.js';
import { FeedbackModule } from '../../libs/feedback/feedback.module.js';
import { HealthModule } from '../../libs/health/health.module.js';
import { Config, readConfig } from '../../libs/platform/config.js';
import { Db } from '../../libs/platform/postgres.js';
import { testServer, type TestServer } from '../../libs/platform/testing/http.js';
import { testDatabase, type TestDatabase } from '../../libs/platform/testing/postgres.js';
import { PreferencesModule } from '../../libs/preferences/preferences.module.js';
import { promptHash } from '../../libs/platform/prompt-hash.js';
import { projections } from './projections.js';
import { History } from './testing/history.js';

const acme = 'org_0';
const beta = 'org_1';
const stranger = 'org_without_anything';
const models = shippedCatalog().slice(0, 5);

describe('reads and writes of read models over a real log and database', () => {
  let database: TestDatabase;
  let log: TestLog;
  let folds: LiveFolds;
  let server: TestServer;
  let projector: Projector;
  let projecting: Projecting;
  const history = new History({ organizations: 2, startMs: Date.now() - 1_800_000, stepMs: 1_000 }).take(400);

  beforeAll(async () => {
    [database, log] = await Promise.all([testDatabase(), testLog()]);
    const context = { orgId: null, actor: 'cli', commandId: 'catalogue', correlationId: 'catalogue', at: '2026-01-01T00:00:00.000Z' } as const;
    await publishCatalog(log.log, { shipped: models, overrides: null, current: new CatalogSnapshot([]), context });
    for (const events of byStream(history).values()) await append(events);
    folds = new LiveFolds(log.log, null, (error) => {
      throw error;
    });
    const config = readConfig({ DATA_DIR: '/nonexistent', GREATROUTER_MASTER_KEY: 'ab'.repeat(32) });
    server = await testServer([ActivityModule, FeedbackModule, HealthModule, PreferencesModule, ProjectionsModule], [
      { provide: Db, useValue: database.db },
      { provide: EventLog, useValue: log.log },
      { provide: LiveFolds, useValue: folds },
      { provide: Config, useValue: config },
    ]);
    await folds.start();
    projecting = { url: database.url, db: database.db, log: log.log, projections };
    projector = projectorOf(projecting);
    projector.start();
    await untilCaughtUp(projecting);
  });
  afterAll(async () => {
    await projector.stop();
    await folds.stop();
    await server.close();
    await log.close();
    await database.drop();
  });

  /** Whole streams at a time, in batches, as the history has them. */
  const append = (events: readonly Recorded[]) => {
    const { stream, metadata } = events[0]!;
    return log.log.append(stream, 'no_stream', events.map(({ type, data }) => ({ type, data })), { ...metadata, correlationId: metadata.$correlationId });
  };

  describe('preferences', () => {
    it('are the safe defaults at first', async () =>
      expect((await server.request(stranger, 'GET', '/v1/preferences')).json).toEqual({
        preferences: { default_optimization: 'balanced', default_task: null, excluded_providers: [], excluded_models: [], preferred_providers: [], content_mode_default: null },
        tenant_id: stranger,
      }));

    it('are seen by the read that follows the write, and only by its organization', async () => {
      const written = await server.request('org_p', 'PUT', '/v1/preferences/excluded_models', { value: [models[0]!.id] });
      expect(written).toMatchObject({ status: 200, headers: { 'x-gr-position': expect.stringMatching(/^\d+$/) }, json: { key: 'excluded_models', value: [models[0]!.id], tenant_id: 'org_p' } });
      expect((await server.request('org_p', 'GET', '/v1/preferences')).json).toMatchObject({ preferences: { excluded_models: [models[0]!.id] } });
      expect((await server.request('org_q', 'GET', '/v1/preferences')).json).toMatchObject({ preferences: { excluded_models: [] } });
      expect((await server.request('org_p', 'DELETE', '/v1/preferences/excluded_models')).json).toMatchObject({ key: 'excluded_models', deleted: true });
      expect((await server.request('org_p', 'GET', '/v1/preferences')).json).toMatchObject({ preferences: { excluded_models: [] } });
    });

    it('deletes what is not set without complaint', async () => expect((await server.request('org_p', 'DELETE', '/v1/preferences/default_task')).status).toBe(200));

    it.each([
      ['PUT', 'favourite_colour', { value: 'red' }, 'key'],
      ['DELETE', 'favourite_colour', undefined, 'key'],
      ['PUT', 'default_optimization', { value: 'cheapest' }, 'value'],
      ['PUT', 'default_optimization', {}, 'value'],
      ['PUT', 'default_optimization', { value: 'balanced', also: 1 }, 'also'],
      ['PUT', 'excluded_models', { value: ['nobody/nothing'] }, 'value'],
      ['PUT', 'preferred_providers', { value: ['nobody'] }, 'value'],
      ['PUT', 'preferred_providers', { value: 'openai' }, 'value'],
    ])('refuses %s %s %j and names the field', async (method, key, body, param) => {
      const answer = await server.request('org_p', method, `/v1/preferences/${key}`, body);
      expect([answer.status, (answer.json['error'] as { param: string }).param]).toEqual([400, param]);
    });
  });

  describe('as of a point of the past', () => {
    const end = async () => (await log.log.head()).toString();
    const set = async (value: string) => (await server.request('org_t', 'PUT', '/v1/preferences/default_optimization', { value })).headers['x-gr-position'] as string;

    it('preferences are what they were', async () => {
      const [first, second] = [await set('price-optimized'), await set('output-optimized')];
      const live = await server.request('org_t', 'GET', '/v1/preferences');
      const at = (asOf: string) => server.request('org_t', 'GET', `/v1/preferences?as_of=${asOf}`);
      for (const now of [await end(), new Date().toISOString()]) expect(await at(now)).toMatchObject({ text: live.text, headers: { 'x-gr-position': second } });
      expect(await at(first)).toMatchObject({ json: { preferences: { default_optimization: 'price-optimized' } }, headers: { 'x-gr-position': first } });
      expect(await at((BigInt(first) - 1n).toString())).toMatchObject({ json: { preferences: { default_optimization: 'balanced' } }, headers: { 'x-gr-position': '0' } });
      expect(await at('2020-01-01')).toMatchObject({ json: { preferences: { default_optimization: 'balanced' } } });
    });

    /** An answer of a listed model, as the history has them. @returns its position. */
    const answered = async (model: string): Promise<bigint> => {
      const completed = history.find(({ type, data }) => type === 'InferenceCompleted' && (data as { mode: string }).mode === 'live')!;
      return (await log.log.append(`route-${uuidV7(Date.now())}`, 'no_stream', [{ type: completed.type, data: { ...completed.data, model } }], contextOf('org_t'))).position;
    };
    const successes = (json: Readonly<Record<string, unknown>>) => (json['health'] as { health_entry: { successes: number } }[]).map(({ health_entry }) => health_entry.successes);

    it('the health of models is what it was', async () => {
      const [one, two, unused] = [models[0]!.id, models[1]!.id, models[2]!.id];
      const positions = [await answered(one), await answered(two), await answered(one)] as const;
      await untilCaughtUp(projecting);
      const health = (query: string) => server.request(acme, 'GET', `/v1/model-health?models=${one},${two},${unused}${query}`);
      const live = await health('');
      for (const now of [await end(), new Date().toISOString()]) expect(await health(`&as_of=${now}`)).toMatchObject({ text: live.text, headers: { 'x-gr-position': positions[2].toString() } });
      expect(successes(live.json)).toEqual([2, 1, 0]);
      for (const [position, counts] of [[positions[1], [1, 1, 0]], [positions[1] - 1n, [1, 0, 0]], [positions[0] - 1n, [0, 0, 0]]] as const) {
        expect(successes((await health(`&as_of=${position}`)).json)).toEqual(counts);
      }
      const all = async (asOf: bigint) => ((await server.request(acme, 'GET', `/v1/model-health?as_of=${asOf}`)).json['health'] as { model_id: string }[]).map(({ model_id }) => model_id);
      expect([await all(positions[2]), await all(positions[0]), await all(positions[0] - 1n)]).toEqual([[one, two].sort(), [one], []]);
    });

    it.each(['day', 'none', 'model,key_id', 'provider,day,mode', 'task'])('usage by %s is what it was', async (groupBy) => {
      await untilCaughtUp(projecting);
      const at = (asOf: string, org = acme) => server.request(org, 'GET', `/v1/org/usage?group_by=${groupBy}&as_of=${asOf}`);
      const live = await server.request(acme, 'GET', `/v1/org/usage?group_by=${groupBy}`);
      for (const now of [await end(), new Date().toISOString()]) expect((await at(now)).text).toBe(live.text);
      const ended: bigint[] = [];
      for await (const { type, metadata, position } of log.log.readAll()) if (metadata.orgId === acme && ['InferenceCompleted', 'InferenceFailed', 'InferenceCancelled'].includes(type)) ended.push(position.commit);
      const requests = ({ json }: Awaited<ReturnType<typeof at>>) => (json['usage'] as { requests: number }[]).reduce((sum, row) => sum + row.requests, 0);
      expect(requests(live)).toBe(ended.length);
      for (const n of [1, 7, ended.length - 1]) {
        const then = await at(ended[n - 1]!.toString());
        expect([requests(then), then.headers['x-gr-position']]).toEqual([n, ended[n - 1]!.toString()]);
        expect(requests(await at((ended[n - 1]! - 1n).toString()))).toBe(n - 1);
      }
      expect((await at(await end(), stranger)).text).toBe((await server.request(stranger, 'GET', `/v1/org/usage?group_by=${groupBy}`)).text);
    });

    it.each(['/v1/preferences', '/v1/model-health', '/v1/org/usage'])('%s refuses what is no point of the past', async (path) => {
      for (const wrong of ['yesterday', '', '-1', '9999999999999999999', '2999-01-01T00:00:00Z', '1&as_of=2']) {
        expect(await server.request(acme, 'GET', `${path}?as_of=${wrong}`)).toMatchObject({ status: 400, json: { error: { param: 'as_of' } } });
      }
    });
  });

  describe('every answer that can be asked of the past', () => {
    const { id, provider, catalog_family: family, pricing } = models[0]!;
    const gets = [
      '/v1/preferences', `/v1/model-health?models=${models.map((model) => model.id).join()}`, '/v1/org/usage?group_by=day,model', '/v1/models', `/v1/models?provider=${provider}`, `/v1/models/${id}`, `/v1/models/${encodeURIComponent(id)}`, `/v1/models/${id}/input-schema`,
      `/v1/models/${id}/output-schema`, '/v1/models/tags', '/v1/models/price-tiers', '/v1/catalog/taxonomy', '/v1/catalog/families', `/v1/catalog/families/${encodeURIComponent(family)}`, `/v1/catalog/families/${family}`,
    ];
    const posts: readonly (readonly [string, object])[] = [
      ['/v1/models/query', {}], ['/v1/models/query', { text: id.split('/')[1] }], ['/v1/models/recommend', { prompt: 'cheap' }], [`/v1/models/${id}/validate-input`, { prompt: 'hi' }], [`/v1/models/${id}/validate-output`, {}],
    ];
    const asked = [...gets.map((path) => ['GET', path, undefined] as const), ...posts.map(([path, body]) => ['POST', path, body] as const)];
    /** One after the other: what waits too long for its figures leaves them out. */
    const answers = async (org: string, asOf: string | null) => {
      const all = new Map<string, string>();
      for (const [method, path, body] of asked) {
        const { status, text } = await server.request(org, method, asOf === null ? path : `${path}${path.includes('?') ? '&' : '?'}as_of=${asOf}`, body);
        all.set(`${status} ${method} ${path} ${JSON.stringify(body)}`, text);
      }
      return all;
    };
    const caughtUp = async (): Promise<bigint> => {
      const head = await log.log.head();
      await untilCaughtUp(projecting);
      expect(await folds.waitFor(head, 60_000)).toBe(true);
      return head;
    };
    /** Health fades with every minute, so an earlier one is not the same to the byte; it has a test of its own. */
    const lasting = (all: Map<string, string>) => new Map([...all].filter(([name]) => !name.includes('model-health')));

    it('is as of now exactly the live one, and as of earlier what was live then, to two organizations', async () => {
      const orgs = [acme, beta];
      const then = await caughtUp();
      const before = await Promise.all(orgs.map((org) => answers(org, null)));
      expect([...before[0]!.keys()].filter((name) => !name.startsWith('200'))).toEqual([]);
      expect(before[0]!.get(`200 GET /v1/models/${id} undefined`)).toContain('"performance_timeseries"');
      const repriced = { id, pricing: { unit: 'token', rates: { input: '1000000', output: '2000000' } }, price_tier: 'economy', previous: pricing, publisher: 'operator' };
      await log.log.append(modelStream(id), 0n, [{ type: 'ModelRepriced', data: repriced }], { ...contextOf(acme), orgId: null });
      await log.log.append(`route-${uuidV7(Date.now())}`, 'no_stream', [{ type: 'InferenceCompleted', data: { ...history.find(({ type }) => type === 'InferenceCompleted')!.data, model: id, mode: 'live' } }], contextOf(acme));
      await server.request(acme, 'PUT', '/v1/preferences/default_optimization', { value: 'price-optimized' });
      const head = await caughtUp();
      for (const [i, org] of orgs.entries()) {
        const live = await answers(org, null);
        for (const now of [head.toString(), new Date().toISOString()]) expect(await answers(org, now)).toEqual(live);
        expect(lasting(await answers(org, then.toString()))).toEqual(lasting(before[i]!));
        const changed = [...live].filter(([name, text]) => before[i]!.get(name) !== text).map(([name]) => name);
        expect(changed).toEqual(expect.arrayContaining([`200 GET /v1/models/${id} undefined`, '200 GET /v1/models undefined', '200 POST /v1/models/query {}']));
      }
    });
  });

  describe('feedback', () => {
    const said = { prompt: 'Draw a cat', classified_task: 'text', correct: false, confidence: 0.9, suggested_task: 'image' };

    it('finds the request by its prompt, and is one however often it is said', async () => {
      const requestId = uuidV7(Date.now() - 1_000);
      const selected = history.find(({ type }) => type === 'ModelSelected')!;
      const requested = { request: { endpoint: 'auto/route', session: null }, keyId: null, mode: 'live', promptHash: promptHash(requestId, said.prompt) };
      await log.log.append(`route-${requestId}`, 'no_stream', [{ type: 'RouteRequested', data: requested }, { type: 'ModelSelected', data: selected.data }], contextOf('org_f'));
      const first = await server.request('org_f', 'POST', '/v1/auto/feedback', said);
      expect(first.json).toMatchObject({ request_id: requestId, model: (selected.data as { model: string }).model, recorded: true, tenant_id: 'org_f' });
      const again = await server.request('org_f', 'POST', '/v1/auto/feedback', said);
      expect(again.json).toEqual(first.json);
      const byId = await server.request('org_f', 'POST', '/v1/auto/feedback', { ...said, request_id: requestId });
      expect(byId.json).toEqual(first.json);
      await untilCaughtUp(projecting);
      expect(await database.db.query(`SELECT correct, suggested_task FROM feedback WHERE org_id = 'org_f'`)).toEqual([{ correct: false, suggested_task: 'image' }]);
      const foreign = await server.request('org_g', 'POST', '/v1/auto/feedback', { ...said, request_id: requestId });
      expect(foreign).toMatchObject({ status: 404, json: { error: { param: 'request_id' } } });
      expect((await server.request('org_g', 'POST', '/v1/auto/feedback', said)).json).toMatchObject({ request_id: null, model: null });
    });

    it.each([
      [{ ...said, prompt: undefined }, 'prompt'],
      [{ ...said, prompt: '' }, 'prompt'],
      [{ ...said, classified_task: 'poetry' }, 'classified_task'],
      [{ ...said, correct: 'no' }, 'correct'],
      [{ ...said, confidence: 1.1 }, 'confidence'],
      [{ ...said, confidence: 'high' }, 'confidence'],
      [{ ...said, suggested_task: 'poetry' }, 'suggested_task'],
      [{ ...said, mood: 'bad' }, 'mood'],
    ])('refuses %j and names the field', async (body, param) => {
      const answer = await server.request('org_f', 'POST', '/v1/auto/feedback', body);
      expect([answer.status, (answer.json['error'] as { param: string }).param]).toEqual([400, param]);
    });
  });

  it('suggests preferences with figures and requests that the organization can look up', async () => {
    const dataOf = (type: string) => history.find((event) => event.type === type)!.data;
    const story = [
      { type: 'RouteRequested', data: dataOf('RouteRequested') },
      { type: 'ModelSelected', data: { ...dataOf('ModelSelected'), optimization: 'price-optimized' } },
      { type: 'InferenceCompleted', data: dataOf('InferenceCompleted') },
    ];
    await Promise.all(Array.from({ length: 20 }, (_, n) => log.log.append(`route-${uuidV7(Date.now() - n)}`, 'no_stream', story, contextOf('org_s'))));
    const { json } = await server.request('org_s', 'GET', `/v1/preferences/suggestions?min_position=${await log.log.head()}`);
    const suggestions = json['suggestions'] as { key: string; confidence: number; evidence: { request_ids: string[] } }[];
    expect(suggestions.map(({ key }) => key)).toContain('default_optimization');
    for (const { confidence, evidence } of suggestions) {
      expect(confidence).toBeGreaterThan(0);
      const found = await database.db.query('SELECT 1 FROM logs WHERE org_id = $1 AND request_id = ANY($2)', ['org_s', evidence.request_ids]);
      expect(found).toHaveLength(new Set(evidence.request_ids).size);
    }
  });

  describe('model health', () => {
    it('has the shape of the contract, with latencies of real outcomes', async () => {
      const { json } = await server.request(acme, 'GET', '/v1/model-health');
      expect(json['tenant_id']).toBe(acme);
      const [first] = json['health'] as object[];
      expect(first).toEqual({
        model_id: expect.any(String), degraded: expect.any(Boolean), latency_penalty: expect.any(Number),
        health_entry: {
          failures: expect.any(Number), successes: expect.any(Number), consecutiveFailures: expect.any(Number), avgLatencyMs: expect.any(Number),
          p50LatencyMs: expect.any(Number), p95LatencyMs: expect.any(Number), p99LatencyMs: expect.any(Number), avgTtftMs: expect.any(Number),
        },
      });
    });

    it('answers for the models that are asked for, in their order, used or not', async () => {
      const [used, unused] = [models[0]!.id, models[2]!.id];
      const { json } = await server.request(acme, 'GET', `/v1/model-health?models=${used},${unused}`);
      expect((json['health'] as { model_id: string }[]).map(({ model_id }) => model_id)).toEqual([used, unused]);
      expect((json['health'] as object[])[1]).toMatchObject({ degraded: false, latency_penalty: 0, health_entry: { failures: 0, successes: 0, avgLatencyMs: null } });
    });

    it.each(['?models=', '?models=gpt-5', '?models=a/b,,c/d', '?models=a/b%20c', '?models=a/b&models=c/d'])('refuses %s and names the field', async (query) =>
      expect(await server.request(acme, 'GET', `/v1/model-health${query}`)).toMatchObject({ status: 400, json: { error: { param: 'models' } } }));
  });

  it('refuses models that the catalogue does not know, and names the first', async () =>
    expect(await server.request(acme, 'GET', `/v1/model-health?models=${models[0]!.id},nobody/yet,no/such`)).toMatchObject({
      status: 400, json: { error: { param: 'models', code: 'model_not_found', message: expect.stringContaining('"nobody/yet"') } },
    }));

  it('never shows one organization what another did', async () => {
    const reads = ['/v1/org/logs?limit=1000', '/v1/preferences', '/v1/model-health', '/v1/org/usage?group_by=model,key_id', '/v1/org/sessions', '/v1/preferences/suggestions'];
    for (const path of reads) {
      const answers = await Promise.all([acme, beta, stranger].map((orgId) => server.request(orgId, 'GET', path)));
      const [ofAcme, ofBeta, ofStranger] = answers.map(({ text }) => text);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(ofAcme).not.toContain(beta);
      expect(ofBeta).not.toContain(acme);
      expect(ofStranger).not.toMatch(/org_[01]/);
    }
  });
});

/** Events of each stream together, in order. */
function byStream(events: readonly Recorded[]): Map<string, Recorded[]> {
  const streams = new Map<string, Recorded[]>();
  for (const event of events) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
  return streams;
}

function contextOf(orgId: string) {
  const commandId = randomUUID();
  return { orgId, actor: 'cli', commandId, correlationId: commandId, at: new Date().toISOString() } as const;
}

function uuidV7(ms: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
