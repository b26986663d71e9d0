/**
 * A prompt in a few dozen numbers, for the difficulty experts: how long, how many quantities and unknowns, how
 * specialist its words. Counted over what was read, on scales where a step means about as much at any size.
 */
import { DIGIT, IDEOGRAPH, LETTER } from './characters.js';
import { conceptId, concepts, type Concept } from './concepts.js';
import { BACKSLASHES, DOLLARS } from './formulas.js';
import { HashTable } from './hash-table.js';
import type { Cues } from './lexicon.js';
import type { ProblemScan } from './problem-scan.js';
import { WORD_CLASSES } from './problem-words.js';
import { wordHash, type Reading } from './reading.js';
import { isKnownWord } from './weights.js';

/** Cues that measure the same thing are counted together. */
const groups: readonly (readonly Concept[])[] = [
  ['quantity', 'share'],
  ['compare-more'],
  ['each'],
  ['money-word'],
  ['time-word'],
  ['remain', 'how-many'],
  ['maths', 'solve'],
  ['geometry'],
  ['algebra'],
  ['number-theory'],
  ['probability'],
  ['calculus', 'proof'],
  ['physics', 'chemistry'],
  ['biology', 'medicine'],
  ['law', 'moral'],
  ['economics'],
  ['philosophy', 'history'],
  ['logic', 'except'],
  ['constraint'],
  ['depth', 'step'],
  ['code', 'function', 'language', 'bug', 'sql'],
  ['algorithm', 'data-structure'],
  ['essay', 'story', 'letter', 'text-doc'],
  ['who', 'when', 'where'],
  ['what-is', 'why', 'how-to'],
];
const groupOf = new Int8Array(concepts.length).fill(-1);
groups.forEach((members, i) => members.forEach((concept) => (groupOf[conceptId(concept)] = i)));

const PLAIN = 30;
const SCANNED = PLAIN + groups.length;
const CLASSES = SCANNED + 56;
export const MEASURES = CLASSES + WORD_CLASSES;

const NUMBER_WORD = 0;
const FORMAL_WORD = 1;
const PRONOUN = 2;
const wordClasses = new HashTable(9);
classed(NUMBER_WORD, 'one two three four five six seven eight nine ten eleven twelve thirteen fifteen twenty thirty forty fifty hundred thousand million half third quarter twice double triple dozen thirds quarters fifth fourth tenth once thrice percent');
classed(FORMAL_WORD, 'let suppose given such that satisfy satisfies satisfying define defined all find number positive integer integers real distinct largest smallest least greatest exactly possible ordered pairs every any sequence function');
classed(PRONOUN, 'he she they his her their him them it its');

function classed(value: number, words: string): void {
  for (const word of words.split(' ')) wordClasses.set(wordHash(word), value);
}

const seenNumbers = new Int32Array(64);
const seenWords = new Int32Array(1024);
const seenStamp = new Int32Array(1024);
let stamp = 0;

/** Writes the measures of one prompt into `out` (length MEASURES). */
export function measure(reading: Reading, cues: Cues, scan: ProblemScan, knownWords: Uint8Array, out: Float32Array): void {
  out.fill(0);
  stamp++;
  let numberWord = 0;
  let formal = 0;
  let pronoun = 0;
  let long = 0;
  let rare = 0;
  let singles = 0;
  let unknowns = 0;
  let distinct = 0;
  let distinctWords = 0;
  let longest = 0;
  const words = reading.words;
  for (let word = 0; word < words; word++) {
    const hash = reading.hash[word]!;
    const length = reading.end[word]! - reading.begin[word]!;
    const kind = reading.kind[word];
    if (firstSeen(hash)) distinctWords++;
    if (kind === DIGIT) {
      if (distinct < 64 && !includes(hash, distinct)) seenNumbers[distinct++] = hash;
      if (length > longest) longest = length;
      continue;
    }
    if (kind !== LETTER) continue;
    if (length === 1) {
      const letter = reading.text[reading.begin[word]!]! - 97;
      singles++;
      if (letter >= 0 && letter < 26) unknowns |= 1 << letter;
      continue;
    }
    if (length >= 9) long++;
    const wordClass = wordClasses.get(hash);
    if (wordClass === NUMBER_WORD) numberWord++;
    else if (wordClass === FORMAL_WORD) formal++;
    else if (wordClass === PRONOUN) pronoun++;
    else if (!isKnownWord(knownWords, hash)) rare++;
  }
  const total = words + 1;
  const letters = reading.letters + reading.ideographs * 2 + 1;
  const numbers = reading.numbers + numberWord;
  out[0] = Math.sqrt(reading.chars) / 10;
  out[1] = Math.sqrt(words) / 4;
  out[2] = letters / total / 2;
  out[3] = Math.sqrt(reading.numbers);
  out[4] = Math.sqrt(numbers);
  out[5] = Math.sqrt(numberWord);
  out[6] = Math.sqrt(distinct);
  out[7] = longest / 2;
  out[8] = Math.sqrt(reading.operators);
  out[BACKSLASHES] = Math.sqrt(reading.backslashes);
  out[DOLLARS] = Math.sqrt(reading.dollars);
  out[11] = Math.sqrt(bits(unknowns));
  out[12] = Math.sqrt(singles);
  out[13] = total / (reading.sentences + reading.questions + 1) / 8;
  out[14] = Math.sqrt(reading.sentences);
  out[15] = Math.sqrt(reading.commas);
  out[16] = (rare * 8) / total;
  out[17] = Math.sqrt(rare);
  out[18] = (long * 8) / total;
  out[19] = Math.sqrt(formal);
  out[20] = (pronoun * 8) / total;
  out[21] = Math.sqrt(reading.brackets + reading.braces);
  out[22] = (reading.upper * 16) / letters;
  out[23] = Math.sqrt(reading.lines);
  out[24] = (numbers * 10) / total;
  out[25] = (distinctWords * 4) / total;
  out[26] = (cues.count * 4) / total;
  out[27] = reading.kind[0] === IDEOGRAPH || reading.ideographs > 4 ? 1 : 0;
  out[28] = reading.questions;
  out[29] = Math.sqrt(reading.prices);
  for (let i = 0; i < cues.count; i++) {
    const group = groupOf[cues.concept[i]!]!;
    if (group >= 0) out[PLAIN + group]!++;
  }
  for (let m = PLAIN; m < SCANNED; m++) out[m] = Math.sqrt(out[m]!);
  measureScan(scan, out);
  for (let c = 0; c < WORD_CLASSES; c++) if (scan.classes[c]! > 0) out[CLASSES + c] = Math.sqrt(scan.classes[c]!);
}

