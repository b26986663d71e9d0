/**
 * The engine in a world that a seed decides: a scheduler owns time and order, the log repeats itself and breaks off,
 * the database loses acknowledgements before and after a COMMIT, asks for retries, refuses poison, and two processes
 * believe they lead. After TigerBeetle's VOPR: a failure is a seed, and the seed plays it again.
 */
import { setImmediate } from 'node:timers/promises';
import type { Position, Recorded } from '../../domain/event.js';
import type { LogMessage } from '../../log-subscription.js';
import type { Observer } from '../applier.js';
import type { Timer } from '../batches.js';
import { failureClass } from '../failure.js';
import { fold } from '../fold.js';
import { projection, table } from '../projection.js';
import { run, type Subscription } from '../run.js';
import type { Commit, Opened } from '../store.js';
import { MemoryStore, MemoryTables } from './memory-store.js';
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

/** Runs whatever waits, one at a time, in an order that chance decides. Time jumps to the next timer. */
class Scheduler {
  now = 0;
  private waiting: { readonly at: number; readonly resolve: () => void }[] = [];

  constructor(private readonly chance: () => number) {}

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.waiting.push({ at: this.now + ms, resolve }));
  }

  /** A point where somebody else may go first. */
  turn(): Promise<void> {
    return this.sleep(Math.floor(this.chance() * 3));
  }

  cancel(resolve: () => void): void {
    this.waiting = this.waiting.filter((entry) => entry.resolve !== resolve);
  }

  timer(): Timer {
    return {
      after: (ms) => {
        let resolve!: () => void;
        const passed = new Promise<'deadline'>((done) => {
          resolve = () => done('deadline');
          this.waiting.push({ at: this.now + ms, resolve });
        });
        return { passed, cancel: () => this.cancel(resolve) };
      },
    };
  }

  async until(done: () => boolean, mostSteps: number): Promise<void> {
    for (let step = 0; ; step += 1) {
      await setImmediate();
      if (done()) return;
      if (step >= mostSteps) throw new Error(`no end after ${mostSteps} steps`);
      if (this.waiting.length === 0) throw new Error('everybody waits for nobody');
      const due = this.waiting.filter((entry) => entry.at <= this.now);
      const next = due.length > 0 ? due[Math.floor(this.chance() * due.length)]! : this.waiting.reduce((first, entry) => (entry.at < first.at ? entry : first));
      this.now = Math.max(this.now, next.at);
      this.cancel(next.resolve);
      next.resolve();
    }
  }

  /** Lets everybody go, so that no promise is left behind. */
  async drain(): Promise<void> {
    for (let round = 0; round < 200 && this.waiting.length > 0; round += 1) {
      for (const entry of this.waiting.splice(0)) entry.resolve();
      await setImmediate();
    }
  }
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
  ) {
    super('simulated');
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

/** A log that somebody is still writing, delivered with repetitions and interruptions. */
function subscribe(world: { events: readonly Recorded[]; written(): number; scheduler: Scheduler; chance: () => number; faults: Faults }, from: Position | null): Subscription {
  let stopped = false;
  async function* messages(): AsyncGenerator<LogMessage> {
    let index = world.events.findIndex((event) => event.position.commit > (from?.commit ?? -1n));
    if (index === -1) index = world.events.length;
    let saidCaughtUp = false;
    while (!stopped) {
      await world.scheduler.turn();
      if (index < world.written()) {
        if (world.chance() < world.faults.repeat) index = Math.max(0, index - Math.floor(world.chance() * 8));
        saidCaughtUp = false;
        yield { kind: 'event', event: world.events[index]!, bytes: 100 };
        index += 1;
        if (world.chance() < world.faults.breakOff) throw connectionLost();
      } else if (!saidCaughtUp) {
        saidCaughtUp = true;
        yield { kind: 'caught-up' };
      } else {
        await world.scheduler.sleep(5);
        const last = world.events[index - 1];
        if (last && world.chance() < 0.2) yield { kind: 'checkpoint', position: last.position };
      }
    }
  }
  return {
    [Symbol.asyncIterator]: messages,
    unsubscribe: async () => {
      stopped = true;
    },
  };
}

const silent: Observer = { opened() {}, applied() {}, retrying() {}, parked() {}, caughtUp() {} };

/** @throws what the world did wrong; the message does not need the seed, the caller has it. */
export async function simulate(seed: number): Promise<void> {
  const chance = chanceOf(seed);
  const stormy = () => (chance() < 0.4 ? 0 : chance() * 0.25);
  const faults: Faults = { lostBefore: stormy(), lostAfter: stormy(), retry: stormy(), open: stormy(), repeat: stormy(), breakOff: stormy() / 4 };
  const scheduler = new Scheduler(chance);
  const events = historyOf(chance);
  const store = new SimulatedStore(scheduler, chance, faults);
  const stopping = new AbortController();
  const size = [1, 2, 7, 50][Math.floor(chance() * 4)]!;
  let written = Math.floor(chance() * events.length);
  const unexpected: unknown[] = [];

  const writer = async () => {
    while (written < events.length) {
      await scheduler.sleep(Math.floor(chance() * 30));
      written = Math.min(events.length, written + Math.floor(chance() * 6));
    }
  };
  const projector = async () => {
    while (!stopping.signal.aborted) {
      try {
        await run({
          projection: subject,
          store,
          subscribe: (from) => subscribe({ events, written: () => written, scheduler, chance, faults }, from),
          observer: silent,
          environment: { sleep: (ms) => scheduler.sleep(ms), chance, now: () => scheduler.now },
          timer: scheduler.timer(),
          signal: stopping.signal,
          limits: { events: size, bytes: 1_000, liveMs: 4, behindMs: 8, idleMs: 20 },
        });
      } catch (error) {
        if (failureClass(error) === 'deterministic') unexpected.push(error);
        await scheduler.sleep(20 + chance() * 400);
      }
    }
  };

  const last = events.at(-1)!.position.commit;
  const everybody = Promise.all([writer(), projector(), ...(chance() < 0.5 ? [projector()] : [])]);
  try {
    await scheduler.until(() => unexpected.length > 0 || (store.position?.commit ?? -1n) >= last, 60_000);
  } finally {
    stopping.abort();
    await scheduler.drain();
  }
  await everybody;
  if (unexpected.length > 0) throw unexpected[0];
  judge(events, store);
}

/** The outcome must be the one of a calm world: what is not parked is applied once, in order, and nothing else. */
function judge(events: readonly Recorded[], store: MemoryStore): void {
  const parkedStreams = new Set<string>();
  const expectedParked: Recorded[] = [];
  const calm = new MemoryTables();
  for (const event of events) {
    if (event.type === 'Poison' || event.type === 'Bitter') parkedStreams.add(event.stream);
    if (parkedStreams.has(event.stream)) expectedParked.push(event);
    else calm.write(fold(subject, [event]));
  }
  same('rows', store.tables.digest(), calm.digest());
  same('parked', list(store.parked.map(({ event }) => event)), list(expectedParked));
  same('applied and parked', store.appliedEvents + store.parked.length, events.length);
}

const list = (events: readonly Recorded[]): string => events.map((event) => `${event.stream}@${event.revision}`).join('\n');

function same(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what} differ\nactual   ${String(actual)}\nexpected ${String(expected)}`);
}
