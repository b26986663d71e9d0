import { createHmac, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Pepper } from '../credentials/pepper.js';
import { newKeyText } from '../credentials/random.js';
import { parseKeyText, plainTerms, type Digest, type KeyTerms } from '../domain/api-key.js';
import type { KeyId, OrgId } from '../domain/caller.js';
import type { OrganizationEvent } from '../domain/organization.js';
import { feed } from '../testing/fold.js';
import { ApiKeys } from './api-keys.js';

const orgId = 'org_acme' as OrgId;
const pepper = new Pepper(randomBytes(32));
const now = Date.parse('2026-11-25T10:00:00.000Z');
const home = '10.1.2.3';

const issued = (text: string, keyId = 'key_1', terms: KeyTerms = plainTerms('ci')): OrganizationEvent => {
  const { mode, hint } = parseKeyText(text)!;
  return { type: 'ApiKeyIssued', data: { keyId: keyId as KeyId, mode, hint, digest: pepper.digest('api key', text), terms } };
};

let keys: ApiKeys;
beforeEach(() => {
  keys = new ApiKeys(pepper);
});

describe('authentication by key', () => {
  it('knows the caller of a key', () => {
    const text = newKeyText('test');
    feed(keys, orgId, issued(text));
    expect(keys.authenticate(text, home, now)).toMatchObject({
      caller: { orgId, keyId: 'key_1', userId: null, mode: 'test', role: 'developer', scope: null, actor: 'key:key_1' },
    });
  });

  it('hands on what the key may reach', () => {
    const text = newKeyText('live');
    feed(keys, orgId, issued(text, 'key_1', { ...plainTerms('ci'), scope: { providers: ['openai'] } }));
    expect(keys.authenticate(text, home, now)).toMatchObject({ caller: { scope: { providers: ['openai'] } } });
  });

  it('admits none of 100,000 random and near-miss keys', () => {
    const real = Array.from({ length: 100 }, (_, n) => ({ text: newKeyText(n % 2 ? 'live' : 'test'), keyId: `key_${n}` }));
    for (const { text, keyId } of real) feed(keys, orgId, issued(text, keyId));
    const admitted: string[] = [];
    const attempt = (text: string) => 'key' in keys.authenticate(text, home, now) && admitted.push(text);
    for (let n = 0; n < 50_000; n++) attempt(newKeyText(n % 2 ? 'live' : 'test'));
    for (let n = 0; n < 50_000; n++) attempt(nearMiss(real[n % real.length]!.text, n));
    expect(admitted).toEqual([]);
    expect(real.every(({ text }) => 'key' in keys.authenticate(text, home, now))).toBe(true);
  });

  it('admits neither the digest, nor the hint, nor what other ways of reading would take for the key', () => {
    const text = newKeyText('live');
    feed(keys, orgId, issued(text));
    const wrong = [pepper.digest('api key', text), text.slice(0, 17), `${text} `, ` ${text}`, text.toUpperCase(), `${text}\0`, '', 'undefined', '__proto__'];
    expect(wrong.map((each) => keys.authenticate(each, home, now))).toEqual(wrong.map(() => ({ refused: 'unknown' })));
  });

  it('takes the same way for a wrong prefix, a wrong suffix and a right key: one HMAC, one look-up, one comparison', () => {
    const text = newKeyText('live');
    const steps: string[] = [];
    const watched = new Proxy(pepper, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? (...args: unknown[]) => (steps.push(String(name)), value.apply(target, args)) : value;
      },
    });
    keys = new ApiKeys(watched);
    feed(keys, orgId, issued(text));
    for (const each of [text, `xx${text.slice(2)}`, `${text.slice(0, -1)}!`, 'short']) keys.authenticate(each, home, now);
    expect(steps).toEqual(['bytes', 'bytes', 'bytes', 'bytes']);
  });

  it('is worth nothing under another pepper: a stolen log cannot be tried against another server', () => {
    const text = newKeyText('live');
    keys = new ApiKeys(new Pepper(randomBytes(32)));
    feed(keys, orgId, issued(text));
    expect(keys.authenticate(text, home, now)).toEqual({ refused: 'unknown' });
    expect(createHmac('sha256', '').update(text).digest('hex')).not.toBe(pepper.digest('api key', text));
  });
});

