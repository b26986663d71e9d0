/** From events to suggestions: each kind, with figures, requests that exist, what it saves and how sure it is. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MemoryLog } from '../../event-sourcing/projections/testing/memory-log.js';
import { project } from '../../event-sourcing/projections/testing/projecting.js';
import { recorded } from '../../event-sourcing/projections/testing/recorded.js';
import { logsProjection } from '../../activity/exports.js';
import { feedbackProjection } from '../../feedback/exports.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import { testLogger } from '../../platform/testing/logger.js';
import { SuggestionJob } from '../suggestion-job.js';
import { preferencesProjection } from './preferences.js';
import { Suggestions, type SuggestionView } from './suggestions.js';

const orgId = 'org_user' as OrgId;
const nowMs = Date.now();
const log = new MemoryLog();
let requests = 0;

interface Told {
  readonly model: string;
  readonly status?: 'Completed' | 'Failed';
  /** Pico-dollars. */
  readonly cost?: string;
  readonly org?: string;
  /** ISO 8601 day offset into the past. */
  readonly daysAgo?: number;
}

/** A finished request as its three events; @returns its id. */
function request({ model, status = 'Completed', cost = '1000000000', org = orgId, daysAgo = 0 }: Told): string {
  const n = ++requests;
  const time = (nowMs - daysAgo * 86_400_000 - 60_000 + n).toString(16).padStart(12, '0');
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
  const provider = model.split('/')[0]!;
  const failed = status === 'Failed';
  const terminal = {
    keyId: 'key_user', mode: 'live', task: 'text', contentMode: 'generate', sessionId: null, model, provider, attempts: 1, timing: { classificationMs: 0, routingMs: 0, inferenceMs: 1, totalMs: 1, ttftMs: null },
    usage: null, rawUsage: null, cost: failed ? null : cost, costStatus: failed ? 'unpriced' : 'exact', cache: 'off', errorCode: 'upstream_error',
  };
  const selected = { classification: { task: 'text', content_mode: 'generate', complexity_tier: 'SIMPLE' }, optimization: 'price-optimized', model, provider, reason: 'because', fallbackChain: [model], estimatedCost: cost };
  const types: [string, object][] = [['RouteRequested', { request: { endpoint: 'auto/route', session: null }, keyId: 'key_user' }], ['ModelSelected', selected], [`Inference${status}`, terminal]];
  log.append(...types.map(([type, data], index) => recorded({ type, data }, { stream: `route-${id}`, revision: BigInt(index), commit: BigInt(n * 10 + index), orgId: org })));
  return id;
}

function feedback(requestId: string, model: string): void {
  const n = ++requests;
  const data = { feedbackId: `fb_${n}`, requestId, model, promptHash: null, classifiedTask: 'text', correct: false, confidence: 0.9, suggestedTask: null };
  log.append(recorded({ type: 'FeedbackGiven', data }, { stream: `feedback-${orgId}+now`, revision: BigInt(n), commit: BigInt(n * 10), orgId, at: new Date(nowMs).toISOString() }));
}

let database: TestDatabase;
let suggested: SuggestionView[];
const ids: Record<'failing' | 'dear' | 'cheap' | 'wrong', string[]> = { failing: [], dear: [], cheap: [], wrong: [] };
const times = (count: number, told: Told) => Array.from({ length: count }, () => request(told));

beforeAll(async () => {
  database = await testDatabase();
  ids.failing = times(20, { model: 'broken/one', status: 'Failed' });
  ids.dear = times(30, { model: 'dear/model', cost: '50000000000' });
  ids.cheap = times(100, { model: 'cheap/model', cost: '1000000000' });
  ids.wrong = times(6, { model: 'wrong/model', cost: '1000000000' });
  for (const id of ids.wrong) feedback(id, 'wrong/model');
  // Neither of another organization nor of long ago.
  times(40, { model: 'foreign/model', org: 'org_other' });
  times(40, { model: 'old/model', status: 'Failed', daysAgo: 45 });
  await project({ url: database.url, db: database.db, log, projections: [logsProjection, feedbackProjection, preferencesProjection] });
  // As the worker computes them on its schedule.
  await new SuggestionJob(database.db, new Suggestions(database.db), testLogger()).run();
  const [row] = await database.db.query<{ suggestions: SuggestionView[] }>('SELECT suggestions FROM preference_suggestions WHERE org_id = $1', [orgId]);
  suggested = row!.suggestions;
});
afterAll(() => database.drop());

const of = (kind: SuggestionView['kind']) => suggested.filter((each) => each.kind === kind);

it('a provider that keeps failing is to be excluded', () => {
  const [found, ...others] = of('failing_provider');
  expect(others).toEqual([]);
  expect(found).toMatchObject({ key: 'excluded_providers', value: ['broken'], evidence: { days: 30, figures: { requests: 20, failures: 20, failure_rate: 1 } }, expected_saving_dollars: null });
  expect(ids.failing).toEqual(expect.arrayContaining([...found!.evidence.request_ids]));
});

it('a model whose answers are marked wrong is to be excluded', () => {
  const [found] = of('model_marked_wrong');
  expect(found).toMatchObject({ key: 'excluded_models', value: ['wrong/model'], evidence: { figures: { feedback: 6, marked_wrong: 6, wrong_rate: 1 } } });
  expect(ids.wrong).toEqual(expect.arrayContaining([...found!.evidence.request_ids]));
});

it('a dearer model with equal outcomes is to give way, and what that saves is exact', () => {
  const [found] = of('cheaper_model');
  // Thirty requests at 0.05 dollars, which would have cost 0.001 each.
  expect(found).toMatchObject({ key: 'preferred_providers', value: ['cheap'], expected_saving_dollars: '1.47', evidence: { figures: { model: 'dear/model', cheaper_model: 'cheap/model' } } });
  const known = [...ids.dear, ...ids.cheap];
  expect(known).toEqual(expect.arrayContaining([...found!.evidence.request_ids]));
});

it('what is mostly asked for is to be the default', () => {
  expect(of('default_task')).toMatchObject([{ key: 'default_task', value: 'text', evidence: { figures: { share: 1 } } }]);
  expect(of('default_optimization')).toMatchObject([{ key: 'default_optimization', value: 'price-optimized', evidence: { figures: { requests: 156, share: 1 } } }]);
});

it('each names requests and says how sure it is, the surest first, and nothing of others', () => {
  for (const { confidence, evidence } of suggested) {
    expect(confidence).toBeGreaterThan(0);
    expect(confidence).toBeLessThanOrEqual(1);
    expect(evidence.request_ids.length).toBeGreaterThan(0);
  }
  expect(suggested.map(({ confidence }) => confidence)).toEqual(suggested.map(({ confidence }) => confidence).sort((a, b) => b - a));
  expect(JSON.stringify(suggested)).not.toMatch(/foreign|old\/model/);
});
