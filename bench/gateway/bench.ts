/**
 * GreatRouter, Portkey's gateway and a bare undici pass-through, side by side in one run, with all of GreatRouter's
 * accounting on: npm run bench:gateway [-- rounds]. The load, the provider and the gateway share the machine; rounds
 * are interleaved and medians printed. Added figures are against the provider asked directly in the same round.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { descendants, newDataDir, removeDataDir } from '../../apps/cli/testing/product.js';
import type { Job, Result } from './load.js';

const rounds = Number(process.argv[2] ?? 5);
const secondsPerLoad = 4;
const here = new URL('.', import.meta.url).pathname;
const children: ChildProcess[] = [];

/** Something that answers POST /v1/chat/completions. */
interface Subject {
  readonly name: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
  readonly pid: number;
}

/** Starts a process and waits for the port it prints. */
async function started(file: string, env: Record<string, string>): Promise<{ port: number; pid: number }> {
  const child = spawn(process.execPath, [file], { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const port = await new Promise<number>((resolve) => child.stdout.once('data', (bytes: Buffer) => resolve(Number(bytes.toString()))));
  return { port, pid: child.pid! };
}

async function portkey(upstream: number): Promise<Subject> {
  const main = join(dirname(createRequire(import.meta.url).resolve('@portkey-ai/gateway/package.json')), 'build/start-server.js');
  const port = 21_000 + (process.pid % 1_000);
  const child = spawn(process.execPath, [main, `--port=${port}`, '--headless'], {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' }, stdio: 'ignore',
  });
  children.push(child);
  await answers(port);
  const headers = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `http://127.0.0.1:${upstream}/v1`, authorization: 'Bearer sk-bench' };
  return { name: 'Portkey 1.15.2', port, headers, model: 'gpt-4o-mini', pid: child.pid! };
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`nothing listens on ${port}`);
}

async function greatRouter(upstream: number, dataDir: string): Promise<{ subject: Subject; stop: () => Promise<void> }> {
  const key = `pk_live_benchkey1_${'0123456789abcdef'.repeat(2)}`;
  const env = {
    DATA_DIR: dataDir, PORT: '0', GREATROUTER_BOOTSTRAP_KEY: key, OPENAI_API_KEY: 'sk-bench', OPENAI_BASE_URL: `http://127.0.0.1:${upstream}/v1`, LOG_LEVEL: 'warn',
  };
  const child = spawn(process.execPath, [join(here, '../../../bin/greatrouter.js'), 'up'], { env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (bytes: Buffer) => {
      printed += bytes.toString();
      const ready = /Ready in .* at (\S+)/.exec(printed)?.[1];
      if (ready) resolve(ready);
    });
    child.once('exit', () => reject(new Error(`GreatRouter did not start:\n${printed}`)));
  });
  const stop = async (): Promise<void> => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    await gone;
  };
  const port = Number(new URL(url).port);
  const pid = await listenerOn(port, [child.pid!, ...(await descendants(child.pid!))]);
  return { subject: { name: 'GreatRouter', port, headers: { authorization: `Bearer ${key}` }, model: 'openai/gpt-4o-mini', pid }, stop };
}