describe('the end of a key', () => {
  it('comes with its revocation, for every text it had', () => {
    const [first, second] = [newKeyText('live'), newKeyText('live')];
    feed(keys, orgId, issued(first), rotation(second, '2026-11-26T10:00:00.000Z'), { type: 'ApiKeyRevoked', data: { keyId: 'key_1' as KeyId } });
    expect([first, second].map((text) => keys.authenticate(text, home, now))).toEqual([{ refused: 'revoked' }, { refused: 'revoked' }]);
  });

  it('comes with its expiry, to the millisecond', () => {
    const text = newKeyText('live');
    feed(keys, orgId, issued(text, 'key_1', { ...plainTerms('ci'), expiresAt: '2026-11-25T10:00:00.001Z' }));
    expect(keys.authenticate(text, home, now)).toHaveProperty('key');
    expect(keys.authenticate(text, home, now + 1)).toEqual({ refused: 'expired' });
  });

  it('comes for the old text after a rotation, once the overlap is over', () => {
    const [first, second] = [newKeyText('live'), newKeyText('live')];
    feed(keys, orgId, issued(first), rotation(second, '2026-11-25T10:00:01.000Z'));
    expect([keys.authenticate(first, home, now), keys.authenticate(second, home, now)]).toMatchObject([{ key: { keyId: 'key_1' } }, { key: { keyId: 'key_1' } }]);
    expect(keys.authenticate(first, home, now + 1_000)).toEqual({ refused: 'expired' });
    expect(keys.authenticate(second, home, now + 1_000)).toHaveProperty('key');
  });

  it('comes for the oldest text at the second rotation', () => {
    const [first, second, third] = [newKeyText('live'), newKeyText('live'), newKeyText('live')];
    feed(keys, orgId, issued(first), rotation(second, '2026-11-26T10:00:00.000Z'), rotation(third, '2026-11-26T10:00:00.000Z'));
    expect(keys.authenticate(first, home, now)).toEqual({ refused: 'unknown' });
    expect(keys.authenticate(second, home, now)).toHaveProperty('key');
  });
});

it('admits a key from its addresses only', () => {
  const text = newKeyText('live');
  feed(keys, orgId, issued(text, 'key_1', { ...plainTerms('ci'), ipRanges: ['10.0.0.0/8', '2001:db8::/32'] }));
  const from = (address: string) => 'key' in keys.authenticate(text, address, now);
  expect(['10.255.0.1', '::ffff:10.0.0.1', '2001:db8::7', '11.0.0.1', '2001:db9::1', 'nowhere'].map(from)).toEqual([true, true, true, false, false, false]);
});

it('does not let the same text be issued to somebody else', () => {
  const text = newKeyText('live');
  feed(keys, orgId, issued(text));
  feed(keys, 'org_evil' as OrgId, issued(text, 'key_2'));
  expect(keys.authenticate(text, home, now)).toMatchObject({ caller: { orgId } });
});

it('comes back from its snapshot as it was', () => {
  const [first, second] = [newKeyText('live'), newKeyText('live')];
  feed(keys, orgId, issued(first), rotation(second, '2026-11-26T10:00:00.000Z'));
  const restored = new ApiKeys(pepper);
  restored.restore(JSON.parse(JSON.stringify(keys.snapshot())));
  for (const text of [first, second]) expect(restored.authenticate(text, home, now)).toEqual(JSON.parse(JSON.stringify(keys.authenticate(text, home, now), finite), infinite));
});

const rotation = (text: string, previousValidUntil: string): OrganizationEvent => ({
  type: 'ApiKeyRotated',
  data: { keyId: 'key_1' as KeyId, digest: pepper.digest('api key', text) as Digest, hint: parseKeyText(text)!.hint, previousValidUntil },
});

/** One character changed, one missing, one too many, two swapped, or the halves of two kinds of key. */
function nearMiss(text: string, n: number): string {
  const at = n % text.length;
  switch (n % 5) {
    case 0:
      return text.slice(0, at) + (text[at] === 'a' ? 'b' : 'a') + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + 1);
    case 2:
      return `${text.slice(0, at)}0${text.slice(at)}`;
    case 3:
      return text.slice(0, 17) + text.slice(17).split('').reverse().join('').replace(/_/g, '') + '_';
    default:
      return text.replace(/live|test/, (mode) => (mode === 'live' ? 'test' : 'live'));
  }
}

const finite = (_: string, value: unknown) => (value === Infinity ? 'Infinity' : value);
const infinite = (_: string, value: unknown) => (value === 'Infinity' ? Infinity : value);
