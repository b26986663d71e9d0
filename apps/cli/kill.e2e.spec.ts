/** kill -9 of everything, under load: nothing acknowledged is lost, and every admitted request ends exactly once. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import { isTerminal } from '../../libs/routing/domain/terminal.js';
import { newDataDir, removeDataDir, startProduct, type Product } from './testing/product.js';
import { runningStores } from './running.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

const clients = 8;
const askedBeforeTheKill = 60;
let dataDir: string;
let product: Product;

beforeAll(async () => void (dataDir = await newDataDir()));
afterAll(async () => {
  await product.stop();
  await removeDataDir(dataDir);
});

interface Answered {
  readonly requestId: string;
  readonly position: bigint;
}

/** Asks until the connection breaks. */
async function client(url: string, key: string, answered: Answered[], enough: () => void): Promise<void> {
  for (;;) {
    try {
      const answer = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'router', messages: [{ role: 'user', content: 'Name three rivers.' }] }),
      });
      await answer.json();
      if (answer.status === 200) answered.push({ requestId: answer.headers.get('x-request-id')!, position: BigInt(answer.headers.get('x-gr-position')!) });
      if (answered.length >= askedBeforeTheKill) enough();
    } catch {
      return;
    }
  }
}

describe('kill -9 of the whole', () => {
  it('loses no acknowledged request, and ends every admitted one once', async () => {
    product = await startProduct(dataDir);
    const key = product.key!;
    const answered: Answered[] = [];
    let enough = () => {};
    const loaded = new Promise<void>((resolve) => (enough = resolve));
    const running = Array.from({ length: clients }, () => client(product.url, key, answered, enough));
    await loaded;
    await product.kill();
    await Promise.all(running);

    product = await startProduct(dataDir);
    const log = new EventLog((await runningStores(dataDir))!.eventStoreUrl);
    try {
      await eventually(() => storiesWithoutEnd(log), ({ length }) => length === 0);
      const stories = await storiesOf(log);
      for (const { requestId } of answered) expect([requestId, stories.get(requestId)?.at(-1)]).toEqual([requestId, 'InferenceCompleted']);
      for (const [requestId, types] of stories) {
        expect([requestId, types.slice(0, 2)]).toEqual([requestId, ['RouteRequested', 'ModelSelected']]);
        expect([requestId, types.filter((type) => isTerminal({ type })).length]).toEqual([requestId, 1]);
      }
      expect(answered.length).toBeGreaterThanOrEqual(askedBeforeTheKill);
    } finally {
      await log.close();
    }
    // The key of before still works, and the logs show what was answered.
    const logs = await fetch(`${product.url}/v1/org/logs?format=csv&limit=1000`, { headers: { authorization: `Bearer ${key}` } });
    expect(logs.status).toBe(200);
  });
});

async function storiesOf(log: EventLog): Promise<Map<string, string[]>> {
  const stories = new Map<string, string[]>();
  for await (const { stream, type } of log.readAll()) {
    if (!stream.startsWith('route-')) continue;
    const requestId = stream.slice('route-'.length);
    stories.set(requestId, [...(stories.get(requestId) ?? []), type]);
  }
  return stories;
}

const storiesWithoutEnd = async (log: EventLog) => [...(await storiesOf(log)).values()].filter((types) => !types.some((type) => isTerminal({ type })));
