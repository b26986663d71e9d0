import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { PolarSignatures } from './polar-signature.js';

/** The published vector of the Standard Webhooks libraries. */
const secret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const body = Buffer.from('{"test": 2432232314}');
const old = new Date(1_614_265_330_000);
const oldSignature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

const now = () => new Date();
const headers = (signature: string, at = now(), webhookId = id) => ({ 'webhook-id': webhookId, 'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)), 'webhook-signature': signature });
const signed = (key: Webhook, at = now(), text = body) => headers(key.sign(id, at, text), at);
const standard = new Webhook(secret);
const signatures = new PolarSignatures([`whsec_${secret}`]);

describe('signatures of deliveries', () => {
  it('are those of the published vector', () => expect(standard.sign(id, old, body)).toBe(oldSignature));

  it.each([
    ['with whsec_ in front', `whsec_${secret}`, standard],
    ['in plain base64', secret, standard],
    ["as Polar's SDK signs: the secret's own bytes", 'polar_whs_0123456789abcdefghij', new Webhook(Buffer.from('polar_whs_0123456789abcdefghij').toString('base64'))],
    ['in plain words', 'correct horse battery staple', new Webhook(Buffer.from('correct horse battery staple').toString('base64'))],
  ])('are accepted with a secret %s', (_, configured, key) => expect(new PolarSignatures([configured]).refusalOf(body, signed(key))).toBeNull());

  it('are accepted by the old and the new secret while one replaces the other', () => {
    const both = new PolarSignatures(['a new secret', `whsec_${secret}`]);
    expect(both.refusalOf(body, signed(standard))).toBeNull();
    expect(both.refusalOf(body, signed(new Webhook('a new secret', { format: 'raw' })))).toBeNull();
    expect(new PolarSignatures(['a new secret']).refusalOf(body, signed(standard))).toMatch(/signature/);
  });

  it('are found among several in one header', () => {
    const { 'webhook-signature': right, ...rest } = signed(standard);
    const among = `v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= ${right}`;
    expect(signatures.refusalOf(body, { ...rest, 'webhook-signature': among })).toBeNull();
  });

  const other = Buffer.from('{"test": 2432232315}');
  it.each([
    ['forged', body, headers('v1,dawfeoifkpqwoekfpqoekf')],
    ['of another secret', body, signed(new Webhook('C2FVsBQIhrscChlQIMV+b5sSYspob7oD'))],
    ['partial', body, headers(standard.sign(id, now(), body).slice(0, 8))],
    ['empty', body, headers('v1,')],
    ['of another version', body, headers(standard.sign(id, now(), body).replace('v1', 'v2'))],
    ['over another body', other, signed(standard)],
    ['over a truncated body', body.subarray(0, -1), signed(standard)],
    ['under another id', body, { ...signed(standard), 'webhook-id': 'msg_another' }],
    ['six minutes old: a replay', body, signed(standard, new Date(Date.now() - 360_000))],
    ['six minutes early', body, signed(standard, new Date(Date.now() + 360_000))],
    ['with an old time made new', body, headers(oldSignature)],
    ['without a time', body, { ...signed(standard), 'webhook-timestamp': undefined }],
    ['with words for a time', body, { ...signed(standard), 'webhook-timestamp': 'hello' }],
    ['without an id', body, { ...signed(standard), 'webhook-id': undefined }],
    ['missing', body, { ...signed(standard), 'webhook-signature': undefined }],
    ['sent twice', body, { ...signed(standard), 'webhook-signature': ['v1,a', 'v1,b'] }],
  ])('are refused when %s', (_, text, given) => expect(signatures.refusalOf(text, given)).toEqual(expect.any(String)));

  it('are all refused without a secret', () => {
    expect(new PolarSignatures([]).isConfigured).toBe(false);
    expect(new PolarSignatures([]).refusalOf(body, signed(standard))).toMatch(/No secret/);
  });
});
