/**
 * One upstream's answer as OpenAI chat events, on its way to the client. Bytes pass as they came; what is held, changed
 * or dropped is exactly this: the first chunk gets metadata, the last waits for its own, a usage chunk nobody asked for
 * is dropped, and so is an event that is no JSON, which would make the official clients throw.
 */
import { dataOf, endOfEvent, KeyCursor, kindOf, parseEvent } from './event-bytes.js';
import { splice } from './splice.js';

/** An error the provider sent inside the stream. */
export interface StreamError {
  readonly code: string | null;
  readonly message: string;
}

/** What is remembered of an answer, for sealing and for continuing it. An answer of more is cut there. */
const mostKeptBytes = 4_194_304;
/** An event longer than this is no chat chunk, and its end may never come. */
const longestEvent = 16_777_216;
const doneEvent = Buffer.from('data: [DONE]\n\n');
const metadataField = 'greatrouter';
const nothing = Buffer.alloc(0);

export class ChatStream {
  /** The first event with content has come: what is said cannot be unsaid. */
  hasContent = false;
  /** A choice has ended with a finish reason. */
  finished = false;
  /** `[DONE]` has come. */
  done = false;
  /** The provider reported an error inside the stream; nothing after it counts. */
  error: StreamError | null = null;

  /** The answer is longer than what is remembered of it. */
  overflowed = false;
  /** The whole events of the answer, as the upstream sent them. */
  readonly kept: Buffer[] = [];
  private keptBytes = 0;
  /** Bytes of an event that is not whole yet. */
  private rest: Buffer = nothing;
  /** Events before the first content. */
  private waiting: Buffer[] = [];
  /** Events to be written. */
  private ready: Buffer[] = [];
  /** The finish chunk, until it is known whether anything follows it. */
  private held: Buffer[] = [];
  private usageEvent: Buffer | null = null;
  private usageStandsAlone = false;
  private doneBytes: Buffer | null = null;

  private readonly usage = new KeyCursor('usage', '{');
  private readonly finish = new KeyCursor('finish_reason', '"');
  private readonly errors = new KeyCursor('error', '{"');

  /**
   * @param includeUsage whether the client asked for the usage chunk
   * @param firstMetadata the `greatrouter` object of the first chunk
   */
  constructor(
    private readonly includeUsage: boolean,
    private readonly firstMetadata: () => object,
  ) {}

  push(chunk: Buffer): void {
    if (this.error || this.done) return;
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = nothing;
    this.usage.begin(bytes);
    this.finish.begin(bytes);
    this.errors.begin(bytes);
    let passFrom = 0;
    let start = 0;
    for (let end = endOfEvent(bytes, 0); end !== -1; end = endOfEvent(bytes, start)) {
      if (!this.passes(bytes, start, end)) {
        this.pass(bytes, passFrom, start);
        passFrom = end;
        this.take(bytes.subarray(start, end), bytes, start, end);
        if (this.error || this.done) return;
      }
      start = end;
    }
    this.pass(bytes, passFrom, start);
    if (start < bytes.length) this.rest = bytes.subarray(start);
    if (this.rest.length > longestEvent) this.error = { code: 'event_too_long', message: 'the provider sent an event without an end' };
  }

  /** The upstream has ended: an event without its blank line still counts. */
  end(): void {
    if (this.rest.length > 0) this.push(Buffer.from('\n\n'));
  }

  /** What the client can be sent now; null when nothing. */
  drain(): Buffer | null {
    if (!this.hasContent || this.ready.length === 0) return null;
    const out = this.ready.length === 1 ? this.ready[0]! : Buffer.concat(this.ready);
    this.ready = [];
    return out;
  }

  /** The provider's usage object, verbatim; null when it sent none. */
  rawUsage(): Record<string, unknown> | null {
    const event = this.usageEvent && parseEvent(this.usageEvent);
    if (!event) return null;
    return object(event['usage']) ?? object(object(event['x_groq'])?.['usage']) ?? object(firstChoice(event)?.['usage']);
  }

  /** Usage as the client could read it; null when none came. */
  usageShown(): Record<string, unknown> | null {
    return this.usageEvent && (object((parseEvent(this.usageEvent) ?? {})['usage']) ?? this.rawUsage());
  }

  /** Why the answer ended, in the provider's word; null when it did not say. */
  finishReason(): string | null {
    const last = this.held.at(-1);
    const reason = last && firstChoice(parseEvent(last) ?? {})?.['finish_reason'];
    return typeof reason === 'string' ? reason : null;
  }

  /** The last events with their metadata, and the end mark: written when the ending is durable. */
  tail(metadata: object): Buffer {
    const last = this.includeUsage && this.usageStandsAlone ? [...this.held, this.usageEvent!] : [...this.held];
    const lastEvent = last.pop() ?? this.ownChunk();
    return Buffer.concat([...last, splice(lastEvent, metadataField, metadata), this.doneBytes ?? doneEvent]);
  }

  /** Whether an event may go through unseen: content, with nothing in it that this side waits for. */
  private passes(bytes: Buffer, start: number, end: number): boolean {
    if (!this.hasContent || this.held.length > 0) return false;
    if (this.usage.within(bytes, start, end) || this.finish.within(bytes, start, end)) return false;
    if (this.errors.within(bytes, start, end)) return false;
    const kind = kindOf(bytes, start, end);
    return kind === 'chunk' || kind === 'comment' || kind === 'empty';
  }

