/** A job against a real log and a real database; only the provider is played. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidV7 } from 'uuid';
import { testLog, type TestLog } from '../../event-sourcing/testing/log.js';
import type { MediaCall } from '../../inference/domain/media.js';
import type { Outcome } from '../../inference/domain/outcome.js';
import { MediaGateway } from '../../inference/exports.js';
import type { KeyId, OrgId } from '../../identity/domain/caller.js';
import { testConfig } from '../../identity/testing/identity-app.js';
import { testLogger } from '../../platform/testing/logger.js';
import { testDatabase, type TestDatabase } from '../../platform/testing/postgres.js';
import { Vault } from '../../platform/vault.js';
import { RequestRecord, type Beginning } from '../commands/request-record.js';
import { TerminalEvents } from '../commands/terminal-events.js';
import type { Decision } from '../domain/decision.js';
import type { LongWork } from '../domain/job.js';
import type { PicoDollars } from '../../money/money.js';
import type { RoutingRequest } from '../domain/request.js';
import { routeStream } from '../domain/terminal.js';
import type { ModelId, ProviderSlug, RequestId } from '../domain/vocabulary.js';
import { endOrphan, OpenRequests } from '../watchdog.js';
import { LongWorkIntake } from './defer-work.js';
import type { EndedJob, JobNotices } from './job-notices.js';
import type { JobQueue } from './job-queue.js';
import { JobStore } from './job-store.js';
import { Interrupted, JobRunner } from './run-job.js';

const golden = (name: string) => (JSON.parse(readFileSync(new URL(`../../../eventstore/schemas/golden/${name}.json`, import.meta.url), 'utf8')) as { data: unknown }).data;
const orgId = 'org_jobs' as OrgId;
const at = '2026-11-25T10:00:00.000Z';
const work: LongWork = { kind: 'video', chain: [{ id: 'a/clip' as ModelId, provider: 'a' as ProviderSlug, endpoints: [], contextWindow: null, maxOutput: null, firstTokenLimitMs: 1_000, kind: 'video' }], prompt: 'a secret wish', input: {} };

let node: TestLog;
let database: TestDatabase;
let jobs: JobStore;
let record: RequestRecord;
let vault: Vault;
let masterKey: Buffer;
let told: EndedJob[];
let calls: MediaCall[];

beforeAll(async () => {
  [node, database] = await Promise.all([testLog(), testDatabase()]);
  const logger = testLogger();
  const config = testConfig({ eventStoreUrl: node.connectionString, databaseUrl: database.url });
  masterKey = config.masterKey;
  vault = new Vault(database.db, masterKey);
  jobs = new JobStore(database.db);
  const queue = { wake: () => Promise.reject(new Error('the queue is away')) } as unknown as JobQueue;
  record = new RequestRecord(node.log, new TerminalEvents(node.log, logger), vault, config, new LongWorkIntake(node.log, jobs, queue, vault, logger));
});
afterAll(async () => {
  await node?.close();
  await database?.drop();
});
beforeEach(() => {
  told = [];
  calls = [];
});

/** A request that was taken in as a job. */
async function takenIn(): Promise<string> {
  const requestId = uuidV7();
  const request = { ...((golden('RouteRequested.v1.kept-in-full') as { request: RoutingRequest }).request), requestId: requestId as RequestId, orgId, at, mode: 'test' as const };
  const caller: Beginning['caller'] = { orgId, keyId: 'key_1' as KeyId, userId: null, mode: 'test', role: 'developer', scope: null, actor: 'key:key_1' };
  const beginning: Beginning = { caller, request, text: { prompt: work.prompt } as Beginning['text'], body: null, decision: golden('ModelSelected.v1.ranked') as Decision, hold: null, key: null };
  await record.begin(beginning);
  await record.defer(beginning, { work, subject: null, timing: { classificationMs: 1, routingMs: 1 } }, at);
  return requestId;
}

const sandbox = new MediaGateway({ of: () => null } as never);
function runner(make: (call: MediaCall) => Promise<Outcome> = (call) => sandbox.make(call)): JobRunner {
  const gateway = { make: (call: MediaCall) => (calls.push(call), make(call)) } as MediaGateway;
  const notices = { announce: (job: EndedJob) => Promise.resolve(void told.push(job)) } as unknown as JobNotices;
  return new JobRunner(node.log, jobs, vault, record, gateway, notices);
}
const running = new AbortController().signal;
async function typesOf(requestId: string): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of node.log.read(routeStream(requestId))) types.push(type);
  return types.slice(2);
}

