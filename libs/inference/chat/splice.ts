/** Adds one top-level field to JSON or to an SSE event by its bytes: nothing is parsed, nothing else changes. */

const closingBrace = 0x7d;
const openingBrace = 0x7b;
const openingBracket = 0x5b;

/**
 * Puts `"name":value` before the last brace of a JSON object, or of the object in one SSE event.
 * Bytes without an object are returned as they are.
 */
export function splice(bytes: Buffer, name: string, value: object): Buffer {
  const brace = bytes.lastIndexOf(closingBrace);
  if (brace < 0) return bytes;
  const comma = isEmptyObject(bytes, brace) ? '' : ',';
  const field = Buffer.from(`${comma}${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return Buffer.concat([bytes.subarray(0, brace), field, bytes.subarray(brace)]);
}

function isEmptyObject(bytes: Buffer, brace: number): boolean {
  let at = brace - 1;
  while (at >= 0 && isSpace(bytes[at]!)) at--;
  return at < 0 || bytes[at] === openingBrace || bytes[at] === openingBracket;
}

export const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
