import { describe, expect, it } from '@jest/globals';
import { fold } from './fold.js';
import { projection, table, type Cell } from './projection.js';
import { recorded } from './testing/recorded.js';

type Kept = { type: 'Kept'; data: { a: string; b: string; value: object | null } };
const pairs = table('pairs', { key: { a: 'text', b: 'text' }, set: { value: 'jsonb' } });
const subject = projection<Kept>({ name: 'pairs', version: 1, tables: [pairs], on: { Kept: ({ data: { a, b, value } }) => pairs.put({ a, b }, { value: value as Cell }) } });
const kept = (a: string, b: string, value: object | null = null) => recorded<Kept>({ type: 'Kept', data: { a, b, value } });

describe('a fold', () => {
  it('makes one change for each key, in one order whatever the order of the events', () => {
    const events = [kept('b', ''), kept('a', 'b'), kept('ab', ''), kept('a', 'c'), kept('a', 'b')];
    const keys = (of: typeof events) => fold(subject, of).flatMap(({ rows }) => rows.map(({ key }) => key));
    expect(keys(events)).toHaveLength(4);
    expect(keys(events.toReversed())).toEqual(keys(events));
  });

  it('refuses what Postgres cannot store, in keys and anywhere in JSON, whatever was folded before', () => {
    expect(() => fold(subject, [kept('a', 'b\0'), kept('a', 'b')])).toThrow('column b (text)');
    expect(() => fold(subject, [kept('a\0b', 'c'), kept('a', 'b\0c')])).toThrow(TypeError);
    for (const value of [['\0'], { deep: [{ text: 'x\0y' }] }, { 'na\0me': 1 }]) expect(() => fold(subject, [kept('a', 'b', value)])).toThrow('column value (jsonb)');
    expect(() => fold(subject, [kept('a', 'b', { text: '\\u0000', nothing: null, list: [1, true] })])).not.toThrow();
  });
});
