/**
 * The engine in a world that a seed decides: a scheduler owns time and order, the log repeats itself and breaks off,
 * the database loses acknowledgements before and after a COMMIT, asks for retries, refuses poison, and two processes
 * believe they lead. Each process has several projections on one shared subscription with a window so small that they
 * lose their seats and take them again all the time. After TigerBeetle's VOPR: a failure is a seed, and the seed plays it again.
 */
import type { Recorded } from '../../domain/event.js';
import { SharedLog } from '../../shared-log.js';
import type { LogMessage, Subscription, SubscriptionStart } from '../../subscription.js';
import type { Observer } from '../committer.js';
import { failureClass } from '../failure.js';
import { fold } from '../fold.js';
import { projection, table, type Projection } from '../projection.js';
import { run } from '../run.js';
import type { Commit, Opened } from '../store.js';
import { chunked } from './memory-log.js';
import { MemoryStore, MemoryTables } from './memory-store.js';
import { Scheduler } from './scheduler.js';
import { recorded } from './recorded.js';

/** mulberry32: 32 bits of state, good enough to decide who goes next. Numbers from 0 to 1. */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Note = { type: 'Noted'; data: { key: string; text: string; n: number } } | { type: 'Erased'; data: { key: string } } | { type: 'Poison' | 'Bitter'; data: object };

const notes = table('notes', { key: { key: 'text' }, set: { text: 'text' }, sum: { n: 'bigint' } });
const totals = table('totals', { key: { all: 'text' }, sum: { n: 'bigint', events: 'bigint' } });
const histories = table('histories', { key: { key: 'text' }, set: { texts: 'jsonb' } });

/** Every kind of change, so that the simulation covers last values, sums, removal and evolving state. */
const subject = projection<Note>({
  name: 'simulated',
  version: 1,
  tables: [notes, totals, histories],
  on: {
    Noted: ({ data: { key, text, n } }) => [
      notes.add({ key }, { n }, { text }),
      totals.add({ all: 'all' }, { n, events: 1 }),
      histories.evolve({ key }, (before) => ({ texts: [...((before?.texts as string[] | undefined) ?? []), text].slice(-5) })),
    ],
    Erased: ({ data: { key } }) => [notes.remove({ key }), totals.add({ all: 'all' }, { events: 1 })],
    Poison: () => {
      throw new TypeError('cannot be folded');
    },
    Bitter: () => totals.add({ all: 'all' }, { n: tooMuch }),
  },
});
/** Reads little of the log, so that most of what it passes is not for it. */
const erasures = table('erasures', { key: { key: 'text' }, sum: { n: 'bigint' } });
const sparse = projection<Note>({ name: 'sparse', version: 1, tables: [erasures], on: { Erased: ({ data: { key } }) => erasures.add({ key }, { n: 1 }) } });
const subjects: readonly Projection[] = [subject, sparse];

/** What only the database finds out: a sum out of range. */
const tooMuch = 10n ** 18n;

/** Makes the events of one simulation. Positions have gaps, as those of a real log. */
function historyOf(chance: () => number): Recorded[] {
  const streams = 1 + Math.floor(chance() * 6);
  const poison = chance() < 0.5 ? chance() * 0.1 : 0;
  const revisions = new Map<string, bigint>();
  let commit = 0n;
  return Array.from({ length: 10 + Math.floor(chance() * 90) }, (_, index) => {
    const stream = `note-${Math.floor(chance() * streams)}` as const;
    const revision = revisions.get(stream) ?? 0n;
    revisions.set(stream, revision + 1n);
    commit += 1n + BigInt(Math.floor(chance() * 3));
    const key = `k${Math.floor(chance() * 4)}`;
    const roll = chance();
    const note: Note =
      roll < poison ? { type: chance() < 0.5 ? 'Poison' : 'Bitter', data: { key } } : roll < poison + 0.1 ? { type: 'Erased', data: { key } } : { type: 'Noted', data: { key, text: `t${index}`, n: index } };
    return recorded(note, { stream, revision, commit });
  });
}

const connectionLost = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

/** Rates of faults, 0 to 1, drawn per seed so that some worlds are calm and some are not. */
interface Faults {
  readonly lostBefore: number;
  readonly lostAfter: number;
  readonly retry: number;
  readonly open: number;
  readonly repeat: number;
  readonly breakOff: number;
}

class SimulatedStore extends MemoryStore {
  constructor(
    private readonly scheduler: Scheduler,
    private readonly chance: () => number,
    private readonly faults: Faults,
    readonly projection: Projection,
  ) {
    super(projection.name);
  }

  override async open(): Promise<Opened> {
    await this.scheduler.turn();
    if (this.chance() < this.faults.open) throw connectionLost();
    return super.open();
  }

  override async commit(commit: Commit): Promise<void> {
    await this.scheduler.turn();
    if (this.chance() < this.faults.lostBefore) throw connectionLost();
    if (this.chance() < this.faults.retry) throw Object.assign(new Error('could not serialize access'), { code: '40001' });
    if (commit.changes.some(({ rows }) => rows.some((row) => (row.sum['n'] ?? 0n) >= tooMuch))) throw Object.assign(new Error('bigint out of range'), { code: '22003' });
    await super.commit(commit);
    await this.scheduler.turn();
    if (this.chance() < this.faults.lostAfter) throw connectionLost();
  }
}

interface World {
  readonly events: readonly Recorded[];
  written(): number;
  readonly scheduler: Scheduler;
  readonly chance: () => number;
  readonly faults: Faults;
}

