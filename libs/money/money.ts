/**
 * Exact money: a bigint of pico-dollars (10^-12 USD). A price of $/1M tokens with up to six decimals is a
 * whole number of pico-dollars per token, so price × tokens never rounds. No `number` ever holds money.
 */
declare const money: unique symbol;
export type Money = bigint & { readonly [money]: true };

/** How money is written in events and JSON columns: a whole number of pico-dollars, in decimal digits. */
export type PicoDollars = string & { readonly picoDollars: true };

const decimalsOfDollar = 12;
const decimalsOfCent = 10;

export const zero = 0n as Money;

export const pico = (amount: bigint): Money => amount as Money;

/** Parses dollars such as `"0.05"` or `"-3"`, exactly. @throws RangeError when it is no decimal or finer than a pico-dollar. */
export function dollars(text: string): Money {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,2}))?$/i.exec(text);
  if (!match) throw new RangeError(`not an amount of dollars: ${text}`);
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const shift = decimalsOfDollar - fraction.length + Number(exponent);
  let digits = BigInt(whole + fraction);
  if (shift >= 0) digits *= 10n ** BigInt(shift);
  else {
    const divisor = 10n ** BigInt(-shift);
    if (digits % divisor !== 0n) throw new RangeError(`finer than a pico-dollar: ${text}`);
    digits /= divisor;
  }
  return (sign === '-' ? -digits : digits) as Money;
}

/** Parses the form used in events. @throws RangeError when it is not a whole number. */
export function fromPico(text: string): Money {
  if (!/^-?\d+$/.test(text)) throw new RangeError(`not a whole number of pico-dollars: ${text}`);
  return BigInt(text) as Money;
}

export const toPico = (amount: Money): PicoDollars => amount.toString() as PicoDollars;

/** An exact decimal string of dollars, without trailing zeros: what the API speaks. */
export const toDollars = (amount: Money): string => decimal(amount, decimalsOfDollar);

/** An exact decimal string of cents: what `*_cents numeric(28,10)` columns hold. */
export const toCents = (amount: Money): string => decimal(amount, decimalsOfCent);

/** Reads a `*_cents` column as Postgres returns it. @throws RangeError when it is no decimal. */
export const fromCents = (text: string): Money => dollars(shiftedTwoDown(text));

/**
 * The nearest double, for response fields that the contract types as `number` (an estimate shown to a person).
 * Never compute with it.
 */
export const approximateDollars = (amount: Money): number => Number(toDollars(amount));

export const add = (...amounts: readonly Money[]): Money => amounts.reduce((sum, amount) => sum + amount, 0n) as Money;
export const subtract = (from: Money, amount: Money): Money => (from - amount) as Money;
export const negate = (amount: Money): Money => -amount as Money;
export const times = (amount: Money, count: number | bigint): Money => (amount * BigInt(count)) as Money;
export const min = (a: Money, b: Money): Money => (a < b ? a : b);
export const max = (a: Money, b: Money): Money => (a > b ? a : b);

function decimal(amount: bigint, decimals: number): string {
  const sign = amount < 0n ? '-' : '';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  return sign + digits.slice(0, -decimals) + (fraction ? `.${fraction}` : '');
}

function shiftedTwoDown(cents: string): string {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(cents) ?? [];
  const digits = whole.padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}${fraction}`;
}
