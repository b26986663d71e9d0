/** Finds personal data and secrets in a text. Which kinds, never which values: the answer can be logged and shown. */
import { isIPv4, isIPv6 } from 'node:net';
import { hasNationalId } from './national-ids.js';
import { hasCard, hasIban, hasPhone, some } from './numbers.js';
import { hasSecret } from './secrets.js';

export const sensitiveKinds = ['email', 'phone', 'payment_card', 'iban', 'national_id', 'ip_address', 'secret'] as const;
export type SensitiveKind = (typeof sensitiveKinds)[number];

const emailShape = /(?<![\p{L}\p{N}._%+@/-])[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}@]|:[\p{L}\p{N}_.-]+\/)/gu;
const spelledEmail = /[\w.+-]+\s?[[({<]\s?at\s?[\])}>]\s?[\w-]+\s?[[({<]\s?dot\s?[\])}>]\s?\w{2,}/i;
/** `icon@2x.png` is a file. */
const fileEnding = /\.(?:png|jpe?g|gif|svg|webp|ico|css|scss|js|mjs|ts|tsx|jsx|json|html?|map|mp4|pdf)$/i;

const hasEmail = (text: string): boolean => text.includes('@') && some(text, emailShape, (match) => !fileEnding.test(match)) || spelledEmail.test(text);

const ipv4Shape = /(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)/g;
const ipv6Shape = /(?<![\w:.])[0-9a-f:]*:[0-9a-f:]+(?:\.\d{1,3}){0,4}(?![\w:])/gi;
/** Four numbers with dots are a version as often as an address. */
const versionWords = /(?:\bv|version|release|build|chapter|section|firmware|driver|==|>=|§)\s*$/i;

const hasIp = (text: string): boolean =>
  some(text, ipv4Shape, (match, at) => isIPv4(match) && !isNobody(match) && !versionWords.test(text.slice(Math.max(0, at - 16), at))) ||
  (text.includes(':') && some(text, ipv6Shape, (match) => match.split(':').length >= 4 && /\d/.test(match) && isIPv6(match)));

/** Loopback, unspecified, broadcast and netmasks belong to no one. */
const isNobody = (ip: string): boolean => /^(?:127\.|0\.|255\.)/.test(ip);

const detectors: Readonly<Record<SensitiveKind, (text: string) => boolean>> = {
  email: hasEmail,
  phone: hasPhone,
  payment_card: hasCard,
  iban: hasIban,
  national_id: hasNationalId,
  ip_address: hasIp,
  secret: hasSecret,
};

/** The kinds of sensitive data in a text, in a fixed order. */
export function sensitiveIn(text: string): SensitiveKind[] {
  const plain = normalised(text);
  const found = sensitiveKinds.filter((kind) => detectors[kind](plain));
  // A card number is no phone number, whatever it is called.
  return found.includes('payment_card') || found.includes('iban') ? found.filter((kind) => kind !== 'phone' || hasPhone(withoutLongNumbers(plain))) : found;
}

const withoutLongNumbers = (text: string): string => text.replace(/\d(?:[ -]?\d){12,}/g, ' ').replace(/[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,}/g, ' ');

const invisible = /[\u200b-\u200f\u2060\ufeff\u00ad]/g;

/** Full-width digits, odd spaces and dashes, and characters that hide between others do not hide anything. */
function normalised(text: string): string {
  if (/^[\x20-\x7e\s]*$/.test(text)) return text;
  return text.normalize('NFKC').replace(invisible, '').replace(/[\u2010-\u2015\u2212]/g, '-').replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, ' ');
}
