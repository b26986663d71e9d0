/**
 * Text in routing reasons, found from the start of a word on. The words are those of the index: migration
 * 0130-logs-pairs cuts reasons at the same characters, and leaves out the same words.
 */
const between = String.raw`\s.,:;/()_%"'\\\-`;
const cuts = new RegExp(`[${between}]+`);

/** What nearly every reason says is not in the index. */
const unsaid = [
  '0', 'about', 'among', 'and', 'answer', 'balance', 'below', 'best', 'candidates', 'dearest', 'dollars', 'enough', 'expected', 'for', 'is',
  'of', 'place', 'price', 'quality', 'request', 'speed', 'success', 'the', 'this', 'to',
];

/** Patterns for ILIKE and for ~*: a reason has the text when both match. The first is the cheaper one. */
export function patternsOf(text: string): { contains: string; fromWordStart: string } {
  const escaped = text.replace(/[^\p{L}\p{N}]/gu, String.raw`\$&`);
  const start = cuts.test(text[0]!) ? '' : `(^|[${between}])`;
  return { contains: `%${text.replace(/[\\%_]/g, String.raw`\$&`)}%`, fromWordStart: start + escaped };
}

/**
 * What reasons with the text have among their words, as a tsquery; null when no word of it is in the index. The last
 * word may go on. To look up every word that begins so is dear for common ones: it is asked for when it is a figure,
 * which is mostly the rarest, or when there is no other.
 */
export function wordsOf(text: string): string | null {
  const words = text.split(cuts);
  const last = words.pop()!;
  const whole = [...new Set(words)].filter((word) => word !== '' && !unsaid.includes(word.toLowerCase())).map(lexeme);
  const asksForLast = last !== '' && !mayBeUnsaid(last) && (whole.length === 0 || /\d.{2}/.test(last));
  const asked = asksForLast ? [...whole, `${lexeme(last)}:*`] : whole;
  return asked.length > 0 ? asked.join(' & ') : null;
}

const mayBeUnsaid = (start: string): boolean => unsaid.some((word) => word.startsWith(start.toLowerCase()));

/** What the reasons of an organization stand under: all of them, or those of some days. */
export const lexemesOf = (orgId: string, days: readonly number[] | null): string =>
  days === null ? lexeme(`@${orgId}`) : days.map((day) => lexeme(`@${orgId}/${day}`)).join(' | ');

const lexeme = (word: string): string => `'${word.replace(/['\\]/g, '$&$&')}'`;
