/** A node in this thread over a fresh folder, with a client, for tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { create, type CreateOptions, type RunningNode } from '../index.js';

export interface TestNode {
  readonly dir: string;
  readonly client: EventStoreDBClient;
  readonly node: RunningNode;
  /** Another client of the same node. */
  connect(parameters?: string): EventStoreDBClient;
  /** Closes the node and opens it again on the same folder and port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function testNode(options: Partial<CreateOptions> = {}): Promise<TestNode> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'event-log-')));
  const start = (port: number) => create({ mode: 'same-thread', ...options, dir, port }).listen();
  let node = await start(0);
  const clients: EventStoreDBClient[] = [];
  const connect = (parameters = ''): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(node.connectionString + parameters);
    clients.push(client);
    return client;
  };
  return {
    dir,
    client: connect(),
    get node() {
      return node;
    },
    connect,
    async restart() {
      const { port } = node;
      await node.close();
      node = await start(port);
    },
    async close() {
      for (const client of clients) await client.dispose();
      await node.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Collects what an iterable yields. */
export async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** Collects the first `count` and ends the subscription. */
export async function take<T>(subscription: AsyncIterable<T> & { unsubscribe(): Promise<void> }, count: number): Promise<T[]> {
  const first: T[] = [];
  try {
    if (count > 0) for await (const event of subscription) if (first.push(event) === count) break;
  } finally {
    await subscription.unsubscribe();
  }
  return first;
}

/** Polls until `probe` gives a value. */
export async function eventually<T>(probe: () => T | undefined | false | Promise<T | undefined | false>, withinMs = 60_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`not reached within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
