/**
 * A prompt as a sparse vector for the linear models: which cues and which pairs of cues (the same in every language),
 * the shape of the text, and hashed words and letter groups. Cues carry what generalises, words what is left.
 */
import { conceptId, concepts, type Concept } from './concepts.js';
import { DIGIT, IDEOGRAPH } from './characters.js';
import { firstDeterminer } from './determiners.js';
import type { Cues } from './lexicon.js';
import type { Reading } from './reading.js';

export const FEATURE_BITS = 17;
const MASK = (1 << FEATURE_BITS) - 1;
const CAPACITY = 4096;

/** Beyond these the vector stops growing, so that the cost of a long prompt is bounded. */
const CUES_PAIRED = 36;
const WORDS_HASHED = 160;
const PAIRS_HASHED = 90;
/** So few words hold one thought. */
const FEW_WORDS = 6;
const WORDS_WITH_LETTERS = 20;

/** How loud each group speaks in training: cues loudest. */
const CUE_ANYWHERE = 0.5;
const CUE_EARLY = 0.8;
const CUE_FIRST = 0.8;
const CUE_PAIR = 0.6;
const CUE_SKIP_PAIR = 0.35;
const VERB_THING = 1;
const WORD_NORM = 1.1;
const PAIR_NORM = 0.7;
const LETTERS_NORM = 0.6;
const OPENING = 0.4;
const SHAPE = 0.5;

/** Salts that keep the groups apart in one table. */
const enum Salt { Anywhere = 0x1f, Early = 0x2e, First = 0x3d, Second = 0x4c, Late = 0x5b, Pair = 0x6a, Skip = 0x79, VerbThing = 0x88, Word = 0x97, WordPair = 0xa6, Letters = 0xb5, Opening = 0xc4, Shape = 0xd3, Determined = 0xe2, Only = 0xf1 }

const thingFrom = conceptId('image');
const thingTo = conceptId('name-idea');
const verbTo = conceptId('collage');
const isQuestion = new Uint8Array(concepts.length);
for (const concept of ['how-to', 'what-is', 'why', 'who', 'when', 'where', 'how-many'] as const satisfies readonly Concept[]) isQuestion[conceptId(concept)] = 1;

export class Features {
  readonly index = new Int32Array(CAPACITY);
  readonly value = new Float32Array(CAPACITY);
  /** The concept a feature comes from; -1 for the shape of the text, -2 for words. */
  readonly owner = new Int16Array(CAPACITY);
  size = 0;
  private from = -1;
  /** Where the hashed words begin: training drops them at random, so that the cues must explain what they can. */
  wordsFrom = 0;
  private readonly seen = new Uint32Array(concepts.length);
  private stamp = 0;

  extract(reading: Reading, cues: Cues): void {
    this.size = 0;
    this.stamp++;
    const determiner = firstDeterminer(reading, cues.languages);
    this.cueFeatures(reading, cues, determiner);
    this.onlyFeature(reading, cues);
    this.pairFeatures(cues);
    this.from = -1;
    this.shapeFeatures(reading);
    this.shape(17, filesNamed(cues));
    this.shape(18, determiner);
    this.from = -2;
    this.wordsFrom = this.size;
    this.wordFeatures(reading);
    this.letterFeatures(reading);
  }

