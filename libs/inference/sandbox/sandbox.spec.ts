import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { errorClasses } from '../../routing/domain/events.js';
import type { ChatBody } from '../domain/outcome.js';
import { answerTo } from './answer.js';
import { directivesFor, directiveWords } from './directives.js';
import { exampleOf } from './example.js';

const document = (name: string) => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
const ask = (body: object, phrase = '') => answerTo('maker/m', body as ChatBody, directivesFor('maker/m', phrase));
const hello = { messages: [{ role: 'user', content: 'Hello' }] };

it('every word that causes trouble is documented, and every class of failure', () => {
  for (const word of directiveWords) expect(document('sandbox')).toContain(`| \`${word}\` |`);
  for (const kind of errorClasses) expect(document('inference')).toContain(`\`${kind}\``);
});

describe('directives', () => {
  it('are read from the prompt and from the model', () => {
    expect(directivesFor('maker/m', 'Hi [[sandbox: cut=12 rate=50 once]]')).toMatchObject({ trouble: { kind: 'cut', after: 12 }, rate: 50, once: true });
    expect(directivesFor('sandbox/overloaded', 'Hi')).toMatchObject({ trouble: { kind: 'status', status: 503 } });
  });

  it('do nothing when they are unknown, broken or of another provider', () => {
    const calm = directivesFor('maker/m', 'Hi');
    expect(directivesFor('maker/overloaded', '[[sandbox: nonsense constructor=1 __proto__ ]] [[other: cut]]')).toEqual(calm);
  });
});

describe('answers', () => {
  it('are the same each time, and differ by prompt and seed', () => {
    expect(ask(hello)).toEqual(ask(hello));
    expect(ask(hello).choices).not.toEqual(ask({ messages: [{ role: 'user', content: 'Hullo' }] }).choices);
    expect(ask(hello).choices).not.toEqual(ask({ ...hello, seed: 2 }).choices);
  });

  it('go on from an unfinished turn', () => {
    const whole = ask(hello).choices[0]!.tokens;
    const said = whole.slice(0, 6).join('');
    const rest = answerTo('maker/m', { messages: [...hello.messages, { role: 'assistant', content: said }] } as ChatBody, directivesFor('maker/m', ''));
    expect(said + rest.choices[0]!.tokens.join('')).toBe(whole.join(''));
  });

  it('stop where they are told to', () => {
    const text = ask(hello).choices[0]!.tokens.join('');
    const word = text.split(' ')[4]!;
    expect(ask({ ...hello, stop: [` ${word}`] }).choices[0]!.tokens.join('')).toBe(text.slice(0, text.indexOf(` ${word}`)));
  });
});

it.each<[string, object]>([
  ['an object', { type: 'object', properties: { a: { type: 'string', minLength: 9 }, b: { type: 'array', minItems: 2, items: { type: 'integer', minimum: 3 } } }, required: ['a', 'b'] }],
  ['references', { type: 'object', properties: { next: { $ref: '#/$defs/leaf' } }, required: ['next'], $defs: { leaf: { enum: ['x', 'y'] } } }],
  ['alternatives', { anyOf: [{ type: 'number', maximum: 0.5 }, { type: 'null' }] }],
  ['constants and booleans', { type: 'object', properties: { a: { const: 4 }, b: { type: 'boolean' } }, required: ['a', 'b'], additionalProperties: false }],
])('an example of %s fits its schema', (_, schema) => {
  expect(new Ajv({ strict: false }).compile(schema)(exampleOf(schema))).toBe(true);
});
