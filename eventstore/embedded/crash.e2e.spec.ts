/** What a crash, a full disk, a broken file or a second process may do to a log: nothing that was acknowledged is lost. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { binaryEvent, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { collect } from './testing/node.js';

const run = promisify(execFile);
const DIST = join(process.cwd(), 'dist/eventstore/embedded');
const BIN = join(DIST, 'bin.js');

let dir: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'event-log-crash-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

interface Served {
  connectionString: string;
  child: ChildProcess;
  exited: Promise<{ code: number | null; stderr: string }>;
}

/** Serves `dir`; `shell` goes before the command, to set limits for it. */
async function serve(shell = ''): Promise<Served> {
  const child = spawn('sh', ['-c', `${shell} exec "$0" "$@"`, process.execPath, BIN, 'serve', '--dir', dir, '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  const exited = new Promise<{ code: number | null; stderr: string }>((resolve) => child.once('close', (code) => resolve({ code, stderr })));
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /esdb:\S+/.exec(line);
    if (found !== null) return { child, exited, connectionString: found[0] };
  }
  throw new Error(`the node did not start: ${(await exited).stderr}`);
}

async function stop({ child, exited }: Served): Promise<void> {
  child.kill('SIGTERM');
  expect((await exited).code).toBe(0);
}

const blob = () => binaryEvent({ type: 'Blob', data: randomBytes(20_000) });

describe('a log that is killed', () => {
  it('loses nothing over 50 kills under 24 writers', async () => {
    const { stdout } = await run(process.execPath, [join(DIST, 'testing/crash-campaign.js'), '--cycles', '50']);
    expect(stdout).toMatch(/^50 kills under 24 writers: \d+ appends acknowledged, .* nothing lost/);
  }, 240_000);
});

describe('a log on a full disk', () => {
  it('stops the node with the reason; what was acknowledged is there when space is back', async () => {
    // A file size limit is the quota that needs no privileges: writes beyond it fail as on a full disk.
    const node = await serve("trap '' XFSZ; ulimit -f 8192;");
    const client = EventStoreDBClient.connectionString(node.connectionString);
    const acknowledged: string[] = [];
    const writer = async (stream: string) => {
      for (;;) {
        const events = [blob(), blob()];
        await client.appendToStream(stream, events);
        acknowledged.push(...events.map(({ id }) => id));
      }
    };
    const failures = await Promise.allSettled([0, 1, 2, 3].map((number) => writer(`w${number}`)));
    for (const failure of failures) expect(failure).toMatchObject({ status: 'rejected', reason: { type: 'unavailable' } });
    const { code, stderr } = await node.exited;
    expect([code, stderr]).toEqual([1, expect.stringContaining('could not be written and has stopped')]);
    await client.dispose();
    expect(acknowledged.length).toBeGreaterThan(0);

    const again = await serve();
    const reader = EventStoreDBClient.connectionString(again.connectionString);
    const there = (await collect(reader.readAll())).map(({ event }) => event!);
    const ids = new Set(there.map(({ id }) => id));
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    expect(there.map(({ position }) => Number(position!.commit))).toEqual(there.map((_, index) => index + 1));
    await expect(reader.appendToStream('w0', blob())).resolves.toMatchObject({ success: true });
    await reader.dispose();
    await stop(again);
  });
});

describe('two nodes on one folder', () => {
  it('is refused with the name of the holder; a killed holder does not keep it', async () => {
    const first = await serve();
    const second = await run(process.execPath, [BIN, 'serve', '--dir', dir, '--port', '0']).catch((error: { code: number; stderr: string }) => error);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining(`process ${first.child.pid}`) });
    first.child.kill('SIGKILL');
    await first.exited;
    await stop(await serve());
  });
});

describe('a data file that is broken', () => {
  async function written(): Promise<string> {
    const node = await serve();
    const client = EventStoreDBClient.connectionString(node.connectionString);
    for (let n = 0; n < 20; n++) await client.appendToStream('s', [blob(), jsonEvent({ type: 'T', data: { n } })]);
    await client.dispose();
    await stop(node);
    return join(dir, 'data.mdb');
  }
  const refused = async () => run(process.execPath, [BIN, 'serve', '--dir', dir, '--port', '0']).catch((error: { code: number; stderr: string }) => error);

  it.each([
    ['cut in half', async (file: string) => truncate(file, Math.floor((await stat(file)).size / 2 / 4096) * 4096)],
    ['cut within its first page', (file: string) => truncate(file, 1000)],
    ['not a log at all', (file: string) => writeFile(file, randomBytes(100_000))],
  ])('%s, is refused at the start with a message', async (_what, damage) => {
    await damage(await written());
    const outcome = await refused();
    expect(outcome).toMatchObject({ code: 1 });
    expect(outcome.stderr).toMatch(/event log in .*(damaged|not an event log)/);
  });
});
