import { describe, expect, it } from '@jest/globals';
import { EXECUTION_MEASURES, asksForOutcome, measureExecution } from './execution.js';
import { Reading } from './reading.js';

const asks = (prompt: string) => {
  const reading = new Reading();
  reading.read(prompt);
  return asksForOutcome(prompt, reading);
};
const measured = (prompt: string) => {
  const out = new Float32Array(EXECUTION_MEASURES);
  measureExecution(prompt, out);
  return [...out];
};
const programme = (call: string, body = '    return text.upper()') => `What is the output?\ndef f(text):\n${body}\nprint(f(${call}))`;

describe('a programme to be run in the head', () => {
  it.each([
    [programme('"abc"'), true],
    ['Complete the assertion: def f(xs):\n  return sum(xs)\nassert f([1, 2]) == ??', true],
    ['What does this print?\nfor (let i = 0; i < 3; i++) console.log(i * 2); // output', true],
    ['Write a function that returns the output of a command.', false],
    ['def add(a, b):\n    """ Returns the sum. >>> add(1, 2) 3 """', false],
    ['The output of the factory (steel, iron [ore], coal) fell.', false],
  ])('%j: %s', (prompt, expected) => expect(asks(prompt)).toBe(expected));

  it('grows with the length of the input, and with what is done to it', () => {
    const [short, long] = [measured(programme("'ab'")), measured(programme(`'${'ab'.repeat(20)}'`))];
    expect(long[0]!).toBeGreaterThan(short[0]!);
    expect(long[2]!).toBeGreaterThan(short[2]!);
    const looped = measured(programme("'ab'", '    for sign in text:\n        text += sign\n    return text'));
    expect(looped[12]!).toBeGreaterThan(short[12]!);
    expect(looped[22]!).toBeGreaterThan(short[22]!);
  });

  it('sees an empty input and a constant answer', () => {
    expect(measured(programme('[]'))[5]).toBe(1);
    expect(measured(programme('""'))[4]).toBe(1);
    expect(measured(programme('3', '    return True'))[21]).toBe(1);
  });

  it('measures whatever it is given, in time that grows with what is read', () => {
    expect(measured('')).toHaveLength(EXECUTION_MEASURES);
    for (const open of ['assert f(' + ' '.repeat(100_000), 'print(' + '('.repeat(100_000), 'print("' + '\\'.repeat(100_000)]) expect(measured(open).every(Number.isFinite)).toBe(true);
  });
});