function measureScan(scan: ProblemScan, out: Float32Array): void {
  const root = Math.sqrt;
  const { quantities, options } = scan;
  const sentences = scan.sentences + (scan.sentences === 0 ? 1 : 0);
  const segments = scan.segments + (scan.segments === 0 ? 1 : 0);
  const numbers = quantities.numbers + (quantities.numbers === 0 ? 1 : 0);
  const values: readonly number[] = [
    root(scan.chars), root(scan.words), root(scan.mathChars), root(scan.figureChars),
    root(scan.segments), scan.mathChars / segments, root(scan.longestSegment), scan.displays,
    root(quantities.numbers), root(quantities.distinct), root(quantities.numbers - quantities.distinct), doublings(quantities.largest), doublings(quantities.sum / numbers), root(quantities.small), root(quantities.large),
    root(quantities.decimals), root(quantities.ratios), root(quantities.percents), root(quantities.prices),
    root(scan.commands), root(scan.powers), scan.highestPower, root(scan.subscripts), root(scan.equals), root(scan.signs), root(scan.compared), root(scan.parentheses), root(scan.bars), root(scan.factorials),
    root(bits(scan.unknowns)), root(bits(scan.points)), root(scan.figures),
    root(scan.sentences), scan.words / sentences, root(scan.quantified), scan.quantified / sentences, root(scan.askChars), root(scan.askNumbers), root(scan.names), root(scan.commas), root(scan.questions),
    scan.wordLetters / (scan.words + 1), (scan.longWords * 8) / (scan.words + 1), scan.mathChars / (scan.chars + 1),
    options.count, root(options.count === 0 ? 0 : options.chars / options.count), root(options.longest), root(options.count === 0 ? 0 : options.stemChars), root(scan.bullets), root(scan.deepestIndent), root(scan.dots), scan.blanks > 0 ? 1 : 0,
    quantities.numbers / (scan.words + 1), scan.commands / (scan.mathChars + 1), options.chars === 0 ? 0 : (options.longest * options.count) / options.chars, options.count > 0 && options.stemChars < 160 ? 1 : 0,
  ];
  for (let v = 0; v < values.length; v++) out[SCANNED + v] = values[v]!;
}

/** How often a number doubles from one on, in between by proportion: a logarithm from exact arithmetic. */
function doublings(value: number): number {
  if (value < 1) return value;
  const bounded = value > 1e9 ? 1e9 : value;
  const whole = 31 - Math.clz32(bounded);
  return 1 + whole + bounded / (1 << whole) - 1;
}

function includes(hash: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (seenNumbers[i] === hash) return true;
  return false;
}

/** A small open table; what does not fit counts as seen, which long texts do not notice. */
function firstSeen(hash: number): boolean {
  let slot = hash & 1023;
  for (let probe = 0; probe < 8; probe++) {
    if (seenStamp[slot] !== stamp) {
      seenStamp[slot] = stamp;
      seenWords[slot] = hash;
      return true;
    }
    if (seenWords[slot] === hash) return false;
    slot = (slot + 1) & 1023;
  }
  return false;
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
