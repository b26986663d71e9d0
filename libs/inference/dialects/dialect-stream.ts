/** Chat events on their way to a client that reads another dialect. */
import { dataOf, endOfEvent, parseEvent } from '../chat/event-bytes.js';
import { numberAt, objectAt, objectsIn, stringAt, type Json } from '../domain/json.js';
import { thoughtIn, type AnswerEvents } from './dialect.js';

const colon = 0x3a;

export class DialectStream {
  private begun = false;
  private finish: string | null = null;
  private usage: Json | null = null;
  private about: Json | null = null;

  constructor(private readonly events: AnswerEvents) {}

  /** @param bytes whole events */
  push(bytes: Buffer): Buffer {
    let out = '';
    for (let start = 0, end = endOfEvent(bytes, 0); end !== -1; start = end, end = endOfEvent(bytes, start)) {
      const event = bytes.subarray(start, end);
      if (event[0] === colon) out += event.toString('utf8');
      else this.take(event);
      out += this.events.take();
    }
    return Buffer.from(out);
  }

  private take(event: Buffer): void {
    const value = parseEvent(event);
    if (value) return value['error'] ? this.events.fail(objectAt(value, 'error') ?? {}) : this.takeChunk(value);
    if (dataOf(event) === '[DONE]') this.events.end({ finish: this.finish, usage: this.usage, about: this.about });
  }

  private takeChunk(chunk: Json): void {
    this.about = objectAt(chunk, 'greatrouter') ?? this.about;
    this.usage = objectAt(chunk, 'usage') ?? this.usage;
    if (!this.begun) this.events.begin({ model: stringAt(chunk, 'model') ?? '', created: numberAt(chunk, 'created'), about: this.about });
    this.begun = true;
    const choice = objectsIn(chunk['choices']).find(({ index }) => index === undefined || index === 0);
    if (!choice) return;
    this.finish = stringAt(choice, 'finish_reason') ?? this.finish;
    this.takeDelta(objectAt(choice, 'delta') ?? {});
  }

  private takeDelta(delta: Json): void {
    const thought = thoughtIn(delta);
    if (thought) this.events.thought(thought);
    const text = stringAt(delta, 'content');
    if (text) this.events.text(text);
    const refusal = stringAt(delta, 'refusal');
    if (refusal) this.events.refusal(refusal);
    objectsIn(delta['tool_calls']).forEach((call, position) => this.takeCall(numberAt(call, 'index') ?? position, call));
  }

  /** The piece of a call that has its name is its first. */
  private takeCall(at: number, call: Json): void {
    const called = objectAt(call, 'function') ?? {};
    const name = stringAt(called, 'name');
    if (name) this.events.call(at, stringAt(call, 'id'), name);
    const text = stringAt(called, 'arguments');
    if (text) this.events.callArguments(at, text);
  }
}
