import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { testLog, type TestLog } from '../../event-sourcing/testing/log.js';
import { Config } from '../../platform/config.js';
import { RoutingView, routingViewTypes } from '../../routing/domain/view.js';
import { DeciderRegistry } from '../../routing/exports.js';
import type { RouteRequested } from '../../routing/domain/events.js';
import { appendHistory } from '../testing/append-history.js';
import { DecisionHistory, openSealed } from '../testing/decision-history.js';
import { PastViews } from './past-views.js';
import { Texts } from './texts.js';
import { verifyDecisions } from './verify-decisions.js';
import { ViewSnapshots } from './view-snapshots.js';
import { newFolder, removeFolder } from '../../platform/testing/folder.js';

/** The requests say that they came long after the log wrote them, so every kept view lies before any of them. */
const afterItIsWritten = Date.UTC(2100, 0, 1);

let store: TestLog;
let dataDir: string;
let events: Recorded[];

beforeAll(async () => {
  [store, dataDir] = await Promise.all([testLog(), newFolder('views')]);
  await appendHistory(store.log, new DecisionHistory({ decisions: 40, organizations: 2, startMs: afterItIsWritten }).events());
  events = [];
  for await (const event of store.log.readAll()) if ((routingViewTypes as readonly string[]).includes(event.type)) events.push(event);
}, 60_000);
afterAll(async () => {
  await store.close();
  await removeFolder(dataDir);
});

const folded = (upTo: number): RoutingView => {
  const view = new RoutingView();
  for (const event of events.slice(0, upTo)) view.apply(event);
  return view;
};

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
    expect(byTime.view.snapshot()).toEqual(folded(writtenBy(createdMs)).snapshot());
    expect(byTime.lastMs).toBe(createdMs);
    expect((await views.asOf({ position: position.commit })).view.snapshot()).toEqual(folded(index + 1).snapshot());
  }
  expect(await views.asOf({ atMs: events[0]!.createdMs - 1 })).toMatchObject({ lastMs: null, view: { position: 0n } });
});

it('lets the replay of a later part begin at a kept view, and of what was decided before that one at an earlier; the verdicts are the same', async () => {
  const requested: Recorded[] = [];
  for await (const event of store.log.readAll()) if (event.type === 'RouteRequested') requested.push(event);
  const middle = requested[20]!;
  const before = events.findLastIndex(({ position }) => position.commit < middle.position.commit);
  const folder = await newFolder('views');
  const snapshots = new ViewSnapshots(folder, (await store.log.identity())!);
  for (const mark of [100, before + 1]) await snapshots.save(folded(mark).snapshot());
  const begun: bigint[] = [];
  const log = Object.assign(Object.create(store.log) as typeof store.log, {
    subscribe: (options: Parameters<typeof store.log.subscribe>[0]) => {
      begun.push(options.from?.commit ?? 0n);
      return store.log.subscribe(options);
    },
  });
  const replayer = { log, texts: new Texts({ open: openSealed }), deciders: new DeciderRegistry() };
  const range = { from: (middle.data as RouteRequested).request.at };
  const whole = await verifyDecisions(replayer, range);
  expect(begun.splice(0)).toEqual([0n]);
  expect(whole).toMatchObject({ decisions: 20, reproduced: 20 });
  expect(await verifyDecisions({ ...replayer, views: new PastViews(store.log, new Config({ dataDir: folder } as Config)) }, range)).toEqual(whole);
  expect(begun).toEqual([events[before]!.position.commit, events[99]!.position.commit]);
  await removeFolder(folder);
});
