/** The numbers of a prompt: how many, how many different ones, how large, and in which dress (decimal, ratio, percent, price). */

const DISTINCT = 64;
/** Small whole numbers are words of their own (`2 equal parts` is not `7 equal parts`); larger ones go by their length. */
const SMALL_NUMBER = 0x3001;
const LONG_NUMBER = 0x3100;
const MOST_BY_NAME = 12;
const BEYOND_COUNTING = 1e12;

export class Quantities {
  numbers = 0;
  distinct = 0;
  largest = 0;
  sum = 0;
  /** Ones and twos. */
  small = 0;
  /** A hundred and more. */
  large = 0;
  decimals = 0;
  ratios = 0;
  percents = 0;
  prices = 0;
  /** What stands for the number read last among the hashed words. */
  token = 0;

  private readonly seen = new Float64Array(DISTINCT);

  reset(): void {
    this.numbers = this.distinct = this.largest = this.sum = this.small = this.large = this.decimals = this.ratios = this.percents = this.prices = this.token = 0;
  }

  /** Reads the number that begins at a digit, with thousands and decimals as written in English; returns where it ends. Behind `to` stand zeros. */
  read(text: Uint16Array, from: number, to: number): number {
    let value = 0;
    let at = from;
    let fraction = 0;
    for (; at < to; at++) {
      const code = text[at]!;
      if (isDigit(code)) {
        if (fraction > 0) value += (code - 48) * (fraction /= 10);
        else if (value < BEYOND_COUNTING) value = value * 10 + code - 48;
      } else if (code === 46 && fraction === 0 && isDigit(text[at + 1]!)) fraction = 1;
      else if (code !== 44 || !isDigit(text[at + 1]!) || !isDigit(text[at + 3]!)) break;
    }
    this.count(value);
    if (fraction > 0) this.decimals++;
    if (text[at]! === 47 && isDigit(text[at + 1]!)) this.ratios++;
    this.token = value <= MOST_BY_NAME && fraction === 0 ? SMALL_NUMBER + value : LONG_NUMBER + (fraction > 0 ? 0 : Math.min(9, at - from));
    return at;
  }

  private count(value: number): void {
    this.numbers++;
    this.sum += value;
    if (value > this.largest) this.largest = value;
    if (value === 1 || value === 2) this.small++;
    if (value >= 100) this.large++;
    for (let i = 0; i < this.distinct; i++) if (this.seen[i] === value) return;
    if (this.distinct < DISTINCT) this.seen[this.distinct++] = value;
  }
}

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** A dollar before a digit, outside mathematics, is a price unless another dollar closes it on the same line: `$5$`, `$3x+1$`, but not `$5 and $6`. */
export function opensPrice(text: Uint16Array, dollar: number, length: number): boolean {
  if (!isDigit(text[dollar + 1]!)) return false;
  for (let at = dollar + 1; at < length && at < dollar + 200; at++) {
    const code = text[at]!;
    if (code === 10) return true;
    if (code === 36) return isDigit(text[at + 1]!);
  }
  return true;
}
