/** A test file that passes, and lets a password out in every way there is. Run by secret-watch.spec.ts alone. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from '@jest/globals';
import { newFolder, removeFolder } from './folder.js';
import { testLogger } from './logger.js';

const password = 'hunter hunter';
const leaky = createServer((request, response) => {
  response.writeHead(request.url === '/metrics' ? 200 : 401, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message: `not ${password}` } }));
});

beforeAll(() => new Promise<void>((resolve) => leaky.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => leaky.close(resolve)));

it('leaks', async () => {
  const url = `http://127.0.0.1:${(leaky.address() as AddressInfo).port}`;
  await fetch(`${url}/sign-in`, { method: 'POST', headers: { connection: 'close' }, body: JSON.stringify({ password }) });
  await fetch(`${url}/metrics`, { headers: { connection: 'close' } });
  testLogger().info({ note: password }, 'signed in');
  const folder = await newFolder('leak');
  await mkdir(join(folder, 'events'));
  await writeFile(join(folder, 'events', 'log'), `{"password_was":"${password}"}`);
  // What is found here is told at the end of the file with the rest.
  await removeFolder(folder).catch(() => undefined);
});
