/**
 * National ids, as a table: their shape, their check digits, and the words that name them. Where a shape is rare the
 * check digits are enough; where many numbers look so, a word that names it has to stand before.
 */
import { stdnum } from 'stdnum';
import { some } from './numbers.js';

interface IdRow {
  readonly country: string;
  readonly shape: RegExp;
  /** Proves a candidate by its check digits. */
  readonly valid?: (candidate: string) => boolean;
  /** Words that name the id. */
  readonly words: RegExp;
  /** Without the words a valid candidate is not yet an id. */
  readonly needsWords?: true;
  /** With the words an invalid candidate counts as well: people mistype, and mean it. */
  readonly wordsSuffice?: true;
}

const by = (validator: { validate(value: string): { isValid: boolean } } | undefined) => (candidate: string) => validator?.validate(candidate).isValid === true;

const rows: readonly IdRow[] = [
  { country: 'US', shape: /(?<![\d-])(?!000|666|9\d\d)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}(?![\d-])/g, words: /\b(?:ssn|social security)/i, wordsSuffice: true, valid: (id) => id[3] === '-' && id[6] === '-' },
  { country: 'US', shape: /(?<![\d-])(?!000|666|9\d\d)\d{9}(?![\d-])/g, words: /\b(?:ssn|social security)/i, needsWords: true, wordsSuffice: true },
  { country: 'BR', shape: /(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/g, words: /\bcpf\b/i, valid: by(stdnum['BR']?.['cpf']), wordsSuffice: true },
  { country: 'BR', shape: /(?<![\d.-])\d{11}(?![\d.-])/g, words: /\bcpf\b/i, valid: by(stdnum['BR']?.['cpf']), needsWords: true, wordsSuffice: true },
  { country: 'GB', shape: /(?<![A-Z\d])[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Z\d])/gi, words: /national insurance|\bni(?:no)? (?:number|no)|\bnino\b/i, valid: by(stdnum['GB']?.['nino']), wordsSuffice: true },
  { country: 'ES', shape: /(?<![A-Z\d])(?:\d{8}|[XYZ]-?\d{7})[- ]?[A-Z](?![A-Z\d])/gi, words: /\b(?:dni|nie|nif)\b|documento nacional/i, valid: (id) => by(stdnum['ES']?.['dni'])(id) || by(stdnum['ES']?.['nie'])(id), wordsSuffice: true },
  { country: 'FR', shape: /(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}(?!\d)/gi, words: /s[eé]curit[eé] sociale|\bnir\b|insee/i, valid: by(stdnum['FR']?.['nir']) },
  { country: 'IT', shape: /(?<![A-Z\d])[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?![A-Z\d])/gi, words: /codice fiscale/i, valid: by(stdnum['IT']?.['codicefiscale']), wordsSuffice: true },
  { country: 'DE', shape: /(?<!\d)\d{2} ?\d{3} ?\d{3} ?\d{3}(?!\d)/g, words: /steuer-?(?:id|identifikations)|\bidnr\b|tax id/i, valid: by(stdnum['DE']?.['idnr']), needsWords: true, wordsSuffice: true },
  { country: 'NL', shape: /(?<![\d.])\d{9}(?!\d)/g, words: /\bbsn\b|burgerservice/i, valid: by(stdnum['NL']?.['bsn']), needsWords: true, wordsSuffice: true },
  { country: 'PL', shape: /(?<!\d)\d{11}(?!\d)/g, words: /\bpesel\b/i, valid: by(stdnum['PL']?.['pesel']), needsWords: true, wordsSuffice: true },
  { country: 'TR', shape: /(?<!\d)[1-9]\d{10}(?!\d)/g, words: /kimlik|\bt\.?c\.? ?(?:no|num)/i, valid: by(stdnum['TR']?.['tckimlik']), needsWords: true, wordsSuffice: true },
  { country: 'IN', shape: /(?<!\d)[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}(?!\d)/g, words: /aadh?aa?r|आधार|uidai/i, valid: by(stdnum['IN']?.['aadhaar']), needsWords: true, wordsSuffice: true },
  { country: 'IN', shape: /(?<![A-Z\d])[A-Z]{3}P[A-Z]\d{4}[A-Z](?![A-Z\d])/g, words: /\bpan\b/i, valid: by(stdnum['IN']?.['pan']) },
  { country: 'CN', shape: /(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?!\d)/gi, words: /身份证/, valid: by(stdnum['CN']?.['ric']), wordsSuffice: true },
  { country: 'KR', shape: /(?<!\d)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[1-8]\d{6}(?!\d)/g, words: /주민/, valid: () => true },
  { country: 'JP', shape: /(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d)/g, words: /マイナンバー|個人番号|my number/i, needsWords: true, wordsSuffice: true },
  { country: 'CA', shape: /(?<![\d-])\d{3}[- ]\d{3}[- ]\d{3}(?![\d-])/g, words: /\bSIN\b|social insurance|assurance sociale/, valid: by(stdnum['CA']?.['sin']), needsWords: true },
  { country: 'MX', shape: /(?<![A-Z\d])[A-Z][AEIOUX][A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[HMX][A-Z]{5}[A-Z\d]\d(?![A-Z\d])/gi, words: /\bcurp\b/i, valid: by(stdnum['MX']?.['curp']), wordsSuffice: true },
  { country: 'SE', shape: /(?<!\d)(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]\d{4}(?![\d-])/g, words: /personnummer/i, valid: by(stdnum['SE']?.['personnummer']) },
  { country: 'FI', shape: /(?<![\dA-Z])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[-+A]\d{3}[\dA-Y](?![\dA-Z])/gi, words: /henkilötunnus|\bhetu\b/i, valid: by(stdnum['FI']?.['hetu']) },
  { country: 'DK', shape: /(?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}-?\d{4}(?!\d)/g, words: /\bcpr\b/i, needsWords: true, wordsSuffice: true },
  { country: 'NO', shape: /(?<!\d)\d{6} ?\d{5}(?!\d)/g, words: /fødselsnummer|personnummer/i, valid: by(stdnum['NO']?.['fodselsnummer']), needsWords: true },
  { country: 'PT', shape: /(?<!\d)[1-3569]\d{2} ?\d{3} ?\d{3}(?!\d)/g, words: /\bnif\b|contribuinte/i, valid: by(stdnum['PT']?.['nif']), needsWords: true },
  { country: 'ZA', shape: /(?<!\d)\d{13}(?!\d)/g, words: /\bid (?:number|no)|identity number/i, valid: by(stdnum['ZA']?.['idnr']), needsWords: true },
  { country: 'CL', shape: /(?<![\d.])\d{1,2}\.\d{3}\.\d{3}-[\dK](?![\dA-Z])/gi, words: /\brut\b/i, valid: by(stdnum['CL']?.['rut']), wordsSuffice: true },
  { country: 'CH', shape: /(?<!\d)756\.?\d{4}\.?\d{4}\.?\d{2}(?!\d)/g, words: /\bahv\b|\bavs\b/i, valid: by(stdnum['CH']?.['ssn']), wordsSuffice: true },
  { country: 'BE', shape: /(?<!\d)\d{2}\.(?:0\d|1[0-2])\.\d{2}-\d{3}\.\d{2}(?!\d)/g, words: /rijksregister|registre national/i, valid: by(stdnum['BE']?.['nn']), wordsSuffice: true },
];

/** Countries whose ids are known. */
export const idCountries: readonly string[] = [...new Set(rows.map(({ country }) => country))];

const wordReach = 64;

export const hasNationalId = (text: string): boolean =>
  rows.some(({ shape, valid, words, needsWords, wordsSuffice }) => {
    if (needsWords && !words.test(text)) return false;
    return some(text, shape, (candidate, at) => {
      const named = words.test(text.slice(Math.max(0, at - wordReach), at));
      if (needsWords && !named) return false;
      return (named && wordsSuffice === true) || valid?.(candidate) === true;
    });
  });