  private pass(bytes: Buffer, from: number, to: number): void {
    if (to > from) this.emit(bytes.subarray(from, to));
  }

  private emit(events: Buffer): void {
    this.ready.push(events);
    this.keep(events);
  }

  private keep(events: Buffer): void {
    this.overflowed ||= this.keptBytes >= mostKeptBytes;
    if (this.overflowed) return;
    this.keptBytes += events.length;
    this.kept.push(events);
  }

  /** An event that needs a look. */
  private take(event: Buffer, bytes: Buffer, start: number, end: number): void {
    switch (kindOf(bytes, start, end)) {
      case 'done':
        this.done = true;
        this.doneBytes = event;
        return;
      case 'comment':
      case 'empty':
        if (this.hasContent) this.ready.push(event);
        return;
      case 'broken':
        return;
      case 'named':
        return this.takeChunk(unnamed(event), lookAt(event));
      case 'chunk':
        return this.takeChunk(event, {
          closely: !this.hasContent || this.errors.within(bytes, start, end),
          finishes: this.finish.within(bytes, start, end),
          meters: this.usage.within(bytes, start, end),
        });
    }
  }

  private takeChunk(event: Buffer, look: Look): void {
    const value = look.closely ? parseEvent(event) : null;
    if (look.closely && value === null) return;
    if (value && value['error']) {
      this.error = streamError(value['error']);
      return;
    }
    if (look.meters) {
      this.usageEvent = event;
      this.usageStandsAlone = hasNoChoices(event);
      if (this.usageStandsAlone) return;
    }
    if (!this.hasContent && value && !saysSomething(value)) {
      this.waiting.push(event);
      return;
    }
    this.flushHeld();
    if (look.finishes) this.finished = true;
    if (!this.hasContent) this.open(event, look.finishes);
    else if (look.finishes) this.hold(event);
    else this.emit(event);
  }

  /** The first content: what waited goes out before it, the very first chunk with metadata. */
  private open(event: Buffer, finishes: boolean): void {
    this.hasContent = true;
    const events = [...this.waiting, event];
    this.waiting = [];
    for (const each of events) this.keep(each);
    if (finishes) this.held.push(events.pop()!);
    // A stream of one chunk has its metadata once: its first is its last.
    const [first, ...others] = events;
    if (first) this.ready.push(splice(first, metadataField, this.firstMetadata()), ...others);
  }

  private hold(event: Buffer): void {
    this.held.push(event);
    this.keep(event);
  }

  /** Something follows a finish chunk after all (another choice): it was not the last. */
  private flushHeld(): void {
    this.ready.push(...this.held);
    this.held = [];
  }

  /** A chunk without choices, like the others of this stream. */
  private ownChunk(): Buffer {
    const like = this.kept[0] ? (parseEvent(firstEvent(this.kept[0])) ?? {}) : {};
    const { id, created, model } = like;
    return Buffer.from(`data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices: [] })}\n\n`);
  }
}

/** What the bytes of an event say of it. */
interface Look {
  /** Whether it has to be parsed: before the first content, and where an error may be. */
  readonly closely: boolean;
  readonly finishes: boolean;
  readonly meters: boolean;
}

function lookAt(event: Buffer): Look {
  const text = event.toString('latin1');
  return { closely: true, finishes: /"finish_reason"\s*:\s*"/.test(text), meters: /"usage"\s*:\s*\{/.test(text) };
}

function firstEvent(events: Buffer): Buffer {
  const end = endOfEvent(events, 0);
  return end === -1 ? events : events.subarray(0, end);
}

const hasNoChoices = (event: Buffer): boolean => !/"choices"\s*:\s*\[\s*[^\]\s]/.test(event.toString('latin1'));

/** An event with an `event:`, `id:` or `retry:` line, as the plain data event that OpenAI's clients read. */
const unnamed = (event: Buffer): Buffer => Buffer.from(`data: ${dataOf(event)}\n\n`);

function streamError(error: unknown): StreamError {
  if (typeof error !== 'object' || error === null) return { code: null, message: String(error) };
  const { code, type, message } = error as { code?: unknown; type?: unknown; message?: unknown };
  return { code: word(code) ?? word(type), message: typeof message === 'string' ? message : JSON.stringify(error) };
}

const word = (value: unknown): string | null => (typeof value === 'string' || typeof value === 'number' ? String(value) : null);

const object = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

function firstChoice(event: Record<string, unknown>): Record<string, unknown> | null {
  const choices = event['choices'];
  return Array.isArray(choices) ? object(choices[0]) : null;
}

/** Whether a chunk carries anything a reader would see: text, a tool call, reasoning, a refusal, audio, or an end. */
function saysSomething(chunk: Record<string, unknown>): boolean {
  const choices = chunk['choices'];
  if (!Array.isArray(choices)) return false;
  return choices.some((choice: unknown) => {
    const { delta, finish_reason: finish } = object(choice) ?? {};
    if (typeof finish === 'string') return true;
    return Object.entries(object(delta) ?? {}).some(([key, value]) => key !== 'role' && value !== null && value !== '' && !isEmptyList(value));
  });
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