/** Which of the processes listens on the port. */
async function listenerOn(port: number, pids: readonly number[]): Promise<number> {
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const inode = lines.map((line) => line.trim().split(/\s+/)).find((part) => part[3] === '0A' && part[1]?.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`))?.[9];
  for (const pid of pids) {
    const links = execFileSync('sh', ['-c', `ls -l /proc/${pid}/fd 2>/dev/null || true`]).toString();
    if (links.includes(`socket:[${inode}]`)) return pid;
  }
  throw new Error('the API process was not found');
}

/** One job of the load process. */
function load(job: Job): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(here, 'load.js')], { env: { PATH: process.env['PATH'] ?? '', LOAD: JSON.stringify(job) }, stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(printed) as Result) : reject(new Error(`the load ended with ${code}`))));
  });
}

const clockTicks = Number(execFileSync('getconf', ['CLK_TCK']).toString());

function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / clockTicks;
}

const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

interface Figures {
  readonly p50: number;
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly first64: number;
  readonly first256: number;
  readonly lost: number;
  readonly residentMb: number;
  readonly examples: readonly string[];
}

async function measure(subject: Subject): Promise<Figures> {
  const prompt = 'Explain in one sentence why a gateway should keep exact accounts.';
  const body = (stream: boolean) => JSON.stringify({ model: subject.model, messages: [{ role: 'user', content: prompt }], ...(stream ? { stream: true } : {}) });
  const job = (kind: Job['kind'], connections: number): Job => ({
    port: subject.port, path: '/v1/chat/completions', headers: subject.headers, body: body(kind === 'streams'), connections, kind, seconds: secondsPerLoad,
  });
  const one = await load({ ...job('whole', 1), seconds: 2 });
  const before = cpuMs(subject.pid);
  const many = await load(job('whole', 64));
  const cpu = (cpuMs(subject.pid) - before) / many.answers;
  const streams64 = await load(job('streams', 64));
  const streams256 = await load(job('streams', 256));
  const all = [one, many, streams64, streams256];
  return {
    p50: one.p50, perSecond: many.perSecond, cpuMs: cpu, first64: streams64.p99, first256: streams256.p99,
    lost: all.reduce((sum, { failures }) => sum + failures, 0) + (64 - streams64.answers) + (256 - streams256.answers),
    residentMb: residentMb(subject.pid), examples: all.flatMap(({ example }) => example ?? []),
  };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function main(): Promise<void> {
  const dataDir = await newDataDir();
  let stop: (() => Promise<void>) | null = null;
  try {
    const upstream = await started(join(here, 'upstream.js'), {});
    const direct: Subject = { name: 'direct', headers: {}, model: 'gpt-4o-mini', ...upstream };
    const floor: Subject = { name: 'undici floor', headers: {}, model: 'gpt-4o-mini', ...(await started(join(here, 'floor.js'), { UPSTREAM: `http://127.0.0.1:${upstream.port}` })) };
    const ours = await greatRouter(upstream.port, dataDir);
    stop = ours.stop;
    print(await compare([direct, floor, await portkey(upstream.port), ours.subject]));
  } finally {
    await stop?.();
    for (const child of children) child.kill();
    await removeDataDir(dataDir);
  }
}

/** The first round of each warms up and is not counted. */
async function compare(subjects: readonly Subject[]): Promise<Map<string, Figures[]>> {
  const figures = new Map<string, Figures[]>(subjects.map(({ name }) => [name, []]));
  for (const subject of subjects) await measure(subject);
  for (let round = 0; round < rounds; round++) for (const subject of subjects) figures.get(subject.name)!.push(await measure(subject));
  return figures;
}

function print(figures: ReadonlyMap<string, readonly Figures[]>): void {
  console.log(`${cpus()[0]?.model.trim()} x ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}; medians of ${rounds} rounds of ${secondsPerLoad} s; load, provider and gateway on the same machine`);
  console.log('GreatRouter: key, limits, decision, hold, two durable appends and exact cost on every request; the others store nothing.\n');
  console.log('| gateway | added p50, 1 connection | requests/s, 64 connections | CPU of its process per request | added p99 to first token, 64 streams | 256 streams | lost | memory |');
  console.log('|---|---|---|---|---|---|---|---|');
  const of = (name: string, key: Exclude<keyof Figures, 'examples'>): number => median(figures.get(name)!.map((each) => each[key]));
  for (const [name, all] of figures) {
    const added = (key: 'p50' | 'first64' | 'first256') => (name === 'direct' ? `(${of(name, key).toFixed(2)} ms)` : `${(of(name, key) - of('direct', key)).toFixed(2)} ms`);
    const lost = all.reduce((sum, each) => sum + each.lost, 0);
    console.log(`| ${name} | ${added('p50')} | ${Math.round(of(name, 'perSecond'))} | ${of(name, 'cpuMs').toFixed(2)} ms | ${added('first64')} | ${added('first256')} | ${lost} | ${Math.round(of(name, 'residentMb'))} MB |`);
    for (const example of new Set(all.flatMap(({ examples }) => examples))) console.log(`\n${name} failed once with: ${example}\n`);
  }
}

await main();