/** A log that somebody is still writing, delivered with repetitions and interruptions. */
function subscribe(world: World, { from, types }: SubscriptionStart): Subscription {
  const { chance, faults, scheduler } = world;
  let stopped = false;
  async function* messages(): AsyncGenerator<readonly LogMessage[], void> {
    let index = world.events.findIndex((event) => event.position.commit > (from?.commit ?? -1n));
    if (index === -1) index = world.events.length;
    let saidCaughtUp = false;
    while (!stopped) {
      await scheduler.turn();
      if (index < world.written()) {
        if (chance() < faults.repeat) index = Math.max(0, index - Math.floor(chance() * 8));
        const until = Math.min(world.written(), index + 1 + Math.floor(chance() * 4));
        const chunk: LogMessage[] = world.events.slice(index, until).filter(({ type }) => types.includes(type)).map((event) => ({ kind: 'event', event, bytes: 100 }));
        index = until;
        if (chance() < 0.3) chunk.push({ kind: 'checkpoint', position: world.events[index - 1]!.position });
        saidCaughtUp = false;
        if (chunk.length > 0) yield chunk;
        if (chance() < faults.breakOff) throw connectionLost();
      } else if (!saidCaughtUp) {
        saidCaughtUp = true;
        const last = world.events[index - 1];
        yield last && chance() < 0.5 ? [{ kind: 'checkpoint', position: last.position }, { kind: 'caught-up' }] : [{ kind: 'caught-up' }];
      } else {
        await scheduler.sleep(5);
        const last = world.events[index - 1];
        if (last && chance() < 0.2) yield [{ kind: 'checkpoint', position: last.position }];
      }
    }
  }
  return chunked(messages(), () => {
    stopped = true;
  });
}

const silent: Observer = { opened() {}, applied() {}, retrying() {}, parked() {}, caughtUp() {} };

/** @throws what the world did wrong; the message does not need the seed, the caller has it. */
export async function simulate(seed: number): Promise<void> {
  const chance = chanceOf(seed);
  const stormy = () => (chance() < 0.4 ? 0 : chance() * 0.25);
  const faults: Faults = { lostBefore: stormy(), lostAfter: stormy(), retry: stormy(), open: stormy(), repeat: stormy(), breakOff: stormy() / 4 };
  const scheduler = new Scheduler(chance);
  const events = historyOf(chance);
  const stores = subjects.map((projection) => new SimulatedStore(scheduler, chance, faults, projection));
  const stopping = new AbortController();
  const size = [1, 2, 7, 50][Math.floor(chance() * 4)]!;
  let written = Math.floor(chance() * events.length);
  const unexpected: unknown[] = [];
  const world: World = { events, written: () => written, scheduler, chance, faults };

  const writer = async () => {
    while (written < events.length) {
      await scheduler.sleep(Math.floor(chance() * 30));
      written = Math.min(events.length, written + Math.floor(chance() * 6));
    }
  };
  const leader = async (store: SimulatedStore, log: SharedLog) => {
    while (!stopping.signal.aborted) {
      try {
        await run({
          projection: store.projection,
          store,
          subscribe: (from, types) => log.follow({ types, ...(from ? { from } : {}) }),
          observer: silent,
          environment: { sleep: (ms) => scheduler.sleep(ms), chance, now: () => scheduler.now },
          timer: scheduler.timer(),
          signal: stopping.signal,
          limits: { events: size, bytes: 1_000, quietMs: 2, paceMs: 4, behindMs: 8, idleMs: 20 },
        });
      } catch (error) {
        if (failureClass(error) === 'deterministic') unexpected.push(error);
        await scheduler.sleep(20 + chance() * 400);
      }
    }
  };
  const projector = () => {
    const window = { events: 1 + Math.floor(chance() * 12), bytes: 2_000, atOnce: 1 + Math.floor(chance() * 8), patienceMs: Math.floor(chance() * 30) };
    const log = new SharedLog({ subscribe: (options) => subscribe(world, options) }, window, scheduler.timer());
    return Promise.all(stores.map((store) => leader(store, log)));
  };

  const last = (projection: Projection) => events.findLast(({ type }) => projection.types.includes(type))?.position.commit ?? -1n;
  const done = () => written >= events.length && stores.every((store) => (store.position?.commit ?? -1n) >= last(store.projection));
  const everybody = Promise.all([writer(), projector(), ...(chance() < 0.5 ? [projector()] : [])]);
  try {
    await scheduler.until(() => unexpected.length > 0 || done(), 60_000);
  } finally {
    stopping.abort();
    await scheduler.drain();
  }
  await everybody;
  if (unexpected.length > 0) throw unexpected[0];
  for (const store of stores) judge(events, store);
}

/** The outcome must be the one of a calm world: what is not parked is applied once, in order, and nothing else. */
function judge(events: readonly Recorded[], { projection, ...store }: SimulatedStore): void {
  const parkedStreams = new Set<string>();
  const expectedParked: Recorded[] = [];
  const calm = new MemoryTables();
  const read = events.filter(({ type }) => projection.types.includes(type));
  for (const event of read) {
    if (event.type === 'Poison' || event.type === 'Bitter') parkedStreams.add(event.stream);
    if (parkedStreams.has(event.stream)) expectedParked.push(event);
    else calm.write(fold(projection, [event]));
  }
  same(`rows of ${projection.name}`, store.tables.digest(), calm.digest());
  same(`parked by ${projection.name}`, list(store.parked.map(({ event }) => event)), list(expectedParked));
  same(`applied and parked by ${projection.name}`, store.appliedEvents + store.parked.length, read.length);
}

const list = (events: readonly Recorded[]): string => events.map((event) => `${event.stream}@${event.revision}`).join('\n');

function same(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what} differ\nactual   ${String(actual)}\nexpected ${String(expected)}`);
}
