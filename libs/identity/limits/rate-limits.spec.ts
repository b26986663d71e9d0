import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Pepper } from '../credentials/pepper.js';
import { plainTerms, unlimited, type Digest, type Limits } from '../domain/api-key.js';
import type { Caller, KeyId, OrgId } from '../domain/caller.js';
import { ApiKeys } from '../read-model/api-keys.js';
import { Organizations } from '../read-model/organizations.js';
import { feed } from '../testing/fold.js';
import { LocalAllowances } from './local-allowances.js';
import { RateLimits } from './rate-limits.js';

const orgId = 'org_acme' as OrgId;
const keyId = 'key_1' as KeyId;
const caller: Caller = { orgId, keyId, userId: null, mode: 'live', role: 'developer', scope: null, actor: 'key:key_1' };

let clock: { now: number };
function limitsWith(ofKey: Partial<Limits>, ofOrg: Partial<Limits> | null = null): RateLimits {
  clock = { now: 5_000 };
  const keys = new ApiKeys(new Pepper(randomBytes(32)));
  const organizations = new Organizations();
  const terms = { ...plainTerms('ci'), limits: { ...unlimited, ...ofKey } };
  feed(organizations, orgId, { type: 'OrganizationCreated', data: { orgId, name: 'Acme' } });
  if (ofOrg) feed(organizations, orgId, { type: 'OrganizationLimitsSet', data: { limits: { ...unlimited, ...ofOrg } } });
  feed(keys, orgId, { type: 'ApiKeyIssued', data: { keyId, mode: 'live', digest: 'aa' as Digest, hint: '', terms } });
  return new RateLimits(keys, organizations, new LocalAllowances(() => clock.now));
}

describe('the rate limits of a caller', () => {
  let limits: RateLimits;
  beforeEach(() => {
    limits = limitsWith({ requestsPerMinute: 2, tokensPerMinute: 1_000 });
  });

  it('say where the caller stands, in the headers OpenAI clients know', async () => {
    const lease = await limits.admit(caller, 400);
    expect(lease.headers).toEqual({
      'x-ratelimit-limit-requests': '2', 'x-ratelimit-remaining-requests': '1', 'x-ratelimit-reset-requests': '1m0s',
      'x-ratelimit-limit-tokens': '1000', 'x-ratelimit-remaining-tokens': '600', 'x-ratelimit-reset-tokens': '1m0s',
    });
  });

  it('end in 429 with when to come back', async () => {
    await limits.admit(caller, 1);
    clock.now += 1_500;
    await limits.admit(caller, 1);
    await expect(limits.admit(caller, 1)).rejects.toMatchObject({
      status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded',
      message: 'this key has reached its limit of 2 requests per minute; try again in 58.5s',
      headers: { 'retry-after': '59', 'retry-after-ms': '58500', 'x-ratelimit-remaining-requests': '0' },
    });
  });

  it('tell a client not to repeat what can never pass', () =>
    expect(limits.admit(caller, 1_001)).rejects.toMatchObject({ status: 429, code: 'request_too_large', headers: { 'x-should-retry': 'false' } }));

  it('hold for the organization over all its keys', async () => {
    limits = limitsWith({}, { concurrentRequests: 1 });
    const lease = await limits.admit(caller, 0);
    await expect(limits.admit({ ...caller, keyId: null }, 0)).rejects.toMatchObject({ status: 429, message: expect.stringContaining('your organization') });
    lease.release(0);
    await limits.admit({ ...caller, keyId: null }, 0);
  });

  it('cost nothing where nothing is limited', async () => {
    limits = limitsWith({});
    expect((await limits.admit(caller, 1e9)).headers).toEqual({});
  });

  it('slow down an address that tries accounts', () => {
    for (let n = 0; n < 30; n++) limits.admitAddress('192.0.2.1');
    expect(() => limits.admitAddress('192.0.2.1')).toThrow(expect.objectContaining({ status: 429 }));
    limits.admitAddress('192.0.2.2');
  });
});
