import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { LogComparison, readAhead, type Difference, type Leaf } from './log-comparison.js';

interface Event extends Leaf {
  readonly name: string;
}
const event = (name: string, position: number): Event => ({ name, position: BigInt(position), hash: createHash('sha256').update(name).digest() });
/** Positions leave room between two events. */
const logOf = (length: number): Event[] => Array.from({ length }, (_, i) => event(`event ${i}`, 10 * (i + 1)));
const at = ({ position }: Event): number => Number(position);

async function differences(recorded: readonly Event[], present: readonly Event[]): Promise<readonly Difference<Event>[]> {
  let tile = 0;
  const leaves = recorded.map(({ hash, position }, place) => ({ hash, position, place }));
  const comparison = new LogComparison<Event>(() => Promise.resolve(leaves.slice(tile, (tile += 256))));
  for (const each of present) await comparison.addEvent(each);
  return comparison.differences();
}

const inWords = (difference: Difference<Event>): string => {
  switch (difference.kind) {
    case 'changed':
      return `changed ${difference.recorded.place}`;
    case 'removed':
      return `removed ${difference.first.place}-${difference.last.place}`;
    case 'inserted':
      return `inserted ${difference.event.name} before ${difference.before}`;
    case 'moved':
      return `moved ${difference.recorded.place} to ${difference.event.position}`;
    case 'exchanged':
      return `exchanged ${difference.first.recorded.place} ${difference.second.recorded.place}`;
    case 'renumbered':
      return `renumbered ${difference.first.place}-${difference.last.place} to ${difference.now}`;
  }
};
const named = async (recorded: readonly Event[], present: readonly Event[]): Promise<string[]> => (await differences(recorded, present)).map(inWords);

/** What is done at a place of the log, and what it must be called. */
interface Tampering {
  readonly at: number;
  readonly how: 'change' | 'remove' | 'insert' | 'exchange' | 'duplicate';
  readonly span: number;
}

function tampered(log: readonly Event[], { at: place, how, span }: Tampering): { present: Event[]; name: string } {
  const [first, last] = [log[place]!, log[place + span]!];
  switch (how) {
    case 'change':
      return { present: log.with(place, { ...event(`changed ${place}`, 0), position: first.position }), name: `changed ${place}` };
    case 'remove':
      return { present: log.toSpliced(place, span + 1), name: `removed ${place}-${place + span}` };
    case 'insert':
      return { present: log.toSpliced(place, 0, event(`new ${place}`, at(first) - 5)), name: `inserted new ${place} before ${place}` };
    case 'duplicate':
      return { present: log.toSpliced(place + 1, 0, { ...first, position: first.position + 5n }), name: `inserted event ${place} before ${place + 1}` };
    case 'exchange':
      return {
        present: log.with(place, { ...last, position: first.position }).with(place + span, { ...first, position: last.position }),
        name: `exchanged ${place} ${place + span}`,
      };
  }
}

describe('a log compared with what was recorded of it', () => {
  it('is the same when nothing was done, also where it has grown since', async () => {
    const log = logOf(1_500);
    expect(await named(log, log)).toEqual([]);
    expect(await named(log.slice(0, 1_000), log)).toEqual([]);
    expect(await named([], log)).toEqual([]);
  });

  it('names whatever was done to it, wherever and however often', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 40, max: 1_600 }),
        fc.integer({ min: 0, max: 3 }),
        fc.array(fc.record({ at: fc.integer({ min: 0, max: 20 }), how: fc.constantFrom('change', 'remove', 'insert', 'exchange', 'duplicate'), span: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 8 }),
        async (length, grown, asked) => {
          const log = logOf(length);
          const after = Array.from({ length: grown }, (_, i) => event(`later ${i}`, 10 * (length + i + 1)));
          // Far enough from each other that each is one of its own, and from the end backwards, so that places stay.
          let place = -20;
          const tamperings = asked.map((each) => ({ ...each, at: (place += 20 + each.at) })).filter(({ at: from, span }) => from + span < length);
          let present = log;
          const names: string[] = [];
          for (const each of tamperings.toReversed()) {
            const { present: next, name } = tampered(present, each);
            present = next;
            names.unshift(name);
          }
          expect(await named(log, [...present, ...after])).toEqual(names);
        },
      ),
      { numRuns: 100 },
    ));

  it('names two events that were exchanged however far apart they stand', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2_998 }), fc.integer({ min: 1, max: 2_999 }), async (first, span) => {
        const log = logOf(3_000);
        if (first + span >= log.length) return;
        const { present, name } = tampered(log, { at: first, how: 'exchange', span });
        expect(await named(log, present)).toEqual([name]);
      }),
      { numRuns: 25 },
    ));

  it('names an event that is put elsewhere', async () => {
    const log = logOf(50);
    const present = log.toSpliced(10, 1).toSpliced(29, 0, { ...log[10]!, position: 305n });
    expect(await named(log, present)).toEqual(['moved 10 to 305']);
  });

  it('names an event that is read out of its order', async () => {
    const log = logOf(50);
    expect(await named(log, log.with(10, log[11]!).with(11, log[10]!))).toEqual(['moved 10 to 110']);
  });

  it.each([1, 7, readAhead - 1, readAhead, readAhead + 1, 5_000])('names %d removed in a row, with the rest moved up over the gap or not', async (count) => {
    const log = logOf(6_000);
    const rest = log.toSpliced(20, count);
    expect(await named(log, rest)).toEqual([`removed 20-${19 + count}`]);
    const movedUp = rest.map((each, i) => ({ ...each, position: BigInt(10 * (i + 1)) }));
    if (count < readAhead) expect(await named(log, movedUp)).toEqual([`removed 20-${19 + count}`, `renumbered ${20 + count}-5999 to 210`]);
  });

  it('names one inserted that pushes all others back', async () => {
    const log = logOf(600);
    const present = log.toSpliced(100, 0, event('new', 0)).map((each, i) => ({ ...each, position: BigInt(10 * (i + 1)) }));
    expect(await named(log, present)).toEqual(['inserted new before 100', 'renumbered 100-599 to 1020']);
    expect(await named(log, present.with(300, { ...event('changed', 0), position: 3_010n }))).toEqual(['inserted new before 100', 'renumbered 100-298 to 1020', 'changed 299', 'renumbered 300-599 to 3020']);
  });

  it('names the end that was cut off, and a log that is gone', async () => {
    const log = logOf(700);
    expect(await named(log, log.slice(0, 650))).toEqual(['removed 650-699']);
    expect(await named(log, [])).toEqual(['removed 0-699']);
  });

  it('names each event of a log that was changed throughout', async () => {
    const log = logOf(1_300);
    expect(await named(log, log.map((each) => ({ ...event(`${each.name}!`, 0), position: each.position })))).toEqual(log.map((_, i) => `changed ${i}`));
  });
});
