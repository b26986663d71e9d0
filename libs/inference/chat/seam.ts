/**
 * Joins a second model's answer to a text that was already sent. Either the model was given the text as its own
 * unfinished turn and goes on from it, or it was asked afresh and must first say the same text again, word for word;
 * if it says anything else, the answer cannot be joined and must end in an error.
 */
import { endOfEvent, kindOf, parseEvent } from './event-bytes.js';
import { isObject } from '../domain/json.js';

export type SeamMode = 'prefilled' | 'repeated';

const nothing = Buffer.alloc(0);

export class Seam {
  /** The second answer departs from the text already sent. */
  broken = false;
  /** What of the sent text is still to be repeated; null once the answers are joined. */
  private due: string | null;
  private rest: Buffer = nothing;

  constructor(sent: string, mode: SeamMode) {
    // A prefilled turn is sent without its last blanks (Anthropic refuses them), so the model may say them again.
    this.due = mode === 'repeated' ? sent : sent.slice(sent.trimEnd().length);
    if (mode === 'prefilled') this.optional = true;
  }

  /** Whether the due text may be left out: blanks after a prefilled turn. */
  private readonly optional: boolean = false;

  /** @returns the events that go on from the text; empty while it is repeated */
  push(chunk: Buffer): Buffer {
    if (this.due === null && this.rest.length === 0) return chunk;
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const out: Buffer[] = [];
    let start = 0;
    for (let end = endOfEvent(bytes, 0); end !== -1 && !this.broken && this.due !== null; end = endOfEvent(bytes, start)) {
      const joined = this.join(bytes.subarray(start, end));
      if (joined) out.push(joined);
      start = end;
    }
    this.rest = nothing;
    if (this.due === null) out.push(bytes.subarray(start));
    else this.rest = bytes.subarray(start);
    return out.length === 1 ? out[0]! : Buffer.concat(out);
  }

  /** One event before the join: swallowed, cut to what is new, or let through. */
  private join(event: Buffer): Buffer | null {
    if (kindOf(event, 0, event.length) !== 'chunk') return event;
    const chunk = parseEvent(event);
    const choice = chunk && Array.isArray(chunk['choices']) && isObject(chunk['choices'][0]) ? chunk['choices'][0] : null;
    if (!chunk || !choice) return event;
    const delta = isObject(choice['delta']) ? choice['delta'] : {};
    const text = typeof delta['content'] === 'string' ? delta['content'] : '';
    const ends = typeof choice['finish_reason'] === 'string';
    if (text === '' && !ends) return null;
    const fresh = this.consume(text);
    if (ends && this.due !== null) this.broken = !this.optional;
    if (this.broken) return null;
    if (ends) this.due = null;
    if (fresh === '' && !ends) return null;
    if (fresh === text) return event;
    const cut = { ...chunk, choices: [{ ...choice, delta: { ...delta, content: fresh } }] };
    return Buffer.from(`data: ${JSON.stringify(cut)}\n\n`);
  }

  /** Takes the due text off the front. @returns what is new in the text */
  private consume(text: string): string {
    const due = this.due ?? '';
    if (text.length < due.length && due.startsWith(text)) {
      this.due = due.slice(text.length);
      return '';
    }
    if (text.startsWith(due)) {
      this.due = null;
      return text.slice(due.length);
    }
    if (!this.optional) this.broken = true;
    this.due = null;
    return text;
  }
}
