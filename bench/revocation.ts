/**
 * How soon a revoked key is refused by the processes that did not revoke it, with every process of the product running:
 * from the answer to the revocation until another API process refuses the key for the first time. The bar is a second;
 * the run fails when a request that was sent later than that was served.
 *
 *     npm run bench:revocation            KEYS=100 LOAD=4 change the keys and the clients of each process
 */
import { cpus, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { greatrouter, newDataDir, removeDataDir, startApi, startProduct } from '../apps/cli/testing/product.js';

const setting = (name: string, usual: number) => Number(process.env[name] ?? usual);
const keys = setting('KEYS', 100);
const load = setting('LOAD', 4);
const barMs = 1_000;
const patienceMs = 10_000;
/** A key is asked for in one go until it is refused, and then now and then until the bar is well behind. */
const lingerMs = { until: barMs + 500, between: 50 };

const prompt = JSON.stringify({ model: 'router', messages: [{ role: 'user', content: 'Name three rivers in France and say why they matter.' }] });

async function ask<T = void>(pool: Pool, method: 'GET' | 'POST' | 'DELETE', path: string, key: string, body?: string): Promise<{ status: number; said: T }> {
  const answer = await pool.request({ path, method, headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) }, ...(body && { body }) });
  const text = await answer.body.text();
  return { status: answer.statusCode, said: (text ? JSON.parse(text) : undefined) as T };
}

const statusOf = async (pool: Pool, key: string) => (await ask(pool, 'GET', '/v1/org', key)).status;

async function untilServed(pool: Pool, key: string): Promise<void> {
  for (const until = performance.now() + patienceMs; (await statusOf(pool, key)) !== 200; await pause(2)) {
    if (performance.now() > until) throw new Error(`a new key is not served after ${patienceMs} ms`);
  }
}

interface Revocation {
  /** When its answer came; null until then. */
  answeredAt: number | null;
}

/** Milliseconds from the revocation's answer to the first refusal; negative when the refusal came first. */
async function refusedAfter(pool: Pool, key: string, revocation: Revocation): Promise<number> {
  for (const until = performance.now() + patienceMs; performance.now() < until; ) {
    if ((await statusOf(pool, key)) !== 401) continue;
    const refusedAt = performance.now();
    while (revocation.answeredAt === null) await pause(1);
    return refusedAt - revocation.answeredAt;
  }
  throw new Error(`a revoked key is served after ${patienceMs} ms`);
}

/** How many requests sent later than the bar allows were served. */
async function servedTooLate(pool: Pool, key: string, answeredAt: number): Promise<number> {
  let served = 0;
  for (let sentAt = performance.now(); sentAt < answeredAt + lingerMs.until; sentAt = performance.now()) {
    if ((await statusOf(pool, key)) !== 401 && sentAt > answeredAt + barMs) served += 1;
    await pause(lingerMs.between);
  }
  return served;
}

const percentile = (sorted: readonly number[], percent: number) => (sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN).toFixed(1);

const dataDir = await newDataDir();
const product = await startProduct(dataDir).catch(async (error: unknown) => {
  await removeDataDir(dataDir);
  throw error;
});
const apis = [await startApi(dataDir), await startApi(dataDir)];
const revoker = new Pool(product.url, { connections: load + 1 });
const others = apis.map(({ url }) => new Pool(url, { connections: load + 4 }));
const loading = new AbortController();
let answers = 0;
const client = async (pool: Pool) => {
  while (!loading.signal.aborted) {
    const { status } = await ask(pool, 'POST', '/v1/chat/completions', product.key!, prompt);
    if (status !== 200) throw new Error(`answered ${status}`);
    answers += 1;
  }
};
try {
  console.log(`${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}; embedded log, ${1 + others.length} API processes, no Redis`);
  const admin = (await greatrouter(dataDir, ['keys', 'create', 'admin', '--role', 'admin'])).stdout.trim();
  await Promise.all([revoker, ...others].map((pool) => untilServed(pool, admin)));
  const clients = Promise.all([revoker, ...others].flatMap((pool) => Array.from({ length: load }, () => client(pool))));
  const startedAt = performance.now();
  const refusals: number[] = [];
  const lingering: Promise<number>[] = [];
  for (let n = 0; n < keys; n++) {
    const { said: made } = await ask<{ id: string; key: string }>(revoker, 'POST', '/v1/org/keys', admin, JSON.stringify({ name: `key ${n}` }));
    await Promise.all(others.map((pool) => untilServed(pool, made.key)));
    const revocation: Revocation = { answeredAt: null };
    const refused = Promise.all(others.map((pool) => refusedAfter(pool, made.key, revocation)));
    const { status } = await ask(revoker, 'DELETE', `/v1/org/keys/${made.id}`, admin);
    if (status !== 204) throw new Error(`revoking answered ${status}`);
    const answeredAt = (revocation.answeredAt = performance.now());
    refusals.push(...(await refused));
    lingering.push(...others.map((pool) => servedTooLate(pool, made.key, answeredAt)));
  }
  const late = (await Promise.all(lingering)).reduce((sum, served) => sum + served, 0);
  const seconds = (performance.now() - startedAt) / 1_000;
  loading.abort();
  await clients;
  refusals.sort((a, b) => a - b);
  console.log(`${keys} keys revoked one after another in ${seconds.toFixed(1)} s, ${load} clients of each process with completions meanwhile (${Math.round(answers / seconds)}/s)`);
  console.log(`from the revocation's answer to the first refusal of each other process: p50 ${percentile(refusals, 50)} ms, p99 ${percentile(refusals, 99)} ms, worst ${percentile(refusals, 100)} ms (${refusals.length} refusals; below zero: refused before the answer came)`);
  console.log(`served when sent later than ${barMs} ms: ${late}`);
  if (late > 0 || refusals.at(-1)! > barMs) process.exitCode = 1;
} finally {
  loading.abort();
  await Promise.all([revoker, ...others].map((pool) => pool.close()));
  await Promise.all(apis.map((api) => api.kill()));
  await product.stop();
  await removeDataDir(dataDir);
}
