/**
 * Text in routing reasons, found from the start of a word on. The words are those of the index: migration
 * 0120-logs-reason-words cuts reasons at the same characters.
 */
const between = String.raw`\s.,:;/()_%"'\\\-`;
const cuts = new RegExp(`[${between}]+`);

/** Patterns for ILIKE and for ~*: a reason has the text when both match. The first is the cheaper one. */
export function patternsOf(text: string): { contains: string; fromWordStart: string } {
  const escaped = text.replace(/[^\p{L}\p{N}]/gu, String.raw`\$&`);
  const start = cuts.test(text[0]!) ? '' : `(^|[${between}])`;
  return { contains: `%${text.replace(/[\\%_]/g, String.raw`\$&`)}%`, fromWordStart: start + escaped };
}

/**
 * What reasons with the text have among their words, as a tsquery; null when it has no word. The last word may go on.
 * To look up every word that begins so is dear for common ones: it is asked for when it is a figure, which is mostly
 * the rarest, or when there is no other.
 */
export function wordsOf(text: string): string | null {
  const words = text.split(cuts);
  const last = words.pop()!;
  const whole = [...new Set(words.filter(Boolean))].map(lexeme);
  const asksForLast = last !== '' && (whole.length === 0 || /\d.{2}/.test(last));
  const asked = asksForLast ? [...whole, `${lexeme(last)}:*`] : whole;
  return asked.length > 0 ? asked.join(' & ') : null;
}

/** The one under which all reasons of an organization stand. */
export const lexemeOfOrg = (orgId: string): string => lexeme(`@${orgId}`);

const lexeme = (word: string): string => `'${word.replace(/['\\]/g, '$&$&')}'`;
