/** The sandbox as a provider: OpenAI chat bytes from this process, at a chosen rate, failing on demand. */
import { isObject } from '../domain/json.js';
import type { Receiver, Transfer, Upstream, UpstreamRequest } from '../upstream/upstream.js';
import { answerTo, type SandboxAnswer, type SandboxChoice } from './answer.js';
import { directivesFor, type Directives, type Trouble } from './directives.js';

type Json = Record<string, unknown>;

export class SandboxUpstream implements Upstream {
  private readonly open = new Set<SandboxTransfer>();

  send(request: UpstreamRequest, receiver: Receiver): Transfer {
    const transfer = new SandboxTransfer(request, receiver, () => this.open.delete(transfer));
    this.open.add(transfer);
    transfer.begin();
    return transfer;
  }

  async close(): Promise<void> {
    for (const transfer of this.open) transfer.abort();
  }
}

const json: Readonly<Record<string, string>> = { 'content-type': 'application/json' };
const eventStream: Readonly<Record<string, string>> = { 'content-type': 'text/event-stream; charset=utf-8' };

class SandboxTransfer implements Transfer {
  private readonly directives: Directives;
  private readonly trouble: Trouble | null;
  private readonly answer: SandboxAnswer;
  private readonly model: string;
  private timer: NodeJS.Timeout | NodeJS.Immediate | null = null;
  private paused = false;
  private waiting: (() => void) | null = null;
  private over = false;

  constructor(
    private readonly request: UpstreamRequest,
    private readonly receiver: Receiver,
    private readonly closed: () => void,
  ) {
    this.model = String(request.body['model']);
    this.directives = directivesFor(this.model, lastText(request.body['messages']));
    this.trouble = this.directives.once && request.attempt > 1 ? null : this.directives.trouble;
    this.answer = answerTo(this.model, request.body, this.directives);
  }

  begin(): void {
    if (this.trouble?.kind === 'hang') return;
    this.after(this.directives.delayMs, () => {
      if (this.trouble?.kind === 'reset') return this.fail();
      if (this.trouble?.kind === 'status') return this.refuse(this.trouble);
      if (this.request.body['stream'] === true) return this.stream();
      this.whole();
    });
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    const next = this.waiting;
    this.waiting = null;
    next?.();
  }

  abort(): void {
    if (this.timer) {
      clearTimeout(this.timer as NodeJS.Timeout);
      clearImmediate(this.timer as NodeJS.Immediate);
    }
    this.over = true;
    this.closed();
  }

  private refuse({ status, code, message, retryAfterMs }: Extract<Trouble, { kind: 'status' }>): void {
    const headers = { ...json, ...(retryAfterMs === null ? {} : { 'retry-after-ms': String(retryAfterMs) }) };
    this.receiver.onHead(status, (name) => headers[name as keyof typeof headers]);
    this.receiver.onData(Buffer.from(JSON.stringify({ error: { message, type: code, param: null, code } })));
    this.end();
  }

  private whole(): void {
    const { id, created, choices, usage } = this.answer;
    const body = JSON.stringify({
      id, object: 'chat.completion', created, model: this.model,
      choices: choices.map((choice, index) => ({ index, message: messageOf(choice), logprobs: null, finish_reason: choice.finishReason })),
      ...(this.directives.usage ? { usage } : {}),
    });
    this.receiver.onHead(200, (name) => json[name]);
    const broken = this.trouble !== null;
    this.receiver.onData(Buffer.from(broken ? body.slice(0, body.length / 2) : body));
    if (this.trouble?.kind === 'stall') return;
    if (this.trouble?.kind === 'malformed') return this.end();
    if (broken) return this.fail();
    this.end();
  }

  private stream(): void {
    this.receiver.onHead(200, (name) => eventStream[name]);
    const events = [...this.events()];
    const gapMs = this.directives.rate > 0 ? 1000 / this.directives.rate : 0;
    let at = 0;
    const next = (): void => {
      if (this.paused) {
        this.waiting = next;
        return;
      }
      if (at === this.stopAt()) return this.misbehave();
      if (at === events.length) return this.end();
      this.receiver.onData(Buffer.from(events[at++]!));
      if (!this.over) this.after(gapMs, next);
    };
    next();
  }

  /** After how many events the trouble begins; the first event is the role. */
  private stopAt(): number {
    return this.trouble && 'after' in this.trouble ? this.trouble.after + 1 : -1;
  }

  private misbehave(): void {
    switch (this.trouble?.kind) {
      case 'stall':
        return;
      case 'error':
        this.receiver.onData(Buffer.from('data: {"error":{"message":"The server had an error.","type":"server_error","code":null}}\n\n'));
        return this.over ? undefined : this.end();
      case 'malformed':
        this.receiver.onData(Buffer.from('data: {"choices":[{"delta":{"content": \n\n'));
        return this.over ? undefined : this.end();
      default:
        return this.fail();
    }
  }

  private *events(): Generator<string> {
    const { id, created, choices, usage } = this.answer;
    const asked = isObject(this.request.body['stream_options']) && this.request.body['stream_options']['include_usage'] === true;
    const head = { id, object: 'chat.completion.chunk', created, model: this.model };
    const event = (part: Json) => `data: ${JSON.stringify({ ...head, ...part, ...(asked && !('usage' in part) ? { usage: null } : {}) })}\n\n`;
    for (const [index, choice] of choices.entries()) {
      yield event({ choices: [{ index, delta: { role: 'assistant', content: choice.toolCalls.length > 0 ? null : '' }, finish_reason: null }] });
      for (const delta of deltasOf(choice)) yield event({ choices: [{ index, delta, finish_reason: null }] });
      yield event({ choices: [{ index, delta: {}, finish_reason: choice.finishReason }] });
    }
    if (asked && this.directives.usage) yield event({ choices: [], usage });
    if (this.directives.done) yield 'data: [DONE]\n\n';
  }

  private after(ms: number, step: () => void): void {
    const run = () => {
      this.timer = null;
      if (!this.over) step();
    };
    this.timer = ms > 0 ? setTimeout(run, ms) : setImmediate(run);
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    this.closed();
    this.receiver.onEnd();
  }

  private fail(): void {
    if (this.over) return;
    this.over = true;
    this.closed();
    this.receiver.onError(Object.assign(new Error('the sandbox closed the connection'), { code: 'ECONNRESET' }));
  }
}

const messageOf = ({ tokens, toolCalls }: SandboxChoice): Json =>
  toolCalls.length > 0
    ? { role: 'assistant', content: null, refusal: null, tool_calls: toolCalls }
    : { role: 'assistant', content: tokens.join(''), refusal: null };

/** A tool call comes as its name first, then its arguments in pieces, as OpenAI streams it. */
function* deltasOf({ tokens, toolCalls }: SandboxChoice): Generator<Json> {
  for (const token of tokens) yield { content: token };
  for (const [index, call] of toolCalls.entries()) {
    const { name, arguments: text } = call['function'] as { name: string; arguments: string };
    yield { tool_calls: [{ index, id: call['id'], type: 'function', function: { name, arguments: '' } }] };
    for (const piece of text.match(/.{1,12}/gsu) ?? []) yield { tool_calls: [{ index, function: { arguments: piece } }] };
  }
}

/** The text of the last user message: where magic phrases are looked for. */
function lastText(messages: unknown): string {
  const last = (Array.isArray(messages) ? messages : []).filter(isObject).findLast((message) => message['role'] === 'user')?.['content'];
  if (typeof last === 'string') return last;
  return Array.isArray(last) ? last.filter(isObject).map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join(' ') : '';
}
