/** A streamed answer as the events of a response: each item is added, grows, and is done. */
import { stringAt, type Json } from '../domain/json.js';
import { eventOf, type AnswerEvents, type StreamEnding, type StreamOpening } from './dialect.js';
import { callItem, messageItem, refusalItem, refusalPart, said, textPart, thoughtItem, thoughtPart, type Ids, type Responded } from './responses-items.js';

type Prose = 'text' | 'refusal' | 'thought';

/** An item in the making. */
interface Growing {
  readonly id: string;
  readonly index: number;
  text: string;
}

interface ProseEvents {
  readonly item: 'msg' | 'rs';
  /** Position of the part in its item. */
  readonly at: 'content_index' | 'summary_index';
  empty(id: string): Json;
  part(text: string): Json;
  whole(id: string, text: string): Json;
  readonly added: string;
  readonly delta: string;
  readonly done: string;
  /** Under which name the whole text comes with `done`. */
  readonly field: 'text' | 'refusal';
  readonly partDone: string;
}

const inMessage = { item: 'msg', at: 'content_index', empty: (id: string) => said(id, [], 'in_progress'), added: 'response.content_part.added', partDone: 'response.content_part.done' } as const;

const proseEvents: Readonly<Record<Prose, ProseEvents>> = {
  text: { ...inMessage, part: textPart, whole: messageItem, delta: 'response.output_text.delta', done: 'response.output_text.done', field: 'text' },
  refusal: { ...inMessage, part: refusalPart, whole: refusalItem, delta: 'response.refusal.delta', done: 'response.refusal.done', field: 'refusal' },
  thought: {
    item: 'rs', at: 'summary_index', empty: (id) => ({ id, type: 'reasoning', summary: [] }), part: thoughtPart, whole: thoughtItem, field: 'text',
    added: 'response.reasoning_summary_part.added', delta: 'response.reasoning_summary_text.delta', done: 'response.reasoning_summary_text.done', partDone: 'response.reasoning_summary_part.done',
  },
};

/** Only the text of a message has log probabilities beside it. */
const beside = (kind: Prose): Json => (kind === 'text' ? { logprobs: [] } : {});

export class ResponseEvents implements AnswerEvents {
  private out = '';
  private sequence = 0;
  private opening: StreamOpening = { model: '', created: null, about: null };
  private readonly output: Json[] = [];
  private prose: (Growing & { readonly kind: Prose }) | null = null;
  /** By position among the calls; hosts may write several at once, so they are done at the end. */
  private readonly calls = new Map<number, Growing & { readonly callId: string; readonly name: string }>();

  constructor(
    private readonly ids: Ids,
    private readonly respond: (responded: Responded) => Json,
  ) {}

  begin(opening: StreamOpening): void {
    this.opening = opening;
    const response = this.respond({ ...opening, output: [], finish: null, done: false, usage: null });
    this.event('response.created', { response });
    this.event('response.in_progress', { response });
  }

  text(text: string): void {
    this.say('text', text);
  }

  thought(text: string): void {
    this.say('thought', text);
  }

  refusal(text: string): void {
    this.say('refusal', text);
  }

  call(at: number, id: string | null, name: string): void {
    if (this.calls.has(at)) return;
    this.closeProse();
    const growing = this.grow('fc');
    const call = { ...growing, callId: id || this.ids.item('call', growing.index), name };
    this.calls.set(at, call);
    this.add(call, callItem(call.id, { id: call.callId, name, text: '' }, 'in_progress'));
  }

  callArguments(at: number, text: string): void {
    const call = this.calls.get(at);
    if (!call) return;
    call.text += text;
    this.event('response.function_call_arguments.delta', { item_id: call.id, output_index: call.index, delta: text });
  }

  end({ finish, usage, about }: StreamEnding): void {
    this.closeProse();
    for (const call of this.calls.values()) {
      this.event('response.function_call_arguments.done', { item_id: call.id, output_index: call.index, name: call.name, arguments: call.text });
      this.close(call, callItem(call.id, { id: call.callId, name: call.name, text: call.text }));
    }
    const response = this.respond({ ...this.opening, output: this.output, finish, done: true, usage, about });
    this.event(response['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed', { response });
  }

  /** With `error` beside the fields of the event: OpenAI's clients raise on that, and read on without it. */
  fail(error: Json): void {
    this.event('error', { code: stringAt(error, 'code'), message: stringAt(error, 'message'), param: null, error });
  }

  take(): string {
    const taken = this.out;
    this.out = '';
    return taken;
  }

  private say(kind: Prose, delta: string): void {
    const prose = this.prose?.kind === kind ? this.prose : this.openProse(kind);
    const { at, delta: type } = proseEvents[kind];
    prose.text += delta;
    this.event(type, { item_id: prose.id, output_index: prose.index, [at]: 0, delta, ...beside(kind) });
  }

  private openProse(kind: Prose): Growing {
    this.closeProse();
    const { item, at, empty, part, added } = proseEvents[kind];
    const prose = { ...this.grow(item), kind };
    this.prose = prose;
    this.add(prose, empty(prose.id));
    this.event(added, { item_id: prose.id, output_index: prose.index, [at]: 0, part: part('') });
    return prose;
  }

  private closeProse(): void {
    if (!this.prose) return;
    const { kind, id, index, text } = this.prose;
    const { at, part, whole, done, field, partDone } = proseEvents[kind];
    this.event(done, { item_id: id, output_index: index, [at]: 0, [field]: text, ...beside(kind) });
    this.event(partDone, { item_id: id, output_index: index, [at]: 0, part: part(text) });
    this.close(this.prose, whole(id, text));
    this.prose = null;
  }

  private grow(kind: 'rs' | 'msg' | 'fc'): Growing {
    const index = this.output.length;
    return { id: this.ids.item(kind, index), index, text: '' };
  }

  private add({ index }: Growing, item: Json): void {
    this.output[index] = item;
    this.event('response.output_item.added', { output_index: index, item });
  }

  private close({ index }: Growing, item: Json): void {
    this.output[index] = item;
    this.event('response.output_item.done', { output_index: index, item });
  }

  private event(type: string, fields: Json): void {
    this.out += eventOf(type, { sequence_number: this.sequence++, ...fields });
  }
}