  private add(salt: number, a: number, b: number, value: number) {
    if (this.size >= CAPACITY) return;
    let hash = Math.imul(a ^ (salt << 24), 0x9e3779b1) ^ Math.imul(b + salt, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    this.owner[this.size] = this.from;
    this.index[this.size] = (hash ^ (hash >>> 13)) & MASK;
    this.value[this.size++] = value;
  }

  private cueFeatures(reading: Reading, cues: Cues, determiner: number) {
    let firstVerb = -1;
    let firstThing = -1;
    let question = -1;
    const late = reading.words - 12;
    for (let i = 0; i < cues.count; i++) {
      const concept = cues.concept[i]!;
      const word = cues.word[i]!;
      this.from = concept;
      if (cues.place[i] === 0) this.add(Salt.First, concept, 0, CUE_FIRST);
      else if (cues.place[i] === 1) this.add(Salt.Second, concept, 0, CUE_FIRST / 2);
      if (word >= late && reading.words > 24) this.add(Salt.Late, concept, 0, CUE_ANYWHERE);
      if (this.seen[concept] === this.stamp) continue;
      this.seen[concept] = this.stamp;
      this.add(Salt.Anywhere, concept, 0, CUE_ANYWHERE);
      if (word < 12) this.add(Salt.Early, concept, 0, CUE_EARLY);
      if (firstVerb < 0 && concept <= verbTo) firstVerb = concept;
      else if (firstThing < 0 && concept >= thingFrom && concept <= thingTo) firstThing = concept;
      else if (question < 0 && isQuestion[concept] === 1) question = concept;
    }
    this.from = firstThing >= 0 ? firstThing : firstVerb;
    this.add(Salt.VerbThing, firstVerb + 1, firstThing + 1, VERB_THING);
    this.add(Salt.Determined, firstVerb + 1, determiner, CUE_PAIR);
    this.add(Salt.Determined, firstThing + 1000, determiner, CUE_PAIR);
    if (question >= 0) this.add(Salt.VerbThing, question + 1000, firstThing + 1, VERB_THING);
  }

  /** A prompt of a few words that holds one cue, or none: "hi there" is a greeting, "hi, what is the news" is not. */
  private onlyFeature(reading: Reading, cues: Cues) {
    if (reading.words > FEW_WORDS) return;
    for (let i = 1; i < cues.count; i++) if (cues.place[i] !== 0) return;
    const concept = cues.count === 0 ? -1 : cues.concept[0]!;
    this.from = concept;
    this.add(Salt.Only, concept + 1, Math.min(reading.words, 4), VERB_THING);
    this.add(Salt.Only, concept + 1, 0, VERB_THING);
  }

  private pairFeatures(cues: Cues) {
    const { concept, place, count } = cues;
    for (let i = 0; i < count && place[i]! < CUES_PAIRED; i++) {
      for (let j = i + 1; j < count && place[j]! <= place[i]! + 2; j++) {
        this.from = concept[j]!;
        const gap = place[j]! - place[i]!;
        if (gap === 1) this.add(Salt.Pair, concept[i]!, concept[j]! + 1, CUE_PAIR);
        else if (gap === 2 && place[i]! < 12) this.add(Salt.Skip, concept[i]!, concept[j]! + 1, CUE_SKIP_PAIR);
      }
    }
  }

  private shape(name: number, level: number) {
    this.add(Salt.Shape, name, level + 1, SHAPE);
  }

  private shapeFeatures(reading: Reading) {
    const chars = reading.chars;
    const per = 100 / (reading.letters + reading.digits + reading.ideographs + 1);
    this.shape(1, bucket(chars / 20));
    this.shape(2, bucket(reading.words));
    this.shape(3, reading.asks ? 1 : 0);
    this.shape(4, Math.min(3, reading.questions));
    this.shape(5, bucket(reading.lines));
    this.shape(6, bucket((reading.braces + reading.semicolons + reading.angle) * per));
    this.shape(7, bucket(reading.brackets * per * 2));
    this.shape(8, bucket(reading.operators * per * 2));
    this.shape(9, bucket(reading.digits * per));
    this.shape(10, bucket((reading.dollars + reading.backslashes) * per * 2));
    this.shape(11, Math.min(2, reading.quotes));
    this.shape(12, Math.min(2, reading.colons));
    this.shape(13, Math.min(1, reading.backticks));
    this.shape(14, bucket(reading.commas * 100 / (reading.words + 1)));
    this.shape(15, bucket(reading.sentences));
    this.shape(16, bucket((reading.upper * 100) / (reading.letters + 1)));
  }

  private wordFeatures(reading: Reading) {
    const words = Math.min(reading.words, WORDS_HASHED);
    if (words === 0) return;
    const single = WORD_NORM / Math.sqrt(words);
    const pairs = Math.min(words, PAIRS_HASHED);
    const pair = PAIR_NORM / Math.sqrt(pairs);
    let before = 0x51ed27;
    for (let i = 0; i < words; i++) {
      const hash = reading.kind[i] === DIGIT ? 0x7d1 + reading.end[i]! - reading.begin[i]! : reading.hash[i]!;
      this.add(Salt.Word, hash, 0, single);
      if (i < pairs) this.add(Salt.WordPair, before, hash, pair);
      before = hash;
    }
    this.add(Salt.Opening, reading.hash[0]!, 0, OPENING);
    if (words > 1) this.add(Salt.Opening, reading.hash[0]!, reading.hash[1]!, OPENING);
    if (words > 2) this.add(Salt.Opening, reading.hash[0]! ^ Math.imul(reading.hash[1]!, 31), reading.hash[2]!, OPENING);
  }

  /** Groups of four letters within words, for inflection and typing slips; three characters of Han or Kana. */
  private letterFeatures(reading: Reading) {
    const words = Math.min(reading.words, WORDS_WITH_LETTERS);
    const first = this.size;
    for (let word = 0; word < words; word++) {
      const begin = reading.begin[word]!;
      const end = reading.end[word]!;
      const { text } = reading;
      if (reading.kind[word] === IDEOGRAPH) {
        if (word + 2 < words) this.add(Salt.Letters, reading.hash[word]! ^ Math.imul(reading.hash[word + 1]!, 31), reading.hash[word + 2]!, 1);
        continue;
      }
      for (let i = begin; i + 3 < end && i < begin + 12; i++) {
        this.add(Salt.Letters, (text[i]! << 16) ^ text[i + 1]!, (text[i + 2]! << 16) ^ text[i + 3]!, 1);
      }
    }
    const scale = LETTERS_NORM / Math.sqrt(this.size - first + 1);
    for (let i = first; i < this.size; i++) this.value[i] = this.value[i]! * scale;
  }
}

const isFile = new Uint8Array(concepts.length);
for (const concept of ['image-file', 'video-file', 'audio-file'] as const satisfies readonly Concept[]) isFile[conceptId(concept)] = 1;

/** How many media files are named, up to three: two of them are most likely to be combined. */
function filesNamed(cues: Cues): number {
  let files = 0;
  for (let i = 0; i < cues.count; i++) files += isFile[cues.concept[i]!]!;
  return files > 3 ? 3 : files;
}

/** Powers of two, so that 3 and 300 are told apart and 300 and 310 are not. */
function bucket(x: number): number {
  return x < 1 ? (x > 0 ? 1 : 0) : 33 - Math.clz32(x);
}
