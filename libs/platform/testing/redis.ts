/**
 * A real redis-server for a group of tests: the one on the PATH, else one installed by the system's package manager
 * where that is allowed (root with apt), else the group is reported as skipped, by name. In CI it must run.
 */
import { afterAll, beforeAll, describe } from '@jest/globals';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestRedis {
  readonly url: string;
  /** SIGKILL: what a crash does. */
  kill(): Promise<void>;
}

/** Like `describe`; `redis()` is valid inside hooks and tests. */
export function describeWithRedis(name: string, body: (redis: () => TestRedis) => void): void {
  const missing = whyMissing();
  if (missing !== null && process.env['CI'] === 'true') throw new Error(`the tests "${name}" must run in CI: ${missing}`);
  if (missing !== null) {
    describe.skip(`${name} (skipped: ${missing})`, () => body(() => ({ url: '', kill: async () => {} })));
    return;
  }
  describe(name, () => {
    let running: TestRedis;
    beforeAll(async () => {
      running = await start();
    });
    afterAll(() => running?.kill());
    body(() => running);
  });
}

/** Null when there is a redis-server now. */
function whyMissing(): string | null {
  const isThere = () => spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
  if (isThere()) return null;
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) return 'no redis-server on the PATH, and none may be installed';
  // At this runlevel the package does not start its own service (invoke-rc.d(8)): the tests start their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  // One worker of the test run at a time: apt-get does not wait for whoever is reading the lists of packages.
  const install = 'command -v redis-server || { timeout 60 apt-get update -qq; apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 redis-server; }';
  try {
    execFileSync('flock', [process.execPath, 'sh', '-c', install], { env, stdio: 'ignore', timeout: 300_000 });
  } catch {
    return 'redis-server could not be installed';
  }
  return isThere() ? null : 'redis-server is not on the PATH after its installation';
}

async function start(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]);
  await ready(server);
  return {
    url: `redis://127.0.0.1:${port}`,
    async kill() {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function ready(server: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    server.stdout!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`redis-server did not start:\n${said}`)));
    server.once('error', reject);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
