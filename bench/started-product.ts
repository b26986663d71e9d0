/** The whole product as `up` starts it, over a new folder, with its sandbox as the provider. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const patienceMs = 120_000;
const cli = new URL('../../bin/greatrouter.js', import.meta.url).pathname;

export interface StartedProduct {
  readonly url: string;
  /** A test key. */
  readonly key: string;
  readonly databaseUrl: string;
  readonly pid: number;
  /** With everything it has written. */
  stop(): Promise<void>;
}

export async function startedProduct(): Promise<StartedProduct> {
  const dataDir = await mkdtemp(join(tmpdir(), 'greatrouter-bench-'));
  const child = spawn(process.execPath, [cli, 'up'], { env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', DATA_DIR: dataDir, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  for (const until = Date.now() + patienceMs; !printed.includes('Ctrl-C stops'); await pause(50)) {
    if (Date.now() < until && child.exitCode === null) continue;
    await stopped(child, dataDir);
    throw new Error(`not ready:\n${printed}`);
  }
  const { databaseUrl } = JSON.parse(await readFile(join(dataDir, 'running.json'), 'utf8')) as { databaseUrl: string };
  return { url: /Ready in .* at (\S+)/.exec(printed)![1]!, key: /pk_test_\w+/.exec(printed)![0], databaseUrl, pid: child.pid!, stop: () => stopped(child, dataDir) };
}

async function stopped(child: ChildProcess, dataDir: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.kill('SIGINT')) await ended;
  await rm(dataDir, { recursive: true, force: true });
}
