/**
 * A programme to be run in one's head ("what does this print?"), in a few dozen numbers. What goes wrong there is
 * keeping count: how long the input is and of what, how much is done to each part of it, and whether the answer is a
 * whole text or only a yes or a number.
 */
import { round4 } from './exp.js';
import { wordHash, type Reading } from './reading.js';

/** What is read of a programme. */
const READ_CHARS = 3000;

const outcomes = new Set(['output', 'outputs', 'prints', 'printed', 'assertion', 'evaluates', 'displayed'].map(wordHash));

/** Whether a prompt with code in it asks what comes out when it runs. */
export function asksForOutcome(prompt: string, reading: Reading): boolean {
  const read = prompt.slice(0, READ_CHARS);
  if (callFrom(read) < 0 || !/\breturn\b|print|console\.log|\b(for|while) /.test(read)) return false;
  for (let word = 0; word < reading.words; word++) if (outcomes.has(reading.hash[word]!)) return true;
  return false;
}

/** Where the call with the input begins: behind the last `assert`, `print(` or `console.log(`. */
function callFrom(prompt: string): number {
  return Math.max(prompt.lastIndexOf('assert '), prompt.lastIndexOf('print('), prompt.lastIndexOf('console.log('));
}

const INPUT = 12;
const BODY = 17;
export const EXECUTION_MEASURES = INPUT + BODY;

/** Writes the measures of a programme and its input into `out` (length EXECUTION_MEASURES). */
export function measureExecution(prompt: string, out: Float32Array): void {
  const read = prompt.slice(0, READ_CHARS);
  const call = callFrom(read);
  const input = measureInput(call < 0 ? '' : /\((.*?)\)? ?(?:==|\n|$)/.exec(read.slice(call + 7))?.[1] ?? '', out);
  const begin = Math.max(0, read.search(/\b(def|function|for|while) /));
  measureBody(read.slice(begin, call < begin ? read.length : call), input, out);
}

const root = Math.sqrt;

/** Returns how much work the input makes: the logarithm of its length. */
function measureInput(input: string, out: Float32Array): number {
  let quote = '';
  let texts = 0, length = 0, longest = 0, all = 0, empty = 0, spaces = 0, signs = 0, capitals = 0, commas = 0, colons = 0, numbers = 0, depth = 0, deepest = 0;
  for (let at = 0; at < input.length; at++) {
    const sign = input[at]!;
    const digit = sign >= '0' && sign <= '9';
    if (digit && !(input[at - 1]! >= '0' && input[at - 1]! <= '9')) numbers++;
    if (sign >= 'A' && sign <= 'Z') capitals++;
    if (quote !== '') {
      if (sign !== quote) {
        length++;
        if (sign === ' ') spaces++;
        else if (!digit && sign.toLowerCase() === sign.toUpperCase()) signs++;
        continue;
      }
      quote = '';
      texts++;
      all += length;
      longest = Math.max(longest, length);
      if (length === 0) empty++;
      continue;
    }
    if (sign === "'" || sign === '"') {
      quote = sign;
      length = 0;
    } else if (sign === ',') commas++;
    else if (sign === ':') colons++;
    else if ('[({'.includes(sign)) deepest = Math.max(deepest, ++depth);
    else if ('])}'.includes(sign)) depth--;
  }
  const hollow = /\[\]|\{\}|\(\)/.test(input) ? 1 : 0;
  out.set([root(input.length), texts, logarithm(longest), root(all), empty, hollow, root(commas), colons, root(numbers), deepest, root(spaces), root(signs)]);
  out[INPUT + BODY - 1] = root(capitals);
  return logarithm(input.length);
}

/** What an answer is, by how the last result is put. */
const yesOrNo = /==|True|False|true|false|\bin\b|not |\.is[a-z]+\(|with\(|[<>]|all\(|any\(/;
const count = /len\(|\.length|count\(|find\(|indexOf\(|index\(|sum\(|int\(|max\(|min\(/;
const constant = /^\s*(-?\d+|'[^']*'|"[^"]*"|True|False|None|true|false|null|\[\])\s*;?$/;

function measureBody(body: string, work: number, out: Float32Array): void {
  let lines = 0, deepest = 0, numbers = 0, arithmetic = 0, sets = 0, updates = 0, slices = 0, brackets = 0, loops = 0;
  for (const line of body.split('\n')) {
    const begin = line.search(/\S/);
    if (begin < 0) continue;
    lines++;
    deepest = Math.max(deepest, begin >> 2);
    if (/^\s*(for|while)\b/.test(line)) loops++;
    for (let at = begin; at < line.length; at++) {
      const sign = line[at]!;
      const before = line[at - 1] ?? ' ';
      if (sign >= '0' && sign <= '9') numbers += before >= '0' && before <= '9' ? 0 : 1;
      else if (sign === '[') brackets++;
      else if (sign === ']') brackets--;
      else if (sign === ':' && brackets > 0) slices++;
      else if ('+-*/'.includes(sign)) arithmetic++;
      else if (sign === '=' && '+-*/'.includes(before)) updates++;
      else if (sign === '=' && !'=<>!'.includes(before) && line[at + 1] !== '=') sets++;
    }
  }
  const results = Array.from(body.matchAll(/\breturn (.*)/g), ([, result]) => result!);
  const last = results.at(-1) ?? '';
  const is = (pattern: RegExp) => (pattern.test(last) ? 1 : 0);
  const constants = results.filter((result) => constant.test(result)).length;
  out.set([lines, deepest, root(body.length), numbers, arithmetic, sets, updates, slices, results.length, constants, work * (1 + loops), is(yesOrNo), is(count), is(/join/), work, loops], INPUT);
}

/** How often a number doubles from one on, in between by proportion: a logarithm from exact arithmetic. */
function logarithm(value: number): number {
  const whole = 31 - Math.clz32(value + 1);
  return round4(whole + (value + 1) / (1 << whole) - 1);
}
