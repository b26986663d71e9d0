/** The whole product as its users start it: `greatrouter up` in a process of its own, with a data folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { newFolder, removeFolder } from '../../../libs/platform/testing/folder.js';
import { runningStores } from '../running.js';
import { secretWatch } from '../../../libs/platform/testing/secret-watch.js';

export interface Product {
  readonly url: string;
  /** The key shown at the first start; null at later ones. */
  readonly key: string | null;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  /** Ctrl-C, and waits until everything has ended. */
  stop(): Promise<void>;
  /** kill -9 of the supervisor and of every process it started, at once. */
  kill(): Promise<void>;
}

export const newDataDir = () => newFolder('e2e');
export const removeDataDir = (path: string) => removeFolder(path);

const startPatienceMs = 120_000;
/** Of the folder that every npm command runs in: benchmarks start the product from dist/, tests from the sources. */
const cli = resolve('bin/greatrouter.js');

/** @param env further settings. Nothing of the caller's own settings leaks in. */
export async function startProduct(dataDir: string, env: Record<string, string> = {}): Promise<Product> {
  const child = spawn(process.execPath, [cli, 'up'], { env: { ...bareEnv(), DATA_DIR: dataDir, PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await new Promise<void>((ready, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready after ${startPatienceMs} ms:\n${printed}`)), startPatienceMs);
    child.stdout.on('data', () => {
      if (!/Ctrl-C stops/.test(printed)) return;
      clearTimeout(timer);
      ready();
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code} before it was ready:\n${printed}`));
    });
  });
  const key = keyIn(printed);
  secretWatch.entrustSettings(env);
  if (key) secretWatch.entrust(key);
  const ended = () => secretWatch.search('the output of greatrouter up', printed.replace(/Ready in[^]*Ctrl-C stops/, ''));
  return {
    url: /Ready in .* at (\S+)/.exec(printed)![1]!,
    key,
    dataDir,
    process: child,
    output: () => printed,
    stop: () => endWith(child, () => child.kill('SIGINT')).then(ended),
    kill: () => endWith(child, async () => killAll([child.pid!, ...(await descendants(child.pid!))])).then(ended),
  };
}

export interface Api {
  readonly url: string;
  /** kill -9 */
  kill(): Promise<void>;
}

/** Another API process on the stores of a running product. @param env as the product was started with. */
export async function startApi(dataDir: string, env: Record<string, string> = {}): Promise<Api> {
  const { eventStoreUrl, databaseUrl } = (await runningStores(dataDir))!;
  const child = spawn(process.execPath, [cli, 'api'], {
    env: { ...bareEnv(), DATA_DIR: dataDir, PORT: '0', EVENTSTORE_URL: eventStoreUrl, DATABASE_URL: databaseUrl, ...env }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the API ended before it was ready:\n${printed}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const listening = /"url":"(http[^"]+)"/.exec(printed);
      if (listening) resolve(listening[1]!);
    });
  });
  secretWatch.entrustSettings(env);
  return { url, kill: () => endWith(child, () => child.kill('SIGKILL')).then(() => secretWatch.search('the output of greatrouter api', printed)) };
}

/** Runs one command of the CLI to its end. */
export function greatrouter(dataDir: string, args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { env: { ...bareEnv(), DATA_DIR: dataDir, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      secretWatch.search(`greatrouter ${args.join(' ')}`, shownOnce(stdout) + stderr);
      resolve({ code, stdout, stderr });
    });
  });
}

const keyIn = (text: string): string | null => /pk_(?:test|live)_[0-9A-Za-z]{9}_[0-9a-f]{32}/.exec(text)?.[0] ?? null;

/** What a command made is shown to whoever asked for it, once: a key, or an invitation alone on its line. */
const shownOnce = (text: string): string => text.replace(keyIn(text) ?? /^[\w-]{43}$/m, '');

function bareEnv(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
}

async function endWith(child: ChildProcess, how: () => unknown): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await how();
  await gone;
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
}

/** Every process below one, read from /proc. */
export async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => null);
    // The name may hold spaces and brackets; the parent is the second field after the last bracket.
    if (stat) parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const found: number[] = [];
  for (let layer = [pid]; layer.length > 0; ) {
    layer = [...parents].filter(([, parent]) => layer.includes(parent)).map(([child]) => child);
    found.push(...layer);
  }
  return found;
}
