import { expect, it } from '@jest/globals';
import { newKeyText, newToken } from '../../identity/credentials/random.js';
import { secretsIn } from './secrets.js';

it.each([
  newKeyText('live'), `x=${newKeyText('test')}.`, 'sk-proj-abcdefghijklmnop1234', `Bearer ${newToken()}`, `gr_session=${newToken()}`, '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
  '{"password":"hunter22"}', '{"new_password": "hunter22"}', 'https://host/v1?key=AIzaabcdef12345', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '-----BEGIN PRIVATE KEY-----',
])('finds %s, and repeats no more of it than shows what it is', (secret) => {
  const [found] = secretsIn(`before ${secret} after`);
  expect(found!.begins.length).toBeLessThanOrEqual(12);
});

it.each([
  'pk_live_abcdefghi_...', 'pk_test_abcdefghi', 'the header is "Authorization: Bearer pk_live_..."', '{"password":"[removed]"}', '?key=[removed]', '{"token":"3f0c6a52-8d1e-4b7a-9e55-0c1d2e3f4a5b"}',
  '{"unit":"token"}', '{"digest":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}', 'max_tokens=100',
])('finds nothing in %s', (text) => expect(secretsIn(text)).toEqual([]));
