/**
 * Server-sent events as bytes (WHATWG HTML, 9.2): where they end, and what can be told of one without parsing it.
 * A stream of chat chunks is a few hundred bytes an event; native searches over them cost a tenth of a parse.
 */
import { isSpace } from './splice.js';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const colon = 0x3a;

/** Where the event that begins at `from` ends, blank line included; -1 when it is not whole. CRLF and LF may be mixed. */
export function endOfEvent(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(lineFeed, from);
  while (at !== -1) {
    const next = bytes[at + 1];
    if (next === lineFeed) return at + 2;
    if (next === carriageReturn && bytes[at + 2] === lineFeed) return at + 3;
    at = bytes.indexOf(lineFeed, at + 1);
  }
  return -1;
}

const doneMark = Buffer.from('[DONE]');
/** The longest a `data: [DONE]` event can be. */
const longestDone = 24;

/** What an event is, by its first and last bytes. `broken`: its data is no whole JSON object. */
export type EventKind = 'chunk' | 'done' | 'comment' | 'named' | 'broken' | 'empty';

export function kindOf(bytes: Buffer, start: number, end: number): EventKind {
  let last = end - 1;
  while (last >= start && isSpace(bytes[last]!)) last--;
  if (last < start) return 'empty';
  const first = bytes[start];
  if (first === colon) return hasDataLine(bytes, start, end) ? 'named' : 'comment';
  if (first !== 0x64 || bytes[start + 1] !== 0x61) return 'named';
  if (bytes[last] === 0x7d) return 'chunk';
  if (end - start <= longestDone && bytes.indexOf(doneMark, start) !== -1) return 'done';
  return 'broken';
}

/** The last line feed of an event stands before the next event's first line, which is not its own. */
function hasDataLine(bytes: Buffer, start: number, end: number): boolean {
  const at = bytes.indexOf('\ndata:', start);
  return at !== -1 && at < end - 1;
}

const dataPrefix = 5;

/** The data of an event: its `data:` lines joined by line feeds, as the standard says. */
export function dataOf(event: Buffer): string {
  const text = event.toString('utf8');
  if (text.startsWith('data:') && text.indexOf('\ndata:') === -1) return text.slice(dataPrefix).trim();
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(dataPrefix).replace(/^ /, ''))
    .join('\n')
    .trim();
}

/** Parses an event's data; null when it is no JSON object. */
export function parseEvent(event: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(dataOf(event));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/**
 * Finds a JSON key whose value begins with a certain byte, over a run of events, without going back: questions about
 * later events cost nothing when the key stands only in earlier ones. Keys inside strings have escaped quotes, so
 * they never match.
 */
export class KeyCursor {
  private readonly key: Buffer;
  private readonly valueStarts: Buffer;
  private next = -1;

  /** @param valueStarts first bytes of the values that count, such as `{` or `"` */
  constructor(key: string, valueStarts: string) {
    this.key = Buffer.from(`"${key}"`);
    this.valueStarts = Buffer.from(valueStarts);
  }

  /** Begins a new run of bytes. */
  begin(bytes: Buffer): void {
    this.next = this.seek(bytes, 0);
  }

  /** Whether the key occurs in [start, end). Ask in rising order. */
  within(bytes: Buffer, start: number, end: number): boolean {
    while (this.next !== -1 && this.next < start) this.next = this.seek(bytes, this.next + 1);
    return this.next !== -1 && this.next < end;
  }

  private seek(bytes: Buffer, from: number): number {
    let at = bytes.indexOf(this.key, from);
    while (at !== -1) {
      let value = at + this.key.length;
      while (bytes[value] === colon || isSpace(bytes[value] ?? 0)) value++;
      if (value < bytes.length && this.valueStarts.includes(bytes[value]!)) return at;
      at = bytes.indexOf(this.key, value);
    }
    return -1;
  }
}
