/** Ctrl-C while an answer is on its way: the client gets all of it, and the log says that it was completed. */
import { readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { descendants, newDataDir, removeDataDir, startProduct, greatrouter, type Product } from './testing/product.js';

let dataDir: string;
let product: Product;

beforeAll(async () => {
  dataDir = await newDataDir();
  product = await startProduct(dataDir);
});
afterAll(async () => {
  await product.stop();
  await removeDataDir(dataDir);
});

it('has the worker give way to those who answer requests', async () => {
  const services = ['eventstore', 'projector', 'worker', 'api'];
  const priorities: Record<string, number> = {};
  for (const pid of await descendants(product.process.pid!)) {
    const service = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0').find((argument) => services.includes(argument));
    if (service) priorities[service] = getPriority(pid) - getPriority(product.process.pid!);
  }
  expect(priorities).toEqual({ eventstore: 0, projector: 0, worker: 5, api: 0 });
});

it('drains open requests and loses nothing', async () => {
  const answer = await fetch(`${product.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${product.key!}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'router', stream: true, messages: [{ role: 'user', content: 'Tell me about rivers. [[sandbox: tokens=60 rate=30]]' }] }),
  });
  const reader = answer.body!.getReader();
  const first = await reader.read();
  const stopped = product.stop();
  let text = Buffer.from(first.value!).toString();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += Buffer.from(value).toString();
  }
  await stopped;
  expect(text.trimEnd()).toMatch(/data: \[DONE\]$/);
  expect(text.match(/"delta":\{[^}]*"content":"[^"]+"/g)!.length).toBeGreaterThanOrEqual(60);
  const { stdout } = await greatrouter(dataDir, ['events', answer.headers.get('x-request-id')!]);
  expect(stdout.match(/^[A-Z]\w+/gm)).toEqual(['RouteRequested', 'ModelSelected', 'InferenceCompleted']);
});
