import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { testNode, type TestNode } from '../../../eventstore/embedded/testing/node.js';
import type { CommandContext } from '../../event-sourcing/domain/event.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { LiveFolds } from '../../event-sourcing/live-folds.js';
import { shippedCatalog } from '../data/shipped-catalog.js';
import { LiveCatalog } from '../read-model/live-catalog.js';
import { plannedCatalog, publishCatalog, type PublishReport } from './publish-catalog.js';

let node: TestNode;
let log: EventLog;
let folds: LiveFolds;
let catalog: LiveCatalog;
let commands = 0;

beforeEach(async () => {
  node = await testNode();
  log = new EventLog(node.node.connectionString);
  folds = new LiveFolds(log, null, (error) => {
    throw error;
  });
  catalog = new LiveCatalog();
  folds.register(catalog);
  await folds.start();
});
afterEach(async () => {
  await folds.stop();
  await log.close();
  await node.close();
});

const context = (): CommandContext => ({ orgId: null, actor: 'cli', commandId: `publish-${++commands}`, correlationId: 'c', at: '2026-11-22T10:00:00.000Z' });

/** Publishes and waits until this process has folded it. */
async function publish(overrides: unknown = null, shipped = shippedCatalog()): Promise<PublishReport> {
  const report = await publishCatalog(log, { shipped, overrides, current: catalog.latest(), context: context() });
  if (report.position !== null) expect(await folds.waitFor(report.position, 60_000)).toBe(true);
  return report;
}
const priceOf = (asOf: bigint | null) => catalog.at(asOf === null ? null : { position: asOf }).find('openai/gpt-5')!.model.pricing;

it('publishes the shipped catalogue once, then only what differs, and its history is exact', async () => {
  const shipped = shippedCatalog();
  const deprecated = shipped.filter(({ status }) => status === 'deprecated').length;
  const first = await publish();
  expect(first).toMatchObject({ listed: shipped.length, repriced: 0, changed: 0, retired: deprecated, unchanged: 0 });
  expect(catalog.latest().ever).toEqual([...shipped].sort((a, b) => (a.id < b.id ? -1 : 1)));

  expect(await publish()).toMatchObject({ listed: 0, repriced: 0, changed: 0, retired: 0, unchanged: shipped.length, lines: [], position: null });

  const own = await publish({
    models: [
      { id: 'openai/gpt-5', pricing: { input_per_million_tokens: 1, output_per_million_tokens: 8 } },
      { id: 'acme/own', like: 'meta/llama-3.3-70b-instruct', pricing: { input_per_million_tokens: 0.05, output_per_million_tokens: 0.05 } },
    ],
    withdraw: ['serper/search'],
  });
  expect(own).toMatchObject({ listed: 1, repriced: 1, retired: 1, unchanged: shipped.length - 2 });
  expect(own.lines.find((line) => line.startsWith('$ openai/gpt-5'))).toContain('-> token: input 1, output 8');

  const back = await publish();
  expect(back).toMatchObject({ listed: 1, repriced: 1, retired: 1 });
  expect(catalog.latest().find('acme/own')).toMatchObject({ retired: 'withdrawn' });
  expect(priceOf(null)).toEqual(priceOf(first.position));
  expect(priceOf(own.position)).toMatchObject({ rates: { input: '1000000', output: '8000000' } });
});

it('a plan says what publishing then writes, and writes nothing', async () => {
  const shipped = shippedCatalog().slice(0, 5);
  await publish(null, shipped);
  const overrides = { models: [{ id: shipped[0]!.id, name: 'Renamed' }], withdraw: [shipped[1]!.id] };
  const plan = plannedCatalog({ shipped, overrides, current: catalog.latest() });
  expect(plan.lines).toEqual([`- ${shipped[1]!.id}  withdrawn`, `~ ${shipped[0]!.id}  name, provenance`]);
  expect(catalog.latest().models).toHaveLength(5);
  expect((await publish(overrides, shipped)).lines).toEqual(plan.lines);
});

it('refuses a file with mistakes before anything is written', async () => {
  await expect(publish({ models: [{ id: 'openai/gpt-5', price: 1 }] }, shippedCatalog().slice(0, 3))).rejects.toThrow(/models\[0\]/);
  expect(catalog.latest().ever).toEqual([]);
});

it('two that publish at the same time publish once', async () => {
  const few = shippedCatalog().slice(0, 10);
  const both = await Promise.all([publish(null, few), publish(null, few)]);
  expect(both[0]!.listed + both[1]!.listed).toBe(few.length);
});
