import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { testLog, type TestLog } from '../../event-sourcing/testing/log.js';
import { Config } from '../../platform/config.js';
import { RoutingView, routingViewTypes } from '../../routing/domain/view.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import { DeciderRegistry } from '../../routing/exports.js';
import type { ModelSelected, RouteRequested } from '../../routing/domain/events.js';
import { ReplayState } from '../domain/replay-state.js';
import type { Variant } from '../domain/variant.js';
import { asItWas } from '../testing/as-it-was.js';
import { appendHistory } from '../testing/append-history.js';
import { DecisionHistory, openSealed } from '../testing/decision-history.js';
import { PastViews } from './past-views.js';
import { runWhatIf, type WhatIfReport } from './run-what-if.js';
import { Texts } from './texts.js';
import { verifyDecisions } from './verify-decisions.js';
import { ViewSnapshots } from './view-snapshots.js';
import { newFolder, removeFolder } from '../../platform/testing/folder.js';

/** The requests say that they came long after the log wrote them, so every kept view lies before any of them. */
const afterItIsWritten = Date.UTC(2100, 0, 1);

let store: TestLog;
let dataDir: string;
let events: Recorded[];
const folders: string[] = [];

beforeAll(async () => {
  [store, dataDir] = await Promise.all([testLog(), newFolder('views')]);
  await appendHistory(store.log, new DecisionHistory({ decisions: 40, organizations: 2, startMs: afterItIsWritten }).events());
  events = [];
  for await (const event of store.log.readAll()) if ((routingViewTypes as readonly string[]).includes(event.type)) events.push(event);
});
afterAll(async () => {
  await store.close();
  for (const folder of [dataDir, ...folders]) await removeFolder(folder);
});

const folded = (upTo: number): ReplayState => {
  const state = new ReplayState(new RoutingView());
  for (const event of events.slice(0, upTo)) state.apply(event);
  return state;
};
const viewOf = (upTo: number) => folded(upTo).view.snapshot();

/** How many events of the view were written by a time. */
const writtenBy = (ms: number) => events.findLastIndex(({ createdMs }) => createdMs <= ms) + 1;

it('gives the view of a time and of a position, from whichever snapshot lies before it', async () => {
  const snapshots = new ViewSnapshots(dataDir, (await store.log.identity())!);
  const marks = [0.1, 0.4, 0.6, 0.9].map((part) => Math.floor(events.length * part));
  for (const mark of marks) await snapshots.save(folded(mark).snapshot());
  const views = new PastViews(store.log, new Config({ dataDir } as Config));
  for (const index of [0, marks[0]! - 1, marks[1]!, Math.floor(events.length / 2), events.length - 1]) {
    const { createdMs, position } = events[index]!;
    const byTime = await views.asOf({ atMs: createdMs });
    expect(byTime.view.snapshot()).toEqual(viewOf(writtenBy(createdMs)));
    expect(byTime.lastMs).toBe(createdMs);
    expect((await views.asOf({ position: position.commit })).view.snapshot()).toEqual(viewOf(index + 1));
  }
  expect(await views.asOf({ atMs: events[0]!.createdMs - 1 })).toMatchObject({ lastMs: null, view: { position: 0n } });
});

it('lets the replay of a later part begin at a kept view, and of what was decided before that one at an earlier; the verdicts are the same', async () => {
  const begun: bigint[] = [];
  const log = Object.assign(Object.create(store.log) as typeof store.log, {
    subscribe: (options: Parameters<typeof store.log.subscribe>[0]) => {
      begun.push(options.from?.commit ?? 0n);
      return store.log.subscribe(options);
    },
  });
  const replayer = { log, texts: new Texts({ open: openSealed }), deciders: new DeciderRegistry() };
  const { range, before, views } = await keptBeforeTheMiddle();
  const whole = await verifyDecisions(replayer, range);
  expect(begun.splice(0)).toEqual([0n]);
  expect(whole).toMatchObject({ decisions: 20, reproduced: 20 });
  expect(await verifyDecisions({ ...replayer, views }, range)).toEqual(whole);
  expect(begun).toEqual([events[before]!.position.commit, events[99]!.position.commit]);
});

it('lets the what-if of a later part begin there too, with whatever a variant changes; the figures are the same', async () => {
  const replayer = { log: store.log, texts: new Texts({ open: openSealed }), deciders: new DeciderRegistry() };
  const { range, views } = await keptBeforeTheMiddle();
  const { prices, usual } = await pricedAnew();
  const variants: Variant[] = [
    { ...asItWas, name: 'as it was' },
    { ...asItWas, name: 'prices', prices },
    { ...asItWas, name: 'preferences', preferences: [{ key: 'excluded_models', value: [usual] }] },
    { ...asItWas, name: 'catalogue', catalogAsOf: await store.log.head(), prices },
  ];
  const whole = await runWhatIf(replayer, { filter: range, variants });
  expect(whole).toMatchObject({ decisions: 20, skipped: 0, variants: [{ changed: 0 }, { changed: expect.any(Number) }, { changed: expect.any(Number) }, { changed: expect.any(Number) }] });
  for (const { changed } of whole.variants.slice(1)) expect(changed).toBeGreaterThan(0);
  const told: (bigint | undefined)[] = [];
  const log = Object.assign(Object.create(store.log) as typeof store.log, {
    subscribe: (options: Parameters<typeof store.log.subscribe>[0]) => {
      if (options.types?.includes('ModelSelected')) told.push(options.from?.commit);
      return store.log.subscribe(options);
    },
  });
  const later = await runWhatIf({ ...replayer, log, views }, { filter: range, variants });
  expect(told).toEqual([expect.any(BigInt)]);
  // A late decision is answered after the others: only the order of what is listed may differ.
  const figures = ({ variants: all, ...report }: WhatIfReport) => ({ ...report, variants: all.map(({ samples, moves, ...each }) => ({ ...each, samples: samples.length, moves: moves.length })) });
  expect(figures(later)).toEqual(figures(whole));
});

/** A kept state just before the request in the middle, and one at an earlier place; and the range from that request on. */
async function keptBeforeTheMiddle(): Promise<{ range: { from: string }; before: number; views: PastViews }> {
  const requested: Recorded[] = [];
  for await (const event of store.log.readAll()) if (event.type === 'RouteRequested') requested.push(event);
  const middle = requested[20]!;
  const before = events.findLastIndex(({ position }) => position.commit < middle.position.commit);
  const folder = await newFolder('views');
  folders.push(folder);
  const snapshots = new ViewSnapshots(folder, (await store.log.identity())!);
  for (const mark of [100, before + 1]) await snapshots.save(folded(mark).snapshot());
  return { range: { from: (middle.data as RouteRequested).request.at }, before, views: new PastViews(store.log, new Config({ dataDir: folder } as Config)) };
}

/** The model chosen most often, at a price that nobody pays. */
async function pricedAnew(): Promise<{ prices: Variant['prices']; usual: ModelId }> {
  const times = new Map<ModelId, number>();
  for await (const { type, data } of store.log.readAll()) if (type === 'ModelSelected') times.set((data as ModelSelected).model, (times.get((data as ModelSelected).model) ?? 0) + 1);
  const usual = [...times].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  return { usual, prices: { [usual]: { unit: 'token', rates: { input: '900000000', output: '900000000' } } } as unknown as Variant['prices'] };
}
