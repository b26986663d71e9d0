/**
 * GreatRouter, Portkey's gateway and a bare undici pass-through, side by side in one run, with all of GreatRouter's
 * accounting on: npm run bench:gateway (four minutes), or npm run bench:gateway -- --short (one). The load, the
 * provider and the gateway share the machine; rounds are interleaved and medians printed. Added figures are against
 * the provider asked directly in the same round.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { descendants, newDataDir, removeDataDir } from '../../apps/cli/testing/product.js';
import type { Job, Result } from './load.js';

/** Seconds. A start compiles what it runs: nothing is measured before each gateway has been under load for `warm`. */
const full = { rounds: 5, warm: 10, one: 2, many: 4, rest: 0.5 };
const short = { rounds: 1, warm: 6, one: 1, many: 4, rest: 0.5 };
const settings = process.argv.includes('--short') ? short : full;
const here = new URL('.', import.meta.url).pathname;
const children: ChildProcess[] = [];

/** Something that answers POST /v1/chat/completions. */
interface Subject {
  readonly name: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
  readonly pid: number;
  /** By name, where one request keeps other processes busy as well. */
  readonly beside: Readonly<Record<string, readonly number[]>>;
}

/** Starts a process and waits for the port it prints. */
async function started(file: string, env: Record<string, string>): Promise<{ port: number; pid: number }> {
  const child = spawn(process.execPath, [file], { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const port = await new Promise<number>((resolve) => child.stdout.once('data', (bytes: Buffer) => resolve(Number(bytes.toString()))));
  return { port, pid: child.pid! };
}

const portkeyName = 'Portkey 1.15.2';

async function portkey(upstream: number): Promise<Subject> {
  const main = join(dirname(createRequire(import.meta.url).resolve('@portkey-ai/gateway/package.json')), 'build/start-server.js');
  const port = 21_000 + (process.pid % 1_000);
  const child = spawn(process.execPath, [main, `--port=${port}`, '--headless'], {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' }, stdio: 'ignore',
  });
  children.push(child);
  await answers(port);
  const headers = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `http://127.0.0.1:${upstream}/v1`, authorization: 'Bearer sk-bench' };
  return { name: portkeyName, port, headers, model: 'gpt-4o-mini', pid: child.pid!, beside: {} };
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
  const pids = await descendants(child.pid!);
  const pid = await listenerOn(port, pids);
  return { subject: { name: 'GreatRouter', port, headers: { authorization: `Bearer ${key}` }, model: 'openai/gpt-4o-mini', pid, beside: besideApi(pids) }, stop };
}

function besideApi(pids: readonly number[]): Subject['beside'] {
  const commands = pids.map((pid) => ({ pid, command: readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim() }));
  const running = (pattern: RegExp) => commands.filter(({ command }) => pattern.test(command)).map(({ pid }) => pid);
  return { 'event log': running(/ eventstore$/), projector: running(/ projector$/), worker: running(/ worker$/), postgres: running(/postgres/) };
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
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / clockTicks;
  } catch {
    // A database connection that has ended.
    return 0;
  }
}

const cpuOf = ({ pid, beside }: Subject): Record<string, number> =>
  Object.fromEntries([['own', [pid]] as const, ...Object.entries(beside)].map(([name, pids]) => [name, pids.reduce((sum, each) => sum + cpuMs(each), 0)]));

const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

interface Figures {
  readonly p50: number;
  readonly perSecond: number;
  readonly p99: number;
  /** CPU milliseconds for each request at 64 connections, with what is left to do after them. */
  readonly cpu: Readonly<Record<string, number>>;
  readonly first64: number;
  readonly first256: number;
  readonly lost: number;
  readonly residentMb: number;
  readonly examples: readonly string[];
}

const prompt = 'Explain in one sentence why a gateway should keep exact accounts.';

function jobFor({ port, headers, model }: Subject, kind: Job['kind'], connections: number, seconds: number): Job {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: prompt }], ...(kind === 'streams' ? { stream: true } : {}) });
  return { port, path: '/v1/chat/completions', headers, body, connections, kind, seconds };
}

const rest = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

