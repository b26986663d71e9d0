/** The product of a test file: started once before its tests, stopped and forgotten after them. */
import { afterAll, beforeAll } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventLog } from '../../../libs/event-sourcing/event-log.js';
import type { Recorded } from '../../../libs/event-sourcing/domain/event.js';
import { runningStores } from '../running.js';
import { newDataDir, removeDataDir, startProduct, type Product } from './product.js';

export interface ProductSettings {
  /** Asked when the product is about to start, so that it may name what was started before it. */
  readonly env?: () => Record<string, string> | Promise<Record<string, string>>;
  /** `catalog-overrides.json` of the data folder. */
  readonly overrides?: object;
}

export class RunningProduct {
  private dir: string | null = null;
  private started: Product | null = null;
  private opened: EventLog | null = null;

  get url(): string {
    return this.product.url;
  }

  /** The test key of its first start. */
  get key(): string {
    return this.product.key!;
  }

  get dataDir(): string {
    return this.dir!;
  }

  get product(): Product {
    return this.started!;
  }

  /** The event log, read beside the product. */
  async log(): Promise<EventLog> {
    return (this.opened ??= new EventLog((await runningStores(this.dataDir))!.eventStoreUrl));
  }

  /** The events of a stream, oldest first. */
  async eventsOf(stream: Recorded['stream']): Promise<Recorded[]> {
    const events: Recorded[] = [];
    for await (const event of (await this.log()).read(stream)) events.push(event);
    return events;
  }

  /** Calls an endpoint with a JSON body, if there is one, and a key: its own unless another is given. */
  ask(path: string, body?: object, key = this.key): Promise<Response> {
    const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) };
    return fetch(this.url + path, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
  }

  async start({ env, overrides }: ProductSettings): Promise<void> {
    this.dir = await newDataDir();
    if (overrides) await writeFile(join(this.dir, 'catalog-overrides.json'), JSON.stringify(overrides));
    await this.startAgain((await env?.()) ?? {});
  }

  /** On the same data folder, after it was stopped or killed. */
  async startAgain(env: Record<string, string> = {}): Promise<Product> {
    return (this.started = await startProduct(this.dataDir, env));
  }

  async stop(): Promise<void> {
    await this.opened?.close();
    await this.started?.stop();
    if (this.dir !== null) await removeDataDir(this.dir);
  }
}

/** Call at the top of a test file. */
export function runningProduct(settings: ProductSettings = {}): RunningProduct {
  const product = new RunningProduct();
  beforeAll(() => product.start(settings));
  afterAll(() => product.stop());
  return product;
}