describe('a job', () => {
  it('is taken in while the queue is away, and found by its row', async () => {
    const id = await takenIn();
    expect(await jobs.unfinished()).toContain(id);
  });

  it('that is brought twice calls once, ends once, and is announced under one id', async () => {
    const id = await takenIn();
    await runner().run(id, running);
    await runner().run(id, running);
    expect(calls).toHaveLength(1);
    expect(await typesOf(id)).toEqual(['InferenceDeferred', 'InferenceCompleted']);
    expect(new Set(told.map(({ jobId, status }) => `${jobId} ${status}`))).toEqual(new Set([`${id} completed`]));
    expect(await jobs.of(orgId, id)).toMatchObject({ status: 'completed', work: null, result: { keyId: expect.any(String) } });
  });

  it('keeps neither the wish nor the work readable in its row', async () => {
    const id = await takenIn();
    await runner().run(id, running);
    expect(JSON.stringify(await jobs.of(orgId, id))).not.toMatch(/secret wish|R0lGOD/);
  });

  it('that was erased while it was being made keeps no result, under no new key', async () => {
    const id = await takenIn();
    const before = (await jobs.of(orgId, id))!.work!.keyId;
    await runner(async (call) => {
      await new Vault(database.db, masterKey).destroy({ orgId, subject: null });
      vault.forget([before]);
      return sandbox.make(call);
    }).run(id, running);
    expect(await typesOf(id)).toEqual(['InferenceDeferred', 'InferenceCompleted']);
    expect(await jobs.of(orgId, id)).toMatchObject({ status: 'completed', result: null });
    expect(await database.db.query('SELECT 1 FROM data_keys WHERE org_id = $1 AND destroyed_at IS NULL', [orgId])).toEqual([]);
  });

  it('that the watchdog ended first stays ended so, whatever was made', async () => {
    const id = await takenIn();
    await runner(async (call) => {
      const open = new OpenRequests();
      for await (const event of node.log.read(routeStream(id))) open.apply(event);
      for (const orphan of open.all()) await endOrphan(node.log, orphan, new Date().toISOString());
      return sandbox.make(call);
    }).run(id, running);
    expect(await typesOf(id)).toEqual(['InferenceDeferred', 'InferenceCancelled']);
    expect(await jobs.of(orgId, id)).toMatchObject({ status: 'cancelled', result: null });
    expect(told).toMatchObject([{ status: 'cancelled' }]);
  });

  it('waits for the next worker when this one stops', async () => {
    const id = await takenIn();
    const stopping = new AbortController();
    const interrupted = runner((call) => (stopping.abort(), sandbox.make(call)));
    await expect(interrupted.run(id, stopping.signal)).rejects.toBeInstanceOf(Interrupted);
    expect(await typesOf(id)).toEqual(['InferenceDeferred']);
    await runner().run(id, running);
    expect(await typesOf(id)).toEqual(['InferenceDeferred', 'InferenceCompleted']);
  });

  it('that was cancelled before it began calls nobody', async () => {
    const id = await takenIn();
    await jobs.askToCancel('org_other' as OrgId, id);
    expect(await jobs.of(orgId, id)).toMatchObject({ cancel_requested_at: null });
    await jobs.askToCancel(orgId, id);
    await runner().run(id, running);
    expect([calls.length, await typesOf(id)]).toEqual([0, ['InferenceDeferred', 'InferenceCancelled']]);
  });

  it('that was cancelled while its worker was dead is brought to an end where it was being made', async () => {
    const id = await takenIn();
    const dying = runner(async (call) => {
      await call.journal!.note({ model: work.chain[0]!.id, host: 'a', key: 0, sentMs: Date.now(), accepted: { poll: { method: 'GET', path: '/1' }, cancel: { method: 'DELETE', path: '/1' } }, failedAttempts: [], spent: '0' as PicoDollars });
      throw new Error('killed');
    });
    await expect(dying.run(id, running)).rejects.toThrow('killed');
    expect(JSON.stringify((await jobs.of(orgId, id))!.standing)).not.toContain('DELETE');
    await jobs.askToCancel(orgId, id);
    await runner().run(id, running);
    expect([calls[1]!.signal.aborted, calls[1]!.journal!.before?.accepted?.cancel]).toEqual([true, { method: 'DELETE', path: '/1' }]);
    expect(await typesOf(id)).toEqual(['InferenceDeferred', 'InferenceCancelled']);
    expect(await jobs.of(orgId, id)).toMatchObject({ status: 'cancelled', standing: null });
  });

  it('is given up after its worker died five times', async () => {
    const id = await takenIn();
    for (let death = 0; death < 5; death++) await expect(runner(() => Promise.reject(new Error('killed'))).run(id, running)).rejects.toThrow('killed');
    await runner().run(id, running);
    expect([calls.length, await typesOf(id), told[0]?.error?.code]).toEqual([5, ['InferenceDeferred', 'InferenceFailed'], 'job_given_up']);
  });

  it('whose words were erased meanwhile fails without a call', async () => {
    const id = await takenIn();
    await vault.destroy({ orgId, subject: null });
    await runner().run(id, running);
    expect([calls.length, told[0]?.error?.code]).toEqual([0, 'input_erased']);
  });
});