async function measure(subject: Subject): Promise<Figures> {
  const one = await load(jobFor(subject, 'whole', 1, settings.one));
  await rest(settings.rest);
  const before = cpuOf(subject);
  const many = await load(jobFor(subject, 'whole', 64, subject.name === 'direct' ? 1 : settings.many));
  await rest(settings.rest);
  const after = cpuOf(subject);
  const cpu = Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, (ms - before[name]!) / many.answers]));
  const streams64 = await load(jobFor(subject, 'streams', 64, 0));
  const streams256 = await load(jobFor(subject, 'streams', 256, 0));
  await rest(settings.rest);
  const all = [one, many, streams64, streams256];
  return {
    p50: one.p50, p99: many.p99, perSecond: many.perSecond, cpu, first64: streams64.p99, first256: streams256.p99,
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
    const direct: Subject = { name: 'direct', headers: {}, model: 'gpt-4o-mini', beside: {}, ...upstream };
    const floor: Subject = { name: 'undici floor', headers: {}, model: 'gpt-4o-mini', beside: {}, ...(await started(join(here, 'floor.js'), { UPSTREAM: `http://127.0.0.1:${upstream.port}` })) };
    const ours = await greatRouter(upstream.port, dataDir);
    stop = ours.stop;
    print(await compare([direct, floor, await portkey(upstream.port), ours.subject]));
  } finally {
    await stop?.();
    for (const child of children) child.kill();
    await removeDataDir(dataDir);
  }
}

async function compare(subjects: readonly Subject[]): Promise<Map<string, Figures[]>> {
  const figures = new Map<string, Figures[]>(subjects.map(({ name }) => [name, []]));
  for (const subject of subjects) {
    await load(jobFor(subject, 'whole', 64, subject.name === 'direct' ? 1 : settings.warm));
    for (const streams of [64, 256]) await load(jobFor(subject, 'streams', streams, 0));
  }
  for (let round = 0; round < settings.rounds; round++) for (const subject of subjects) figures.get(subject.name)!.push(await measure(subject));
  return figures;
}

type Single = Exclude<keyof Figures, 'examples' | 'cpu'>;

function print(figures: ReadonlyMap<string, readonly Figures[]>): void {
  const { rounds, one, many } = settings;
  const ours = figures.get('GreatRouter')!;
  const of = (name: string, key: Single): number => median(figures.get(name)!.map((each) => each[key]));
  const added = (name: string, key: Single): number => of(name, key) - of('direct', key);
  console.log(`${cpus()[0]?.model.trim()} x ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}; medians of ${rounds} interleaved rounds (${one} s at one connection, ${many} s at 64, then 64 and 256 streams of 62 events at once);`);
  console.log('load, provider and gateway share the machine. GreatRouter: key, limits, decision, hold, two durable appends and exact cost on every request, with projections and reactors running; the others store nothing.\n');
  console.log('| gateway | added p50, 1 connection | requests/s, 64 connections | p99 there | CPU of its process per request | added p99 to first token, 64 streams | 256 streams | lost | memory |');
  console.log('|---|---|---|---|---|---|---|---|---|');
  for (const [name, all] of figures) {
    const shown = (key: Single) => (name === 'direct' ? `(${of(name, key).toFixed(2)} ms)` : `${added(name, key).toFixed(2)} ms`);
    const lost = all.reduce((sum, each) => sum + each.lost, 0);
    const memory = Math.round(Math.max(...all.map(({ residentMb }) => residentMb)));
    console.log(`| ${name} | ${shown('p50')} | ${Math.round(of(name, 'perSecond'))} | ${of(name, 'p99').toFixed(1)} ms | ${median(all.map(({ cpu }) => cpu['own']!)).toFixed(2)} ms | ${shown('first64')} | ${shown('first256')} | ${lost} | ${memory} MB |`);
    for (const example of new Set(all.flatMap(({ examples }) => examples))) console.log(`\n${name} failed once with: ${example}\n`);
  }
  const processes = Object.keys(ours[0]!.cpu).map((name) => `${name === 'own' ? 'API' : name} ${median(ours.map(({ cpu }) => cpu[name]!)).toFixed(2)}`);
  console.log(`\nCPU of GreatRouter's processes per request at 64 connections, ms: ${processes.join(', ')}.`);
  const timesFloor = (key: Single): string => (added('GreatRouter', key) / added('undici floor', key)).toFixed(2);
  console.log(`GreatRouter against Portkey: ${(of('GreatRouter', 'perSecond') / of(portkeyName, 'perSecond')).toFixed(2)} times its requests/s. Against the floor, added p99 to first token: ${timesFloor('first64')} times at 64 streams, ${timesFloor('first256')} times at 256.`);
}

await main();
