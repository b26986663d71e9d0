import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { LiveFolds } from '../../event-sourcing/live-folds.js';
import { ProjectionsModule } from '../../event-sourcing/projections/projections.module.js';
import { MemoryLog } from '../../event-sourcing/projections/testing/memory-log.js';
import { project } from '../../event-sourcing/projections/testing/projecting.js';
import { recorded } from '../../event-sourcing/projections/testing/recorded.js';
import { Db } from '../../platform/postgres.js';
import { testServer, type TestServer } from '../../platform/testing/http.js';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import { ActivityModule } from '../activity.module.js';
import { logColumns } from '../domain/log-entry.js';
import { logsProjection } from '../read-model/logs.js';
import { sessionsProjection } from '../read-model/sessions.js';
import { usageProjection } from '../read-model/usage.js';

const startMs = Date.UTC(2026, 2, 31, 23, 59, 0);
const log = new MemoryLog();
let commit = 0n;

/** A finished request of an organization; the nth is n seconds after the first. */
function request(orgId: string, n: number, changes: { model?: string; status?: string; cost?: string | null; reason?: string; sessionId?: string | null; task?: string } = {}): Recorded[] {
  const time = (startMs + n * 1_000).toString(16).padStart(12, '0');
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(4, '0')}${Buffer.from(orgId.padEnd(4)).toString('hex').slice(0, 8)}`;
  const { model = 'openai/gpt-5', status = 'Completed', cost = '1500000', reason = 'best value for text', sessionId = 's1', task = 'text' } = changes;
  const provider = model.split('/')[0]!;
  const terminal = {
    keyId: `key_${orgId}`, mode: 'live', task, contentMode: 'generate', sessionId, model, provider, attempts: 1,
    timing: { classificationMs: 0.2, routingMs: 0.1, inferenceMs: 100.5, totalMs: 101, ttftMs: null },
    usage: { inputTokens: 10, outputTokens: 5 }, rawUsage: null, cost, costStatus: cost === null ? 'unpriced' : 'exact', cache: 'off', errorCode: 'upstream_error', by: 'client',
  };
  const selected = {
    classification: { task, content_mode: 'generate', complexity_tier: 'SIMPLE' }, optimization: 'balanced', model, provider, reason, fallbackChain: [model, 'meta/llama'], estimatedCost: '123',
  };
  const requested = { request: { endpoint: 'auto/route', session: sessionId === null ? null : { sessionId } }, keyId: `key_${orgId}` };
  const types: [string, object][] = [['RouteRequested', requested], ['ModelSelected', selected], [`Inference${status}`, terminal]];
  return types.map(([type, data], index) => recorded({ type, data }, { stream: `route-${id}`, revision: BigInt(index), commit: (commit += 1n), orgId }));
}

describe('GET /v1/org/logs', () => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await testDatabase();
    log.append(
      ...request('acme', 0, { cost: null }),
      ...request('acme', 1, { model: 'google/gemini', status: 'Failed', reason: '=cmd|"calc", 50% off_now' }),
      ...request('acme', 2, { sessionId: null, task: 'code', cost: '2000000000000' }),
      ...Array.from({ length: 60 }, (_, index) => request('acme', 61 + index)).flat(),
      ...request('beta', 5),
      // Under way: not listed until it has ended.
      ...request('beta', 6).slice(0, 2),
    );
    await project({ url: database.url, db: database.db, log, projections: [logsProjection, usageProjection, sessionsProjection] });
    server = await testServer([ActivityModule, ProjectionsModule], [
      { provide: Db, useValue: database.db },
      { provide: EventLog, useValue: log },
      { provide: LiveFolds, useValue: { register: () => undefined } },
    ]);
  });
  afterAll(async () => {
    await server.close();
    await database.drop();
  });

  const get = (orgId: string, query = '') => server.request(orgId, 'GET', `/v1/org/logs${query}`);
  const ids = async (query: string) => ((await get('acme', query)).json['logs'] as { request_id: string }[]).map((entry) => parseInt(entry.request_id.slice(24, 28), 16));

  it('lists finished requests, newest first, with every column of the contract', async () => {
    const answer = await get('beta');
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      logs: [
        {
          request_id: expect.stringMatching(/^[0-9a-f-]{36}$/), created_at: '2026-03-31T23:59:05.000Z', endpoint: 'auto/route', status: 'completed', model: 'openai/gpt-5', provider: 'openai',
          task: 'text', content_mode: 'generate', complexity_tier: 'SIMPLE', optimization: 'balanced', routing_reason: 'best value for text', fallback_chain: ['openai/gpt-5', 'meta/llama'],
          attempts: 1, prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, cost_dollars: '0.0000015', estimated_cost_dollars: '0.000000000123', classification_ms: 0.2, routing_ms: 0.1,
          inference_ms: 100.5, total_ms: 101, ttft_ms: null, session_id: 's1', key_id: 'key_beta', cache: 'off', error_code: null,
        },
      ],
      next_cursor: null,
    });
    expect(Object.keys((answer.json['logs'] as object[])[0]!)).toEqual([...logColumns]);
  });

  it('pages by cursor across months without a gap or a repetition', async () => {
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = (await get('acme', `?limit=7${cursor && `&cursor=${cursor}`}`)).json as unknown as { logs: { request_id: string }[]; next_cursor: string | null };
      seen.push(...page.logs.map((entry) => parseInt(entry.request_id.slice(24, 28), 16)));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual([...Array.from({ length: 60 }, (_, index) => 120 - index), 2, 1, 0]);
  });

  it.each([
    ['?model=google/gemini', [1]],
    ['?provider=google', [1]],
    ['?task=code', [2]],
    ['?status=failed', [1]],
    ['?status=cancelled', []],
    ['?key_id=key_beta', []],
    ['?session_id=s1&to=2026-03-31T23:59:03Z', [1, 0]],
    ['?from=2026-03-31T23:59:01Z&to=2026-03-31T23:59:02Z', [1]],
    ['?to=2026-04-01', [2, 1, 0]],
    ['?min_cost_dollars=1.5', [2]],
    ['?max_cost_dollars=0.0000014', []],
    ['?min_cost_dollars=2&max_cost_dollars=2', [2]],
    ['?routing_reason=50%25+OFF_', [1]],
    ['?routing_reason=50x', []],
  ])('filters %s', async (query, expected) => expect(await ids(query)).toEqual(expected));

  it('exports CSV that a spreadsheet cannot run, with an empty cost where none is known', async () => {
    const answer = await get('acme', '?format=csv&to=2026-03-31T23:59:02Z');
    expect(answer.headers['content-type']).toMatch(/^text\/csv/);
    const lines = answer.text.split('\r\n');
    expect(lines[0]).toBe(logColumns.join(','));
    expect(lines[1]).toContain(`"'=cmd|""calc"", 50% off_now"`);
    expect(lines[1]).toContain('google/gemini;meta/llama');
    expect(lines[2]!.split(',')[logColumns.indexOf('cost_dollars')]).toBe('');
    expect(lines[3]).toBe('');
  });

  it.each([
    ['?limit=-1', 'limit'],
    ['?limit=0', 'limit'],
    ['?limit=1000000000', 'limit'],
    ['?limit=ten', 'limit'],
    ['?limit=1&limit=2', 'limit'],
    ['?format=xml', 'format'],
    ['?from=yesterday', 'from'],
    ['?to=2026-02-31', 'to'],
    ['?to=2026-13-01T00:00:00Z', 'to'],
    ['?status=done', 'status'],
    ['?task=poetry', 'task'],
    ['?min_cost_dollars=-1', 'min_cost_dollars'],
    ['?max_cost_dollars=1e3', 'max_cost_dollars'],
    ['?colour=red', 'colour'],
    ['?cursor=nonsense', 'cursor'],
    ['?model=a%00b', 'model'],
    ['?min_position=abc', 'min_position'],
    ['?routing_reason=', 'routing_reason'],
    ['?model=', 'model'],
    ['?session_id=', 'session_id'],
  ])('refuses %s and names the field', async (query, param) => {
    const answer = await get('acme', query);
    expect([answer.status, (answer.json['error'] as { param: string }).param]).toEqual([400, param]);
  });

  it('exports more rows than are read at once as csv, and says where to go on', async () => {
    await database.db.query(
      `INSERT INTO logs (request_id, created_at, org_id, status, position) SELECT 'r' || lpad(n::text, 5, '0'), '2026-03-10T00:00:00Z'::timestamptz + (n / 3) * interval '1 second', 'long', 'completed', n FROM generate_series(1, 5000) n`,
      [],
    );
    const seen: string[] = [];
    let query = '?format=csv&limit=2200';
    for (let pages = 0; query !== ''; pages++) {
      expect(pages).toBeLessThan(3);
      const { text, headers } = await get('long', query);
      const ids = text.trim().split('\r\n').slice(1).map((line) => line.split(',')[0]!);
      if (pages === 0) {
        expect(ids).toHaveLength(2_200);
        // Ends while the first page is out: it belongs to a part that was exported, and changes nothing of what follows.
        await database.db.query(`INSERT INTO logs (request_id, created_at, org_id, status, position) VALUES ('late', '2026-03-10T00:27:00Z', 'long', 'completed', 6000)`, []);
      }
      seen.push(...ids);
      const next = /^<\/v1\/org\/logs(.*)>; rel="next"$/.exec((headers['link'] as string | undefined) ?? '')?.[1] ?? '';
      expect(next.includes(`cursor=${String(headers['x-gr-next-cursor'])}`)).toBe(next !== '');
      query = next;
    }
    expect(seen).toEqual(Array.from({ length: 5_000 }, (_, index) => `r${String(5_000 - index).padStart(5, '0')}`));
    expect((await get('long', '?format=csv&limit=100000')).headers['x-gr-next-cursor']).toBeUndefined();
    expect(((await get('long', '?limit=5000')).json['logs'] as object[]).length).toBe(5_000);
  });

  it('refuses the cursor of another organization, also for csv', async () => {
    const { next_cursor: cursor } = (await get('acme', '?limit=1')).json as unknown as { next_cursor: string };
    expect((await get('beta', `?format=csv&cursor=${cursor}`)).json).toMatchObject({ error: { param: 'cursor', code: 'invalid_cursor' } });
    expect((await get('beta', `?cursor=${cursor}`)).json).toMatchObject({ error: { param: 'cursor', code: 'invalid_cursor' } });
  });

  it('streams a long export page by page', async () => {
    const { text } = await get('acme', '?format=csv&limit=100000');
    expect(text.split('\r\n')).toHaveLength(1 + 63 + 1);
  });

  describe('GET /v1/org/usage', () => {
    const used = (query: string) => server.request('acme', 'GET', `/v1/org/usage?from=2026-03-01&to=2026-04-30${query}`);

    it('adds up exactly, by the dimensions that are asked for', async () => {
      expect((await used('&group_by=none')).json['usage']).toEqual([
        { requests: 63, completed: 62, failed: 1, cancelled: 0, prompt_tokens: 630, completion_tokens: 315, total_tokens: 945, cost_dollars: '2.0000915', unpriced_requests: 1 },
      ]);
      const { usage } = (await used('&group_by=day,task')).json as { usage: object[] };
      expect(usage.map((row) => Object.values(row).slice(0, 3))).toEqual([
        ['2026-03-31', 'code', 1],
        ['2026-03-31', 'text', 2],
        ['2026-04-01', 'text', 60],
      ]);
      expect(((await server.request('beta', 'GET', '/v1/org/usage?from=2026-03-01&to=2026-04-30&group_by=none')).json['usage'] as object[])[0]).toMatchObject({ requests: 1 });
    });

    it.each([
      ['usage?from=2026-02-30', 'from'],
      ['usage?to=tomorrow', 'to'],
      ['usage?group_by=colour', 'group_by'],
      ['usage?group_by=', 'group_by'],
      ['usage?limit=1', 'limit'],
      ['sessions?limit=0', 'limit'],
      ['sessions?limit=1001', 'limit'],
      ['sessions?session_id=', 'session_id'],
      ['sessions?colour=red', 'colour'],
    ])('refuses %s and names the field', async (path, param) => {
      const answer = await server.request('acme', 'GET', `/v1/org/${path}`);
      expect([answer.status, (answer.json['error'] as { param: string }).param]).toEqual([400, param]);
    });
  });

  it('GET /v1/org/sessions tells of the organization alone', async () => {
    expect((await server.request('acme', 'GET', '/v1/org/sessions')).json['sessions']).toMatchObject([{ session_id: 's1', session_prompts: 62, last_model: 'openai/gpt-5' }]);
    expect((await server.request('beta', 'GET', '/v1/org/sessions?session_id=s1')).json['sessions']).toMatchObject([{ session_prompts: 1, total_tokens: 15 }]);
    expect((await server.request('beta', 'GET', '/v1/org/sessions?session_id=s2')).json['sessions']).toEqual([]);
  });
});
