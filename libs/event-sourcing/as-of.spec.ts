import { describe, expect, it } from '@jest/globals';
import { asOf } from './as-of.js';

const now = Date.parse('2026-11-25T12:00:00Z');

describe('as_of', () => {
  it.each([
    ['17', { position: 17n }],
    ['2026-11-24T10:00:00Z', { atMs: Date.parse('2026-11-24T10:00:00Z') }],
    ['2026-11-24T10:00:00+02:00', { atMs: Date.parse('2026-11-24T08:00:00Z') }],
    ['2026-11-24', { atMs: Date.parse('2026-11-24T23:59:59.999Z') }],
    ['2026-11-25', { atMs: Date.parse('2026-11-25T23:59:59.999Z') }],
    ['2024-02-29', { atMs: Date.parse('2024-02-29T23:59:59.999Z') }],
  ])('%s is a point of the past', (text, point) => expect(asOf(text, 17n, now)).toEqual(point));

  it.each(['18', '2026-11-26', '2026-11-25T12:00:01Z', '2026-02-31', '2026-02-31T10:00:00Z', '2026-02-29', '2026-13-01', '2026-11-24T25:00:00Z', '1\0', 'soon', ''])('%j is refused', (text) =>
    expect(() => asOf(text, 17n, now)).toThrow(expect.objectContaining({ status: 400, param: 'as_of' })));
});
