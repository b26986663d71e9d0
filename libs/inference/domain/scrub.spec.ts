import { expect, it } from '@jest/globals';
import { scrub } from './scrub.js';

it.each([
  ['Incorrect API key provided: sk-proj-abcdefghijklmnopqrstuv. Find yours at https://x', 'sk-proj-abc'],
  ['GET https://generativelanguage.googleapis.com/v1?key=AIzaSyD-1234567890abcdef failed', 'AIzaSy'],
  ['Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc', 'eyJ'],
  ['{"api_key":"whatever-it-is-0987"}', 'whatever'],
])('removes keys from %s', (message, secret) => {
  expect(scrub(message, [], [])).not.toContain(secret);
});

it('removes the very key that was sent, whatever its shape', () => {
  expect(scrub('bad credentials zz99-plain-key for org', ['zz99-plain-key'], [])).toBe('bad credentials [key] for org');
});

it('removes what quotes the prompt', () => {
  const prompt = 'My patient John Smith has a rare illness that nobody else has.';
  const message = `invalid content: "My patient John Smith has a rare illness" is too odd`;
  expect(scrub(message, [], [prompt])).toBe('invalid content: "[prompt]" is too odd');
});

it('is one line of bounded length', () => {
  const long = scrub(`a\n b ${'x '.repeat(900)}`, [], []);
  expect(long.length).toBeLessThanOrEqual(400);
  expect(long).not.toContain('\n');
});

it('leaves an innocent message alone', () => {
  expect(scrub('The engine is currently overloaded. Please try again later.', ['sk-secret-key-1'], ['hello'])).toBe('The engine is currently overloaded. Please try again later.');
});
