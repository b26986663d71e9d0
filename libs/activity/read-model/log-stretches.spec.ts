import { describe, expect, it } from '@jest/globals';
import type { OrgId } from '../../identity/domain/caller.js';
import type { LogPart } from './log-conditions.js';
import { nextLength, stretchOf } from './log-stretches.js';

const part = (createdAt: string, requestId = 'r', from?: string): LogPart => ({
  orgId: 'acme' as OrgId,
  filter: from === undefined ? {} : { from },
  after: { createdAt, requestId },
  end: null,
});
const day = (iso: string) => Date.parse(iso) / 86_400_000;

describe('the stretches of the past', () => {
  it('begin with a day and name the days they lie in', () => {
    const { part: looked, from, days } = stretchOf(part('2026-03-02T10:00:00.000Z'), 3);
    expect(from).toBe('2026-02-28T00:00:00.000Z');
    expect(looked.filter.from).toBe(from);
    expect(days).toEqual([day('2026-02-28'), day('2026-03-01'), day('2026-03-02')]);
  });

  it('go on from where a day begins with the day before, and with rows of that very moment', () => {
    const { from, days } = stretchOf(part('2026-03-02T00:00:00.000Z', ''), 1);
    expect(from).toBe('2026-03-01T00:00:00.000Z');
    expect(days).toEqual([day('2026-03-01'), day('2026-03-02')]);
  });

  it('end with the time that is asked for, and then with everything', () => {
    expect(stretchOf(part('2026-03-02T10:00:00.000Z', 'r', '2026-03-01T05:00:00.000Z'), 8)).toMatchObject({ from: null, days: [day('2026-03-01'), day('2026-03-02')] });
    expect(stretchOf(part('2026-03-02T10:00:00.000Z'), 512)).toMatchObject({ from: null, days: null });
    expect(stretchOf(part('2026-03-02T10:00:00.000Z'), 64)).toMatchObject({ from: '2025-12-29T00:00:00.000Z', days: null });
  });

  it('are as long as what is wanted needs by what was found, and no more than eight times as long as the last', () => {
    expect(nextLength(1, 0, 100)).toBe(8);
    expect(nextLength(8, 20, 20)).toBe(10);
    expect(nextLength(8, 10, 1_000)).toBe(64);
    expect(nextLength(8, 300, 5)).toBe(1);
  });
});
