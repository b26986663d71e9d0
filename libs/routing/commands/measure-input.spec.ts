import { describe, expect, it } from '@jest/globals';
import { estimateTokens, measureInput } from './measure-input.js';

const user = (content: unknown) => ({ role: 'user', content });

describe('measuring an input', () => {
  it('takes the last user turn, not the system prompt or the history', () => {
    const { text, profile } = measureInput(
      { messages: [{ role: 'system', content: 'You are a lawyer.' }, user('first'), { role: 'assistant', content: 'answer' }, user('second')] },
      null,
    );
    expect(text).toEqual({ prompt: 'second', system: 'You are a lawyer.', earlier: ['first'] });
    expect(profile).toMatchObject({ historyTurns: 2, modalities: ['text'], attachments: 0 });
  });

  it('keeps the beginnings of the last three turns of the user before, the nearest first', () => {
    const messages = [user('one'), user('two'), user(''), user('x'.repeat(500)), { role: 'assistant', content: 'answer' }, user('four'), user('five')];
    expect(measureInput({ messages }, null).text.earlier).toEqual(['four', 'x'.repeat(400), 'two']);
    expect(measureInput({ messages: [user('alone')] }, null).text).toEqual({ prompt: 'alone', system: '' });
  });

  it('prefers the prompt that is given apart', () => expect(measureInput({ messages: [user('messages')] }, 'prompt').text.prompt).toBe('prompt'));

  it('sees what is attached, in parts and in fields', () => {
    const parts = [{ type: 'text', text: 'what is this?' }, { type: 'image_url', image_url: { url: 'data:...' } }, { type: 'file', file: {} }];
    expect(measureInput({ messages: [user(parts)] }, null).profile).toMatchObject({ modalities: ['file', 'image', 'text'], attachments: 2 });
    expect(measureInput({ images: ['a', 'b'], mask_image: 'c' }, 'join them').profile).toMatchObject({ modalities: ['image', 'text'], attachments: 3 });
  });

  it('reads a bounded part of a long text', () => {
    const { text, profile } = measureInput({}, 'a'.repeat(1_000_000));
    expect(text.prompt.length).toBeLessThan(16_002);
    expect(profile.promptChars).toBe(1_000_000);
    expect(estimateTokens('word '.repeat(100_000))).toBeGreaterThan(50_000);
  });

  it.each([[null], ['text'], [[]], [[null]], [[{ content: 3 }]], [[user([null, 5, { text: 7 }])]]])('does not fall over %j', (messages) => {
    expect(measureInput({ messages }, null).text.prompt).toBe('');
  });
});
