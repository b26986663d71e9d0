/**
 * Tells what was done to a log whose events no longer match the leaves that were recorded of it. Leaves are compared in
 * order; where they stop matching, both sides are read ahead until they agree again, and what lies between is set aside.
 * At the end, what one side misses and the other has too much of is paired by its hash: that is an event that moved.
 */
import { never } from '../../event-sourcing/domain/decider.js';

/** A leaf as the tree recorded it, or an event as it stands in the log now. */
export interface Leaf {
  readonly hash: Buffer;
  /** Commit position. */
  readonly position: bigint;
}

export interface Recorded extends Leaf {
  /** Index of the leaf in the tree. */
  readonly place: number;
}

/** Positions are commit positions, places are leaf indexes. */
export type Difference<Event extends Leaf> =
  | { readonly kind: 'changed'; readonly recorded: Recorded; readonly event: Event }
  | { readonly kind: 'removed'; readonly first: Recorded; readonly last: Recorded }
  /** `before` is the place of the recorded event that follows it. */
  | { readonly kind: 'inserted'; readonly before: number; readonly event: Event }
  | { readonly kind: 'moved'; readonly recorded: Recorded; readonly event: Event }
  /** Each stands where the other was. */
  | { readonly kind: 'exchanged'; readonly first: { readonly recorded: Recorded; readonly event: Event }; readonly second: { readonly recorded: Recorded; readonly event: Event } }
  /** Events of consecutive places, in their order, at other positions than recorded. */
  | { readonly kind: 'renumbered'; readonly first: Recorded; readonly last: Recorded; readonly now: bigint };

/** How far both sides are read ahead. */
export const readAhead = 512;
/** Leaves in a row that must agree before both sides count as matching again. */
const agreement = 4;
/** Of each kind of loose end: memory stays bounded however much was changed. */
const looseKept = 100_000;

interface Pair<Event> {
  readonly recorded: Recorded;
  readonly event: Event;
}
interface Extra<Event> {
  readonly before: number;
  readonly event: Event;
  /** By how much positions were shifted where it stands. */
  readonly shift: bigint;
  /** An event before it has a higher position. */
  readonly late: boolean;
}

type Renumbered = Extract<Difference<Leaf>, { kind: 'renumbered' }>;
type Removed = Extract<Difference<Leaf>, { kind: 'removed' }>;

export class LogComparison<Event extends Leaf> {
  private readonly recorded: Recorded[] = [];
  private readonly present: Event[] = [];
  private readonly places = new Map<string, number>();
  private readonly missing: Recorded[] = [];
  private readonly extra: Extra<Event>[] = [];
  private readonly renumbered: Renumbered[] = [];
  /** Position now less position recorded, of the last pair that agreed. */
  private shift = 0n;
  private highest = -1n;
  private nextPlace = 0;
  private ended = false;
  /** Events to step over before reading ahead again: a log that was changed throughout is not searched at each event. */
  private searchAgainIn = 0;

  /** @param more the next recorded leaves, in order; none at the end. */
  constructor(private readonly more: () => Promise<readonly Recorded[]>) {}

  /** The next event of the log. */
  async addEvent(event: Event): Promise<void> {
    this.present.push(event);
    while (await this.ready()) if (!this.step(this.present.length >= readAhead)) return;
    // Events behind the last recorded leaf are younger than the tree.
    this.present.length = 0;
  }

  /** After the last event. */
  async differences(): Promise<readonly Difference<Event>[]> {
    while ((await this.ready()) && this.present.length > 0) this.step(true);
    for (; await this.ready(); this.recorded.length = 0) this.recorded.forEach((leaf) => this.lose(leaf));
    return this.explained();
  }

  /** Reads ahead. @returns whether there is a recorded leaf to compare with. */
  private async ready(): Promise<boolean> {
    while (!this.ended && this.recorded.length < readAhead) {
      const leaves = await this.more();
      this.ended = leaves.length === 0;
      for (const leaf of leaves) this.places.set(keyOf(leaf), leaf.place);
      this.recorded.push(...leaves);
    }
    return this.recorded.length > 0;
  }

  /** @returns whether anything was taken from either side. */
  private step(full: boolean): boolean {
    const [leaf, event] = [this.recorded[0]!, this.present[0]];
    if (!event) return false;
    if (leaf.hash.equals(event.hash)) {
      this.agree(this.takeRecorded(), this.takeEvent());
      return true;
    }
    if (!full) return false;
    const meeting = this.searchAgainIn > 0 ? null : this.meeting();
    if (meeting) {
      for (let i = 0; i < meeting.events; i += 1) this.gain(this.takeEvent());
      for (let i = 0; i < meeting.leaves; i += 1) this.lose(this.takeRecorded());
      return true;
    }
    this.searchAgainIn = this.searchAgainIn > 0 ? this.searchAgainIn - 1 : readAhead / 2;
    const expected = leaf.position + this.shift;
    if (event.position <= expected) this.gain(this.takeEvent());
    if (event.position >= expected) this.lose(this.takeRecorded());
    return true;
  }

