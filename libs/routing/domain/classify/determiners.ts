/**
 * Whether a request speaks of a thing both sides know ("make the sky red") or of any ("make a red sky"): the first is
 * there already and is to be changed. Languages without articles say it with demonstratives, if at all.
 */
import { HashTable } from './hash-table.js';
import { languageBits } from './lexicon/index.js';
import { wordHash, type Reading } from './reading.js';

export const NO_DETERMINER = 0;
export const DEFINITE = 1;
export const INDEFINITE = 2;

/** Where the first determiner is sought: later ones belong to the content. */
const FIRST_WORDS = 8;

type Language = keyof typeof languageBits;

const definite: Readonly<Partial<Record<Language, string>>> = {
  en: 'the this that these those his her their it them him', pt: 'o os a as do da dos das esse essa este esta esses essas estes estas no na', es: 'el la los las al del este esta estos estas ese esa lo',
  fr: 'le la les ce cet cette ces au du', de: 'der die das den dem dieses diese diesen diesem dieser', it: 'il lo la gli i le questo questa questi queste al alla allo dal dalla', nl: 'de het deze dit die dat',
  pl: 'ten ta to te tego tej tym tych', ru: 'этот эта это эти эту этого этой этом этих', tr: 'bu su bunu sunu', ar: 'هذا هذه هاتين هذين', hi: 'इस इन यह ये उस', vi: 'nay kia do', zh: '这 把 那', ja: 'この その これ', ko: '이 그 저',
};
const indefinite: Readonly<Partial<Record<Language, string>>> = {
  en: 'a an some any', pt: 'um uma uns umas', es: 'un una unos unas', fr: 'un une des', de: 'ein eine einen einem einer', it: 'un uno una', nl: 'een', tr: 'bir', vi: 'mot', hi: 'एक', zh: '一',
};

/** From the hash of a word to the languages in which it is the one, and the other. */
const definites = tableOf(definite);
const indefinites = tableOf(indefinite);

function tableOf(words: Readonly<Partial<Record<Language, string>>>): HashTable {
  const table = new HashTable(9);
  for (const [language, list] of Object.entries(words)) {
    for (const word of list.split(' ')) {
      const hash = wordHash(word);
      table.set(hash, Math.max(0, table.get(hash)) | languageBits[language as Language]);
    }
  }
  return table;
}

/** The first determiner of a reading. `languages`: those the reading may be in. */
export function firstDeterminer(reading: Reading, languages: number): number {
  const words = Math.min(FIRST_WORDS, reading.words);
  for (let word = 0; word < words; word++) {
    const hash = reading.hash[word]!;
    if (isIn(indefinites, hash, languages)) return INDEFINITE;
    if (isIn(definites, hash, languages)) return DEFINITE;
  }
  return NO_DETERMINER;
}

function isIn(table: HashTable, hash: number, languages: number): boolean {
  const found = table.get(hash);
  return found > 0 && (found & languages) !== 0;
}
