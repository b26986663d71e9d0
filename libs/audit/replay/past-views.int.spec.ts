import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { testLog, type TestLog } from '../../event-sourcing/testing/log.js';
import { Config } from '../../platform/config.js';
import { RoutingView, routingViewTypes } from '../../routing/domain/view.js';
import { appendHistory } from '../testing/append-history.js';
import { DecisionHistory } from '../testing/decision-history.js';
import { PastViews } from './past-views.js';
import { ViewSnapshots } from './view-snapshots.js';
import { newFolder, removeFolder } from '../../platform/testing/folder.js';

let store: TestLog;
let dataDir: string;
let events: Recorded[];

beforeAll(async () => {
  [store, dataDir] = await Promise.all([testLog(), newFolder('views')]);
  await appendHistory(store.log, new DecisionHistory({ decisions: 40, organizations: 2 }).events());
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
