import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventsIn, textIn } from '../testing/rig.js';
import { chunk, done, usageChunk } from '../testing/stand-in/openai-script.js';
import { ChatStream } from './chat-stream.js';
import { completionOf, outputOf, plainTextOf } from './message.js';

const usage = { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 };
const role = chunk('m', { role: 'assistant', content: '' });
const text = (content: string) => chunk('m', { content });
const stop = chunk('m', {}, 'stop');

/** Runs a stream, cut into the given pieces of bytes. */
function run(pieces: readonly Buffer[], includeUsage = true) {
  const stream = new ChatStream(includeUsage, () => ({ first: true }));
  const out: Buffer[] = [];
  for (const piece of pieces) {
    stream.push(piece);
    const ready = stream.drain();
    if (ready) out.push(ready);
  }
  stream.end();
  return { stream, sent: Buffer.concat(out).toString('utf8'), all: () => Buffer.concat([...out, stream.tail({ last: true })]).toString('utf8') };
}

const whole = (events: readonly string[]) => [Buffer.from(events.join(''))];

describe('wherever the bytes are cut', () => {
  const events = [role, text('Grüße, 世界 👩‍👩‍👧 '), ': keep-alive\n\n', text('"usage":{ "finish_reason":"x" [DONE] \n\n'), stop, usageChunk('m', usage), done];
  const bytes = Buffer.from(events.join(''));

  it.each([['LF', bytes], ['CRLF', Buffer.from(events.join('').replaceAll('\n', '\r\n'))]])('the answer is the same (%s)', (_, original) => {
    const expected = run([original]).all();
    fc.assert(
      fc.property(fc.array(fc.nat(original.length), { maxLength: 12 }), (cuts) => {
        const marks = [0, ...cuts.sort((a, b) => a - b), original.length];
        const pieces = marks.slice(1).map((mark, index) => original.subarray(marks[index], mark));
        const { stream, all } = run(pieces);
        expect(all()).toBe(expected);
        expect(stream.rawUsage()).toEqual(usage);
        expect(stream.done).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('only whole events leave', () => {
    for (let cut = 1; cut < bytes.length; cut++) {
      const { sent } = run([bytes.subarray(0, cut)]);
      expect(sent === '' || sent.endsWith('\n\n')).toBe(true);
    }
  });

  it('the text survives, and so does what looks like a field inside it', () => {
    expect(textIn(run([bytes]).all())).toBe('Grüße, 世界 👩‍👩‍👧 "usage":{ "finish_reason":"x" [DONE] \n\n');
  });
});

describe('usage', () => {
  it('in a chunk of its own is dropped when nobody asked', () => {
    const { all, stream } = run(whole([role, text('a'), stop, usageChunk('m', usage), done]), false);
    expect(eventsIn(all()).some((event) => event['usage'])).toBe(false);
    expect(stream.rawUsage()).toEqual(usage);
  });

  it('merged into the last chunk with choices stays where it is', () => {
    const last = chunk('m', {}, 'stop', { usage });
    const { all, stream } = run(whole([role, text('a'), last, done]), false);
    expect(eventsIn(all()).at(-1)).toMatchObject({ usage, choices: [{ finish_reason: 'stop' }], greatrouter: { last: true } });
    expect(stream.rawUsage()).toEqual(usage);
  });

  it('null in every chunk is not usage', () => {
    const { stream } = run(whole([role, chunk('m', { content: 'a' }, null, { usage: null }), stop, done]));
    expect(stream.rawUsage()).toBeNull();
  });

  it('counted up in every chunk is read from the last', () => {
    const { stream } = run(whole([role, chunk('m', { content: 'a' }, null, { usage: { completion_tokens: 1 } }), chunk('m', { content: 'b' }, null, { usage: { completion_tokens: 2 } }), stop, done]));
    expect(stream.rawUsage()).toEqual({ completion_tokens: 2 });
  });

  it('is found where Groq and Moonshot put it', () => {
    expect(run(whole([role, text('a'), chunk('m', {}, 'stop', { x_groq: { usage } }), done])).stream.rawUsage()).toEqual(usage);
    const inChoice = `data: ${JSON.stringify({ id: '1', choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] })}\n\n`;
    expect(run(whole([role, text('a'), inChoice, done])).stream.rawUsage()).toEqual(usage);
  });
});

describe('before the first content', () => {
  it('nothing leaves, so that another model can still answer', () => {
    expect(run(whole([role])).sent).toBe('');
    expect(run(whole([': processing\n\n', role])).sent).toBe('');
  });

  it('an error counts as a failure of the call', () => {
    const { stream, sent } = run(whole([role, 'data: {"error":{"message":"no capacity","code":"overloaded"}}\n\n']));
    expect(stream.error).toEqual({ code: 'overloaded', message: 'no capacity' });
    expect(sent).toBe('');
  });

  it.each([
    ['text', { content: 'a' }],
    ['a tool call', { tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '' } }] }],
    ['reasoning', { reasoning_content: 'hm' }],
    ['a refusal', { refusal: 'no' }],
  ])('%s is content', (_, delta) => {
    expect(run(whole([role, chunk('m', delta)])).stream.hasContent).toBe(true);
  });
});

it('an error in the middle is seen, whatever came before it', () => {
  const { stream } = run(whole([role, text('a'), 'data: {"error":"upstream died"}\n\n', text('b')]));
  expect(stream.error?.message).toBe('upstream died');
});

it('an event that is no JSON is left out', () => {
  const { all } = run(whole([role, text('a'), 'data: {"choices":[{"delta":\n\n', text('b'), stop, done]));
  expect(textIn(all())).toBe('ab');
});

it('an event with a name, which would reach OpenAI clients wrapped, goes on without it', () => {
  const { all } = run(whole([role, `event: message\n${text('a')}`, stop, done]));
  expect(all()).not.toContain('event:');
  expect(textIn(all())).toBe('a');
});

it('a choice that ends early does not hold up the others', () => {
  const second = (content: string, finish: string | null = null) => `data: ${JSON.stringify({ id: '1', choices: [{ index: 1, delta: { content }, finish_reason: finish }] })}\n\n`;
  const { sent, stream } = run(whole([role, text('a'), stop, second('x'), second('', 'stop')]));
  expect(sent).toContain('"content":"x"');
  expect(completionOf(stream.kept).choices.map(({ message }) => message.content)).toEqual(['a', 'x']);
});

it('a stream of one chunk has its metadata once', () => {
  const { all } = run(whole([chunk('m', { role: 'assistant', content: 'all of it' }, 'stop'), done]));
  expect(eventsIn(all())).toHaveLength(1);
  expect(eventsIn(all())[0]).toMatchObject({ greatrouter: { last: true }, choices: [{ delta: { content: 'all of it' } }] });
});

it('an answer too long to remember is passed on whole, and known to be remembered in part', () => {
  const long = text('y'.repeat(1_000_000));
  const { all, stream } = run([role, ...Array<string>(7).fill(long), stop, done].map((each) => Buffer.from(each)));
  expect(textIn(all())).toHaveLength(7_000_000);
  expect(stream.overflowed).toBe(true);
});

it('tool calls in pieces are put together', () => {
  const call = (part: object) => chunk('m', { tool_calls: [{ index: 0, ...part }] });
  const { stream } = run(whole([role, call({ id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }), call({ function: { arguments: '{"a"' } }), call({ function: { arguments: ':1}' } }), chunk('m', {}, 'tool_calls'), done]));
  expect(completionOf(stream.kept).choices[0]).toEqual({
    index: 0,
    message: { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] },
    finish_reason: 'tool_calls',
  });
});

describe('text read off the bytes', () => {
  const bytesOf = (...events: string[]) => [Buffer.from(events.join(''))];

  it.each<[string, Buffer[]]>([
    ['plain', bytesOf(role, text('a'), text(' b "quoted" \\ \u2028 👋'), stop)],
    ['with spaces, as Python writes JSON', bytesOf('data: {"id": "1", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null}]}\n\n', 'data: {"id": "1", "choices": [{"index": 0, "delta": {"content": "caf\\u00e9"}, "finish_reason": null}]}\n\n')],
    ['with refusal null', bytesOf(chunk('m', { role: 'assistant', content: 'x', refusal: null }), stop)],
    ['empty', bytesOf(role, stop)],
  ])('is what parsing says: %s', (_, runs) => {
    expect(plainTextOf(runs)).toBe(outputOf(completionOf(runs).choices));
  });

  it.each<[string, Buffer[]]>([
    ['a tool call', bytesOf(role, chunk('m', { tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] }))],
    ['reasoning', bytesOf(role, chunk('m', { reasoning_content: 'hm' }), text('a'))],
    ['another choice', bytesOf(role, 'data: {"id":"1","choices":[{"index":1,"delta":{"content":"b"},"finish_reason":null}]}\n\n')],
    ['CRLF', bytesOf(role.replaceAll('\n', '\r\n'), text('a').replaceAll('\n', '\r\n'))],
  ])('is left to the parser when there is more: %s', (_, runs) => {
    expect(plainTextOf(runs)).toBeUndefined();
  });

  it('is right for any text', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1 }), (parts) => {
      expect(plainTextOf([Buffer.from([role, ...parts.map(text), stop].join(''))])).toBe(parts.join(''));
    }));
  });
});
