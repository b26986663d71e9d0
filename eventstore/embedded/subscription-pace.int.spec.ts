import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { append } from './append.js';
import { EventStore, jsonEvent } from './store/event-store.js';
import { subscribeToAll, type Subscriber } from './subscriptions.js';
import { eventually } from './testing/node.js';

const appends = 100;
const paceMs = 10;

it('commits that follow one another are heard of together, and each event once', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'event-log-'));
  const store = await EventStore.open({ dir, onFailure: () => undefined });
  const positions: number[] = [];
  let deliveries = 0;
  let leave = () => {};
  const subscriber: Subscriber & { gone: boolean } = {
    gone: false,
    events(entries) {
      deliveries += 1;
      positions.push(...entries.map(({ position }) => position));
      return true;
    },
    checkpoint: () => true,
    caughtUp: () => undefined,
    ready: () => Promise.resolve(),
    onGone: (notify) => void (leave = notify),
  };
  const before = store.lastPosition;
  const running = subscribeToAll(store, before, subscriber);
  const startedAt = performance.now();
  for (let n = 0; n < appends; n++) await append(store, 'paced', 'any', [jsonEvent(Buffer.from('Numbered'), Buffer.from('{}'))]);
  await eventually(() => positions.length === appends);
  const tookMs = performance.now() - startedAt;
  expect(positions).toEqual(Array.from({ length: appends }, (_, n) => before + 1 + n));
  // A timer counts from when its turn of the event loop began: on a busy machine a wait ends early, and seldom by half.
  expect(deliveries).toBeLessThanOrEqual(Math.ceil(tookMs / (paceMs / 2)) + 1);
  subscriber.gone = true;
  leave();
  await running;
  await store.close();
  await rm(dir, { recursive: true, force: true });
});
