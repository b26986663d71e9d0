/** A process whose supervisor dies while it is still starting ends by itself: nobody else would ever stop it. */
import { expect, it } from '@jest/globals';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { newDataDir, removeDataDir } from './testing/product.js';

const cli = new URL('../../bin/greatrouter.js', import.meta.url).pathname;

it('ends although the stores it waits for died with its parent', async () => {
  const dataDir = await newDataDir();
  const taken: Socket[] = [];
  const silent = createServer((socket) => taken.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const env = { PATH: process.env['PATH'], DATA_DIR: dataDir, PORT: '0', EVENTSTORE_URL: `esdb://127.0.0.1:${port}?tls=false`, DATABASE_URL: `postgres://x:x@127.0.0.1:${port}/x` };
  const child = fork(cli, ['api'], { silent: true, detached: true, env });
  const ended = once(child, 'exit');
  await once(silent, 'connection');
  child.disconnect();
  expect((await ended)[0]).toBe(1);
  for (const socket of taken) socket.destroy();
  silent.close();
  await removeDataDir(dataDir);
});

it('ends although its parent is gone and nobody reads what it says', async () => {
  const dataDir = await newDataDir();
  const child = fork(cli, ['eventstore'], { silent: true, detached: true, env: { PATH: process.env['PATH'], DATA_DIR: dataDir } });
  child.stdout!.destroy();
  child.stderr!.destroy();
  child.disconnect();
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  expect(code).not.toBeNull();
  await removeDataDir(dataDir);
});
