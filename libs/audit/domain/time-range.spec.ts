import { describe, expect, it } from '@jest/globals';
import { timeRange } from './time-range.js';

const now = '2026-11-25T12:00:00.000Z';

describe('a range of time', () => {
  it('is taken as days or as moments, and given as events carry them', () => {
    expect(timeRange({ from: '2026-11-01', to: '2026-11-02T10:00Z' }, now)).toEqual({ from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T10:00:00.000Z' });
    expect(timeRange({ to: '2030-01-01' }, now)).toEqual({ to: '2030-01-01T00:00:00.000Z' });
    expect(timeRange({}, now)).toEqual({});
  });

  it('is compared as time, not as text', () => {
    expect(timeRange({ from: '2026-11-01T10:00:00Z', to: '2026-11-01T10:00:00.500Z' }, now)).toEqual({ from: '2026-11-01T10:00:00.000Z', to: '2026-11-01T10:00:00.500Z' });
    expect(() => timeRange({ from: '2026-11-01', to: '2026-11-01T00:00:00Z' }, now)).toThrow('from 2026-11-01 must lie before to 2026-11-01T00:00:00Z');
  });

  it.each([
    [{ from: 'yesterday' }, 'from'],
    [{ to: '2026-13-01' }, 'to'],
    [{ from: '2026-02-30' }, 'from'],
    [{ to: '1.11.2026' }, 'to'],
    [{ to: '2026-11-01T24:30Z' }, 'to'],
    [{ to: '' }, 'to'],
    [{ from: '2026-11-02', to: '2026-11-01' }, 'from'],
    [{ from: '2026-11-25T12:00:01Z' }, 'from'],
  ])('is refused: %j', (range, param) => {
    expect(() => timeRange(range, now)).toThrow(expect.objectContaining({ name: 'Refused', param }));
  });
});
