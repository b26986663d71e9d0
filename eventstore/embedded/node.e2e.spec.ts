/** The compiled node: in a worker thread, and as a command. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jsonEvent } from '@eventstore/db-client';
import { testNode } from './testing/node.js';

const run = promisify(execFile);
const DIST = join(process.cwd(), 'dist/eventstore/embedded');

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'event-log-e2e-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Runs a module that has `create`, `client(node)`, `jsonEvent` and `dir`, and prints one line of JSON. */
async function script(body: string): Promise<unknown> {
  const prelude = `
    import { create } from ${JSON.stringify(pathToFileURL(join(DIST, 'index.js')).href)};
    import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
    const dir = ${JSON.stringify(dir)};
    const connect = (node) => EventStoreDBClient.connectionString(node.connectionString);
  `;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', prelude + body], { cwd: process.cwd(), timeout: 60_000 });
  return JSON.parse(stdout);
}

describe('a node in a worker thread', () => {
  it('serves, operates with progress, refuses a second one, and ends its thread when it is closed', async () => {
    const said = await script(`
      const node = await create({ dir: dir + '/log' }).listen();
      const client = connect(node);
      const { nextExpectedRevision } = await client.appendToStream('s', Array.from({ length: 300 }, () => jsonEvent({ type: 'T', data: {} })));
      const refused = await create({ dir: dir + '/log' }).listen().catch((error) => error.name);
      await client.setStreamMetadata('s', { maxCount: 1 });
      let told = 0;
      const { removedEvents } = await node.scavenge(() => told++);
      const { problems } = await node.verify(() => told++);
      const { bytes } = await node.backup(dir + '/copy');
      const failure = await node.backup(dir + '/copy').catch((error) => error.name);
      await client.dispose();
      await node.close();
      const reopened = await create({ dir: dir + '/copy' }).listen();
      const { events } = await reopened.stats();
      await reopened.close();
      console.log(JSON.stringify({ revision: Number(nextExpectedRevision), refused, removedEvents, problems, copied: bytes > 0, told: told > 1, failure, events, stopped: (await node.stopped) ?? 'closed' }));
    `);
    expect(said).toEqual({ revision: 299, refused: 'LogLocked', removedEvents: 299, problems: [], copied: true, told: true, failure: 'TargetNotEmpty', events: 3, stopped: 'closed' });
  });

  it('refuses a public address and a folder that is not a log with their own errors', async () => {
    const said = await script(`
      const publicly = await create({ dir, host: '0.0.0.0' }).listen().catch((error) => error.name);
      const { writeFileSync } = await import('node:fs');
      writeFileSync(dir + '/data.mdb', Buffer.alloc(50_000, 7));
      const damaged = await create({ dir }).listen().catch((error) => error.name);
      console.log(JSON.stringify({ publicly, damaged }));
    `);
    expect(said).toEqual({ publicly: 'PublicAddressRefused', damaged: 'LogDamaged' });
  });
});

describe('the command', () => {
  const command = (...args: string[]) => run(process.execPath, [join(DIST, 'bin.js'), ...args]);

  it('shows, verifies and copies the log of a running node; scavenges and compacts a closed one', async () => {
    const log = await testNode();
    await log.client.appendToStream('s', Array.from({ length: 500 }, () => jsonEvent({ type: 'T', data: { filler: 'x'.repeat(1000) } })));
    await log.client.deleteStream('s');
    expect(JSON.parse((await command('stats', '--dir', log.dir)).stdout)).toMatchObject({ events: 502, lastPosition: 502 });
    expect(JSON.parse((await command('verify', '--dir', log.dir)).stdout)).toMatchObject({ events: 502, problems: [] });
    const copy = join(dir, 'copy');
    expect(JSON.parse((await command('backup', '--dir', log.dir, '--to', copy)).stdout)).toMatchObject({ target: copy });
    await expect(command('scavenge', '--dir', log.dir)).rejects.toMatchObject({ stderr: expect.stringContaining(`process ${process.pid}`) });
    await log.close();

    const before = JSON.parse((await command('stats', '--dir', copy)).stdout) as { fileBytes: number };
    expect(JSON.parse((await command('scavenge', '--dir', copy, '--compact')).stdout)).toMatchObject({ removedEvents: 499 });
    const after = JSON.parse((await command('stats', '--dir', copy)).stdout) as { fileBytes: number; events: number };
    expect(after.events).toBe(3);
    expect(after.fileBytes).toBeLessThan(before.fileBytes / 4);
    expect(JSON.parse((await command('verify', '--dir', copy)).stdout)).toMatchObject({ problems: [], missingPositions: 499 });
  });

  it('says what is wrong in words', async () => {
    await expect(command('verify', '--dir', join(dir, 'nothing'))).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('there is no event log in') });
    await expect(command('serve', '--dir', dir, '--host', '0.0.0.0')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('--allow-public') });
  });
});
