/**
 * How each UTF-16 unit is read: folded (lower case, no accents, one form per letter) and of which class.
 * One table look-up per character is what lets a whole prompt be read in microseconds.
 */

/** Ends a word: spaces, punctuation, symbols. */
export const BREAK = 0;
/** A letter of a script that puts spaces between words. */
export const LETTER = 1;
export const DIGIT = 2;
/** Han and Kana: no spaces, so each character is a unit of its own. */
export const IDEOGRAPH = 3;
/** Hangul: spaces between words, but particles stick to them, so a cue may sit anywhere inside. */
export const HANGUL = 4;
/** Arabic letters: articles and prepositions stick to the front of a word. */
export const ARABIC = 5;
/** Combining marks, tatweel, vowel points: skipped, as if not written. */
export const SKIP = 6;

export const folded = new Uint16Array(65536);
export const classOf = new Uint8Array(65536);

function fill(from: number, to: number, kind: number) {
  for (let code = from; code <= to; code++) classOf[code] = kind;
}

for (let code = 0; code < 65536; code++) folded[code] = code;

fill(0x61, 0x7a, LETTER);
fill(0x41, 0x5a, LETTER);
fill(0xaa, 0xaa, LETTER);
fill(0xb5, 0xb5, LETTER);
fill(0xba, 0xba, LETTER);
fill(0xc0, 0x24f, LETTER);
fill(0x250, 0x2af, LETTER);
fill(0x370, 0x58f, LETTER);
fill(0x5d0, 0x5ea, LETTER);
fill(0x620, 0x64a, ARABIC);
fill(0x66e, 0x6d3, ARABIC);
fill(0x900, 0x10ff, LETTER);
fill(0x1e00, 0x1fff, LETTER);
fill(0x3040, 0x30ff, IDEOGRAPH);
fill(0x3005, 0x3007, IDEOGRAPH);
fill(0x3400, 0x4dbf, IDEOGRAPH);
fill(0x4e00, 0x9fff, IDEOGRAPH);
fill(0xf900, 0xfaff, IDEOGRAPH);
fill(0x1100, 0x11ff, HANGUL);
fill(0x3130, 0x318f, HANGUL);
fill(0xac00, 0xd7a3, HANGUL);
fill(0x30, 0x39, DIGIT);
fill(0x660, 0x669, DIGIT);
fill(0x6f0, 0x6f9, DIGIT);
fill(0x966, 0x96f, DIGIT);
for (const [from, to] of [[0x300, 0x36f], [0x483, 0x489], [0x610, 0x61a], [0x640, 0x640], [0x64b, 0x65f], [0x670, 0x670], [0x200b, 0x200f], [0xfe00, 0xfe0f]] as const) {
  fill(from, to, SKIP);
}
classOf[0xd7] = BREAK;
classOf[0xf7] = BREAK;
classOf[0x964] = BREAK;
classOf[0x965] = BREAK;
classOf[0x30fb] = BREAK;

/** Lower case and without accents, where that is still one unit. */
function fold(code: number): number {
  const plain = String.fromCharCode(code).toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  return plain.length >= 1 ? plain.charCodeAt(0) : code;
}
for (const [from, to] of [[0x41, 0x5a], [0xc0, 0x24f], [0x370, 0x52f], [0x1e00, 0x1fff]] as const) {
  for (let code = from; code <= to; code++) if (classOf[code] === LETTER) folded[code] = fold(code);
}

/** Letters that are their own sign in one language and a plain letter to a hurried typist. */
const alike: readonly (readonly [string, string])[] = [
  ['ı', 'i'], ['İ', 'i'], ['ł', 'l'], ['Ł', 'l'], ['đ', 'd'], ['Đ', 'd'], ['ø', 'o'], ['Ø', 'o'], ['æ', 'a'], ['Æ', 'a'], ['œ', 'o'], ['Œ', 'o'], ['ß', 's'], ['ё', 'е'], ['Ё', 'е'],
  ['أ', 'ا'], ['إ', 'ا'], ['آ', 'ا'], ['ٱ', 'ا'], ['ى', 'ي'], ['ة', 'ه'], ['ک', 'ك'], ['ی', 'ي'],
];
for (const [from, to] of alike) folded[from.charCodeAt(0)] = to.charCodeAt(0);

/** Full-width forms, as typed with an East Asian keyboard. */
for (let code = 0xff01; code <= 0xff5e; code++) {
  const plain = code - 0xfee0;
  folded[code] = folded[plain]!;
  classOf[code] = classOf[plain]!;
}

const KIND_SHIFT = 16;
const UPPER_SHIFT = 19;
const DIGIT_SHIFT = 20;
/** Parts of a glyph: the folded unit, its class, and what the loop over a word asks of each character. */
export const GLYPH = {
  CODE: 0xffff,
  KIND_SHIFT,
  KIND: 7,
  UPPER_SHIFT,
  DIGIT_SHIFT,
  HANGUL_SHIFT: 21,
  JOINS_WORD: 1 << 22,
  STARTS_WORD: 1 << 23,
  /** Does not end a word at once: a mark, which is skipped, and `+` and `#`, which may belong to it. */
  MAY_JOIN: 1 << 24,
  /** Is no letter of ASCII. */
  BEYOND_ASCII: 1 << 25,
  /** Where what is kept of all glyphs of a word begins. */
  KEPT_SHIFT: UPPER_SHIFT,
  /** A word that holds one of these is counted again, character by character. */
  COUNTED: (1 << UPPER_SHIFT) | (1 << DIGIT_SHIFT),
} as const;

/** All that is known of a UTF-16 unit in one number, so that reading a character is one look. */
export const glyphs = Int32Array.from(folded, (code, raw) => {
  const kind = classOf[raw]!;
  const upper = raw >= 0x41 && raw <= 0x5a ? 1 << UPPER_SHIFT : 0;
  const digit = kind === DIGIT ? 1 << DIGIT_SHIFT : 0;
  const hangul = kind === HANGUL ? 1 << GLYPH.HANGUL_SHIFT : 0;
  const starts = kind === BREAK || kind === SKIP ? 0 : GLYPH.STARTS_WORD;
  const joins = starts === 0 || kind === IDEOGRAPH ? 0 : GLYPH.JOINS_WORD;
  const may = kind === SKIP || code === 43 || code === 35 ? GLYPH.MAY_JOIN : 0;
  const beyond = upper === 0 && (raw < 0x61 || raw > 0x7a) ? GLYPH.BEYOND_ASCII : 0;
  return (kind << KIND_SHIFT) | code | upper | digit | hangul | starts | joins | may | beyond;
});
