/**
 * `npm run bench:auth`: what authentication and limits add to a request, in one thread, with 10,000 keys known and every
 * kind of limit set, for a key and its organization. Bar: below 60 µs at the median. Then whether the time of a
 * refusal tells how much of a key was right. With REDIS_URL also what sharing the counts costs. Prints the machine.
 */
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Pepper } from '../libs/identity/credentials/pepper.js';
import { newKeyText } from '../libs/identity/credentials/random.js';
import { parseKeyText, plainTerms } from '../libs/identity/domain/api-key.js';
import type { Caller, KeyId, OrgId } from '../libs/identity/domain/caller.js';
import { Access } from '../libs/identity/http/access.js';
import { AccessGuard } from '../libs/identity/http/access-guard.js';
import { KeyAuthentication } from '../libs/identity/http/key-authentication.js';
import type { SessionAuthentication } from '../libs/identity/http/session-authentication.js';
import { LocalAllowances } from '../libs/identity/limits/local-allowances.js';
import { RedisAllowances } from '../libs/identity/limits/redis-allowances.js';
import { RateLimits } from '../libs/identity/limits/rate-limits.js';
import { ApiKeys } from '../libs/identity/read-model/api-keys.js';
import type { KeyUsage } from '../libs/identity/read-model/key-usage.js';
import { Organizations } from '../libs/identity/read-model/organizations.js';
import { feed } from '../libs/identity/testing/fold.js';

const known = 10_000;
const warmUp = 20_000;
const rounds = 200_000;
const limits = { requestsPerMinute: 1_000_000, tokensPerMinute: 1_000_000_000, concurrentRequests: 1_000 };
const orgId = 'org_bench' as OrgId;

const pepper = new Pepper(randomBytes(32));
const keys = new ApiKeys(pepper);
const organizations = new Organizations();
feed(organizations, orgId, { type: 'OrganizationCreated', data: { orgId, name: 'Bench' } }, { type: 'OrganizationLimitsSet', data: { limits } });
const texts = Array.from({ length: known }, (_, n) => {
  const text = newKeyText(n % 2 ? 'live' : 'test');
  const { mode, hint } = parseKeyText(text)!;
  const terms = { ...plainTerms(`key ${n}`), limits, endpoints: ['/v1/'], ipRanges: ['127.0.0.0/8', '10.0.0.0/8'] };
  feed(keys, orgId, { type: 'ApiKeyIssued', data: { keyId: `key_${n}` as KeyId, mode, hint, digest: pepper.digest('api key', text), terms } });
  return text;
});

class Route {
  @Access('route:infer')
  infer() {}
}
const rates = new RateLimits(keys, organizations, new LocalAllowances());
const usage = { touch: () => {} } as unknown as KeyUsage;
const guard = new AccessGuard(new Reflector(), new KeyAuthentication(keys, usage), null as unknown as SessionAuthentication, rates);
const reply = { headers: () => reply } as unknown as FastifyReply;
const requestWith = (text: string) =>
  ({ method: 'POST', ip: '127.0.0.1', headers: { authorization: `Bearer ${text}` }, routeOptions: { url: '/v1/chat/completions' } }) as unknown as FastifyRequest & { caller: Caller };
const contextOf = (request: FastifyRequest) =>
  ({ getHandler: () => Route.prototype.infer, getClass: () => Route, switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }) }) as unknown as ExecutionContext;

async function admitted(text: string): Promise<void> {
  const request = requestWith(text);
  await guard.canActivate(contextOf(request));
  const lease = await rates.admit(request.caller, 800);
  lease.release(650);
}

const at = (sorted: readonly number[], share: number): string => (sorted[Math.floor(share * (sorted.length - 1))]! * 1_000).toFixed(2);
const row = (name: string, times: number[]): string => {
  times.sort((a, b) => a - b);
  return `${name.padEnd(44)} p50 ${at(times, 0.5).padStart(7)}  p90 ${at(times, 0.9).padStart(7)}  p99 ${at(times, 0.99).padStart(7)} µs`;
};

console.log(`${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.version}, ${known} keys, ${rounds} requests`);
for (let n = 0; n < warmUp; n++) await admitted(texts[n % known]!);
const whole: number[] = [];
for (let n = 0; n < rounds; n++) {
  const text = texts[(n * 7919) % known]!;
  const from = performance.now();
  await admitted(text);
  whole.push(performance.now() - from);
}
console.log(row('authenticate, admit and true up (bar p50 60)', whole));

const redisUrl = process.env['REDIS_URL'];
if (redisUrl) {
  const shared = new RedisAllowances(redisUrl, { onOutage: (error) => console.error(error) });
  await shared.connected();
  const subjects = [{ id: '{org_bench}:key', limits }, { id: '{org_bench}', limits }];
  const times: number[] = [];
  for (let n = 0; n < 20_000; n++) {
    const from = performance.now();
    const result = await shared.take(subjects, 800);
    times.push(performance.now() - from);
    if (result.granted) result.release(650);
  }
  console.log(row('admit through Redis, one at a time', times));
  shared.onApplicationShutdown();
}

/** Kinds of guesses are tried in turn, so that whatever else the machine does falls on all of them alike. */
const flip = (text: string, index: number): string => text.slice(0, index) + (text[index] === 'a' ? 'b' : 'a') + text.slice(index + 1);
const guesses: Readonly<Record<string, (text: string) => string>> = {
  'refused: first character wrong': (text) => flip(text, 0),
  'refused: public part wrong': (text) => flip(text, 9),
  'refused: first secret digit wrong': (text) => flip(text, 18),
  'refused: last secret digit wrong': (text) => flip(text, text.length - 1),
};
const refusals = Object.entries(guesses).map(([name, guess]) => ({ name, guess, times: [] as number[] }));
for (let n = 0; n < rounds; n++) {
  for (const { guess, times } of refusals) {
    const text = guess(texts[(n * 7919) % known]!);
    const from = performance.now();
    keys.authenticate(text, '127.0.0.1', 0);
    times.push(performance.now() - from);
  }
}
for (const { name, times } of refusals) console.log(row(name, times));
const medians = refusals.map(({ times }) => times[Math.floor(times.length / 2)]! * 1_000_000);
console.log(`the medians of the refusals differ by ${(Math.max(...medians) - Math.min(...medians)).toFixed(0)} ns`);
