import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { append } from './append.js';
import { create } from './index.js';
import { openEnvironment, systemKey } from './store/environment.js';
import { EventStore } from './store/event-store.js';
import type { ProposedEvent } from './store/record.js';
import { collect, testNode } from './testing/node.js';
import { parseUuid } from './wire/uuid.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'event-log-node-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const start = () => create({ dir, mode: 'same-thread' }).listen();

describe('the address of a node', () => {
  it.each(['0.0.0.0', '::', '192.168.1.1', 'example.com'])('%s is refused unless it is allowed', async (host) => {
    await expect(create({ dir, host, mode: 'same-thread' }).listen()).rejects.toMatchObject({ name: 'PublicAddressRefused', message: expect.stringContaining(host) });
  });

  it('may be public when it is allowed', async () => {
    const node = await create({ dir, host: '0.0.0.0', allowPublic: true, mode: 'same-thread' }).listen();
    const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${node.port}?tls=false`);
    await expect(client.appendToStream('s', jsonEvent({ type: 'T', data: {} }))).resolves.toMatchObject({ success: true });
    await client.dispose();
    await node.close();
  });

  it('that is taken leaves the log closed', async () => {
    const first = await start();
    const other = await mkdtemp(join(tmpdir(), 'event-log-node-'));
    await expect(create({ dir: other, port: first.port, mode: 'same-thread' }).listen()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await (await create({ dir: other, mode: 'same-thread' }).listen()).close();
    await first.close();
    await rm(other, { recursive: true });
  });
});

describe('the lock of a log', () => {
  it('keeps a second node of the same process out, until the first is closed', async () => {
    const node = await start();
    await expect(start()).rejects.toMatchObject({ name: 'LogLocked', message: expect.stringContaining(`process ${process.pid}`) });
    await node.close();
    await (await start()).close();
  });

  const owner = (changes: object) => JSON.stringify({ token: 't', pid: process.pid, host: hostname(), processStart: 'long ago', since: '2026-01-01T00:00:00Z', ...changes });
  async function leaveOwner(changes: object): Promise<void> {
    await (await start()).close();
    const env = openEnvironment({ dir });
    env.system.putSync(systemKey('owner'), Buffer.from(owner(changes)));
    await env.root.close();
  }

  it('is taken over from a process that is gone, also when its number is in use again', async () => {
    await leaveOwner({});
    await (await start()).close();
    await leaveOwner({ pid: 2 ** 22 + 1 });
    await (await start()).close();
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is taken over from a process that was killed and not reaped yet', async () => {
    // `sh` starts a child and never waits for it: once killed, its id answers, and it holds nothing.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = Number(await new Promise<string>((resolve) => parent.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()))));
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    await leaveOwner({ pid, processStart: `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}` });
    await expect(start()).rejects.toMatchObject({ name: 'LogLocked' });
    process.kill(pid, 'SIGKILL');
    while (!/\) Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8'))) await new Promise((resolve) => setTimeout(resolve, 5));
    await (await start()).close();
    parent.kill('SIGKILL');
  });

  it('of another host is respected while its heart beats, and taken over after', async () => {
    await leaveOwner({ host: 'elsewhere' });
    const heartbeat = join(dir, 'owner.heartbeat');
    await writeFile(heartbeat, '');
    await expect(start()).rejects.toMatchObject({ name: 'LogLocked', message: expect.stringContaining('elsewhere') });
    const before = new Date(Date.now() - 60_000);
    await utimes(heartbeat, before, before);
    await (await start()).close();
  });
});

describe('a log of another format', () => {
  it('is refused, not guessed at', async () => {
    await (await start()).close();
    const env = openEnvironment({ dir });
    env.system.putSync(systemKey('format'), Buffer.from('99'));
    await env.root.close();
    await expect(start()).rejects.toMatchObject({ name: 'UnknownFormat', message: expect.stringContaining('99') });
  });
});

describe('a clock that goes backwards', () => {
  it('changes nothing but what events say of their time', async () => {
    const times = [5_000_000, 4_000_000, 1_000, 6_000_000];
    const clock = () => times[0]!;
    const open = () => EventStore.open({ dir, onFailure: (error) => expect(error).toBeUndefined(), clock });
    let store = await open();
    const event = (n: number): ProposedEvent => ({ id: parseUuid(`00000000-0000-4000-8000-00000000000${n}`), type: Buffer.from('T'), json: false, data: Buffer.from([n]), metadata: Buffer.alloc(0) });
    const positions: (number | undefined)[] = [];
    for (let n = 0; times.length > 0; n++, times.shift()) {
      const outcome = await append(store, 's', n - 1 < 0 ? 'no_stream' : n - 1, [event(n)]);
      expect(outcome).toMatchObject({ kind: 'appended', revision: n });
      positions.push(outcome.kind === 'appended' ? outcome.position : undefined);
      if (n === 1) {
        await store.close();
        store = await open();
      }
    }
    expect(positions).toEqual([2, 3, 4, 5]);
    times.push(0);
    expect(await append(store, 's', 'no_stream', [event(0)])).toMatchObject({ kind: 'appended', revision: 0, position: 2 });
    await store.close();
  });
});

describe('a log in use', () => {
  it('shows a restart everything, and still knows retries that expect any revision', async () => {
    const log = await testNode();
    const event = jsonEvent({ type: 'T', data: {} });
    const first = await log.client.appendToStream('s', event);
    await log.restart();
    const client = log.connect();
    expect(await client.appendToStream('s', event)).toEqual(first);
    expect(await collect(client.readStream('s'))).toHaveLength(1);
    await log.close();
  });

  it('pins no old version of the file for a subscriber that stalls', async () => {
    const log = await testNode();
    await log.client.setStreamMetadata('s', { maxCount: 1 });
    const stalled = log.client.subscribeToAll();
    await new Promise<void>((resolve) => stalled.once('confirmation', () => resolve()));
    stalled.pause();
    const big = () => jsonEvent({ type: 'Big', data: { filler: 'x'.repeat(100_000) } });
    // A pinned version would keep every page freed by a scavenge from being used again: the file would grow by each round.
    const sizes: number[] = [];
    for (let round = 0; round < 6; round++) {
      for (let n = 0; n < 10; n++) await log.client.appendToStream('s', big());
      await log.node.scavenge();
      sizes.push((await log.node.stats()).fileBytes);
    }
    expect(sizes.at(-1)! - sizes[2]!).toBeLessThan(1_500_000);
    await stalled.unsubscribe();
    await log.close();
  });

  it('takes ten thousand appends at once', async () => {
    const log = await testNode();
    const outcomes = await Promise.all(Array.from({ length: 10_000 }, (_, n) => log.client.appendToStream(`flood-${n % 100}`, jsonEvent({ type: 'T', data: { n } }), { deadline: 120_000 })));
    expect(outcomes.every(({ success }) => success)).toBe(true);
    expect((await log.node.stats()).events).toBe(10_001);
    await log.close();
  });
});