  /** The nearest point where both sides agree again. */
  private meeting(): { leaves: number; events: number } | null {
    let best: { leaves: number; events: number } | null = null;
    for (let events = 0; events < this.present.length && (best === null || events < best.leaves + best.events); events += 1) {
      const place = this.places.get(keyOf(this.present[events]!));
      if (place === undefined) continue;
      const leaves = place - this.recorded[0]!.place;
      if ((best === null || leaves + events < best.leaves + best.events) && this.agreeFrom(leaves, events)) best = { leaves, events };
    }
    return best;
  }

  private agreeFrom(leaves: number, events: number): boolean {
    const length = Math.min(agreement, this.recorded.length - leaves, this.present.length - events);
    for (let i = 0; i < length; i += 1) if (!this.recorded[leaves + i]!.hash.equals(this.present[events + i]!.hash)) return false;
    return length === agreement || !this.crosses(leaves, events);
  }

  /** Whether what one side would set aside comes later on the other: too little follows to tell what moved from what is gone. */
  private crosses(leaves: number, events: number): boolean {
    const ahead = new Set(this.present.slice(events).map(keyOf));
    const from = this.recorded[leaves]!.place;
    return this.recorded.slice(0, leaves).some((leaf) => ahead.has(keyOf(leaf))) || this.present.slice(0, events).some((event) => (this.places.get(keyOf(event)) ?? -1) >= from);
  }

  private takeRecorded(): Recorded {
    const leaf = this.recorded.shift()!;
    this.places.delete(keyOf(leaf));
    this.nextPlace = leaf.place + 1;
    return leaf;
  }

  private takeEvent(): Event {
    return this.present.shift()!;
  }

  private agree(recorded: Recorded, event: Event): void {
    this.searchAgainIn = 0;
    this.shift = event.position - recorded.position;
    if (event.position > this.highest) this.highest = event.position;
    if (this.shift !== 0n) addRun(this.renumbered, { kind: 'renumbered', first: recorded, last: recorded, now: event.position });
  }

  private lose(leaf: Recorded): void {
    if (this.missing.length < looseKept) this.missing.push(leaf);
  }

  private gain(event: Event): void {
    const late = event.position <= this.highest;
    if (!late) this.highest = event.position;
    if (this.extra.length < looseKept) this.extra.push({ before: this.nextPlace, event, shift: this.shift, late });
  }

  private explained(): Difference<Event>[] {
    const missing = new Map(this.missing.map((leaf) => [keyOf(leaf), leaf]));
    const [moved, strangers]: [Pair<Event>[], Extra<Event>[]] = [[], []];
    for (const extra of this.extra) {
      const { event, shift, late } = extra;
      const recorded = missing.get(keyOf(event));
      if (!recorded) strangers.push(extra);
      else {
        missing.delete(keyOf(event));
        if (late || event.position - shift !== recorded.position) moved.push({ recorded, event });
        else if (shift !== 0n) this.renumbered.push({ kind: 'renumbered', first: recorded, last: recorded, now: event.position });
      }
    }
    const byPosition = new Map([...missing.values()].map((leaf) => [leaf.position, leaf]));
    const changedOrInserted = strangers.map(({ before, event, shift }): Difference<Event> => {
      const recorded = byPosition.get(event.position - shift);
      return recorded && missing.delete(keyOf(recorded)) ? { kind: 'changed', recorded, event } : { kind: 'inserted', before, event };
    });
    const removed: Removed[] = [];
    for (const leaf of missing.values()) addRun(removed, { kind: 'removed', first: leaf, last: leaf });
    const renumbered: Renumbered[] = [];
    for (const run of this.renumbered.sort(byPlace)) addRun(renumbered, run);
    return [...exchangedOrMoved(moved), ...changedOrInserted, ...removed, ...renumbered].sort(byPlace);
  }
}

const keyOf = ({ hash }: Leaf): string => hash.toString('latin1');
const byPlace = (a: Difference<Leaf>, b: Difference<Leaf>): number => placeOf(a) - placeOf(b);

/** Consecutive places are one run. */
function addRun<Run extends Removed | Renumbered>(runs: Run[], next: Run): void {
  const run = runs.at(-1);
  if (run?.last.place === next.first.place - 1) runs[runs.length - 1] = { ...run, last: next.last };
  else if (runs.length < looseKept) runs.push(next);
}

function exchangedOrMoved<Event extends Leaf>(moved: readonly Pair<Event>[]): Difference<Event>[] {
  const from = new Map(moved.map((pair) => [pair.recorded.position, pair]));
  return moved.flatMap((pair): Difference<Event>[] => {
    const other = from.get(pair.event.position);
    if (!other || other === pair || other.event.position !== pair.recorded.position) return [{ kind: 'moved', ...pair }];
    return pair.recorded.place < other.recorded.place ? [{ kind: 'exchanged', first: pair, second: other }] : [];
  });
}

/** The place in the tree where a difference begins. */
export function placeOf(difference: Difference<Leaf>): number {
  switch (difference.kind) {
    case 'changed':
    case 'moved':
      return difference.recorded.place;
    case 'removed':
    case 'renumbered':
      return difference.first.place;
    case 'exchanged':
      return difference.first.recorded.place;
    case 'inserted':
      return difference.before;
    default:
      return never(difference);
  }
}
