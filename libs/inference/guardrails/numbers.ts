/** Numbers of people and of money: payment cards, IBANs, phone numbers. Each candidate is proven, not only recognised. */
import { isValidIBAN } from 'ibantools';
import { isValidPhoneNumber, type CountryCode } from 'libphonenumber-js/min';

/** Card schemes by prefix and length (ISO/IEC 7812). */
const schemes: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65)/, [16, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^3(?:0[0-5]|[689])/, [14]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:50|5[6-9]|6[37])/, [16, 18, 19]],
];

const cardShape = /(?<![\d.-])\d(?:[ .-]?\d){12,18}(?![\d-])/g;

export const hasCard = (text: string): boolean => some(text, cardShape, (match) => isCard(match.replace(/[ .-]/g, '')));

const isCard = (digits: string): boolean =>
  schemes.some(([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits)) && luhn(digits) && !/^(\d)\1+$/.test(digits);

function luhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const ibanShape = /(?<![\p{L}\d])[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]{4}){2,7}(?:[ -]?[A-Z\d]{1,4})?(?![\p{L}\d])/giu;

export const hasIban = (text: string): boolean =>
  some(text, ibanShape, (match) => {
    const compact = match.replace(/[ -]/g, '').toUpperCase();
    // A word may follow without punctuation: an IBAN has one length for each country, so its end is found by trying.
    for (let length = compact.length; length >= 15; length--) if (isValidIBAN(compact.slice(0, length))) return true;
    return false;
  });

const internationalShape = /(?<![\w+])(?:\+|00)\s?\d[\d\s().\-/]{6,20}\d(?!\d)/g;
const nationalShape = /(?<![\w.+#-])\(?\d[\d\s().\-/]{6,18}\d(?![\w-])/g;
/** North American, Brazilian and French numbers as people write them: recognised without a word before them. */
const plainShape = /^(?:\([2-9]\d{2}\)\s?\d{3}[-. ]\d{4}|[2-9]\d{2}[-.]\d{3}[-.]\d{4}|\(\d{2}\)\s?9?\d{4}-\d{4}|0[67](?:[ .]\d{2}){4})$/;
/** Short local numbers, and numbers of films (555), which no numbering plan knows. */
const spokenShape = /^(?:\(?\d{3}\)?[-. ])?\d{3}[-. ]\d{4}$/;

const phoneWords =
  /(?:phone|\bcall(?:ed|ing)? (?:me|us|him|her|them|at|back|now|on|\w+ (?:at|on))|mobile|\bcell|whats\s?app|text me|\breach|contac?t|kontakt|sms|fax|\btel|telefon|telefone|celular|tel[eé]fono|m[oó]vil|ll[aá]m|ligue|appel|t[eé]l[eé]phone|joindre|portable|handy|ruf|anrufen|bel(?:len)? |chiam|cellulare|gsm|dzwo|komórk|телефон|тел\.|звон|номер|電話|携帯|电话|手机|联系|전화|연락|휴대폰|फ़?ोन|फोन|मोबाइल|هاتف|جوال|اتصل|điện thoại|gọi|ara(?:yın|y[ıi]n)?|numara)/iu;

const countries: readonly CountryCode[] = [
  'US', 'BR', 'GB', 'FR', 'DE', 'ES', 'IT', 'PT', 'NL', 'PL', 'RU', 'TR', 'IN', 'CN', 'JP', 'KR', 'VN', 'MX', 'AR', 'SA', 'AE', 'EG', 'AU', 'CA',
];
/** The word stands near its number; farther off it speaks of something else. */
const wordReach = 28;
const yearSpan = /^(?:1[89]|20)\d{2}\s?[-\/]\s?(?:1[89]|20)\d{2}$/;

export const hasPhone = (text: string): boolean =>
  some(text, internationalShape, (match) => isValidPhoneNumber(match.replace(/^00/, '+'))) ||
  some(text, nationalShape, (match, at) => {
    const number = match.trim();
    const named = phoneWords.test(text.slice(Math.max(0, at - wordReach), at));
    if (plainShape.test(number)) return true;
    if (!named || yearSpan.test(number)) return false;
    return spokenShape.test(number) || countries.some((country) => isValidPhoneNumber(number, country));
  });

/** Candidates looked at in one text: more would be a list, not a conversation. */
const mostCandidates = 400;

/** Whether any match of a global pattern passes the test. */
export function some(text: string, pattern: RegExp, test: (match: string, at: number) => boolean): boolean {
  let count = 0;
  for (const match of text.matchAll(pattern)) {
    if (test(match[0], match.index)) return true;
    if (++count >= mostCandidates) return false;
  }
  return false;
}
