import { describe, expect, it } from '@jest/globals';
import { Tail } from './tail.js';

const all = { count: 1_000, bytes: Infinity };

/** Records of ten bytes at positions 5 and on; at least `kept` bytes of the newest stay. */
function tailOf(count: number, kept = 1_000): Tail {
  const tail = new Tail(kept);
  for (let position = 5; position < 5 + count; position++) tail.add(position, Buffer.alloc(10, position));
  return tail;
}
const positions = (tail: Tail, from: number, last: number, size = all) => tail.forward(from, last, size)?.map(({ position }) => position);

describe('the tail of the log', () => {
  it.each([
    ['from its first on', 5, 8, all, [5, 6, 7, 8]],
    ['from its middle on', 7, 8, all, [7, 8]],
    ['only what is on disk', 5, 6, all, [5, 6]],
    ['nothing where nothing is on disk yet', 7, 6, all, []],
    ['nothing behind its end', 9, 8, all, []],
    ['no more than were asked for', 5, 8, { ...all, count: 2 }, [5, 6]],
    ['no more once there are so many bytes', 5, 8, { ...all, bytes: 11 }, [5, 6]],
    ['not what is before it', 4, 8, all, undefined],
  ])('gives %s', (_, from, last, size, given) => expect(positions(tailOf(4), from, last, size)).toEqual(given));

  it('keeps the newest, in bounds', () => {
    const tail = tailOf(100, 30);
    expect([positions(tail, 102, 104), positions(tail, 98, 104)]).toEqual([[102, 103, 104], undefined]);
    expect(tail.forward(104, 104, all)![0]!.record).toEqual(Buffer.alloc(10, 104));
  });

  it('knows nothing of what was before it was cleared', () => {
    const tail = tailOf(3);
    tail.clear();
    expect(positions(tail, 5, 7)).toBeUndefined();
    tail.add(8, Buffer.alloc(10));
    expect([positions(tail, 7, 8), positions(tail, 8, 8)]).toEqual([undefined, [8]]);
  });
});
