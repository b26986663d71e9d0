/**
 * The rate limits of a caller: of its key and of its organization, checked and taken together. A request reserves its
 * estimated tokens when it comes in and trues up when it ends, so that many at once cannot pass a limit together.
 */
import { ApiError } from '../../platform/http/api-error.js';
import type { Limits } from '../domain/api-key.js';
import type { Caller } from '../domain/caller.js';
import type { ApiKeys } from '../read-model/api-keys.js';
import type { Organizations } from '../read-model/organizations.js';
import type { Allowances, Denied, Remaining, Standing, Subject } from './allowances.js';
import { LocalAllowances } from './local-allowances.js';

/** Leave to run one request. */
export interface RateLease {
  /** `x-ratelimit-*`, for the response. Empty when nothing is limited. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * To be called exactly when the request has ended, however it ended; further calls do nothing.
   * @param actualTokens what was used; 0 when nothing ran; null when it is unknown: the estimate stands.
   */
  release(actualTokens: number | null): void;
  /** Instead of `release`, for a request that was refused further on before anything ran: it counts as never having come. */
  withdraw(): void;
}

/** Sign-ins and sign-ups a minute from one network address. */
const addressLimits: Limits = { requestsPerMinute: 30, tokensPerMinute: null, concurrentRequests: null };

const free: RateLease = { headers: {}, release: () => {}, withdraw: () => {} };

export class RateLimits {
  private readonly addresses = new LocalAllowances();

  constructor(
    private readonly keys: ApiKeys,
    private readonly organizations: Organizations,
    private readonly allowances: Allowances,
  ) {}

  /** @param estimatedTokens input and output together. @throws ApiError 429, with Retry-After; nothing is then taken. */
  async admit(caller: Caller, estimatedTokens: number): Promise<RateLease> {
    const subjects = this.subjectsOf(caller);
    if (subjects.length === 0) return free;
    const result = await this.allowances.take(subjects, Math.ceil(estimatedTokens));
    if (!result.granted) throw tooMany(result, result.subject.id.includes(':') ? 'this key' : 'your organization');
    return { headers: headersOf(result.standings), release: (actual) => result.release(actual === null ? null : Math.ceil(actual)), withdraw: () => result.withdraw() };
  }

  /** One sign-in or sign-up from a network address. @throws ApiError 429 */
  admitAddress(address: string): void {
    const result = this.addresses.take([{ id: address, limits: addressLimits }], 0);
    if (!result.granted) throw tooMany(result, 'this address');
    result.release(0);
  }

  private subjectsOf({ keyId, orgId }: Caller): Subject[] {
    const subjects: Subject[] = [];
    const ofKey = keyId === null ? undefined : this.keys.get(keyId)?.terms.limits;
    if (ofKey && limited(ofKey)) subjects.push({ id: `{${orgId}}:${keyId}`, limits: ofKey });
    const ofOrg = this.organizations.limitsOf(orgId);
    if (ofOrg && limited(ofOrg)) subjects.push({ id: `{${orgId}}`, limits: ofOrg });
    return subjects;
  }
}

const limited = ({ requestsPerMinute, tokensPerMinute, concurrentRequests }: Subject['limits']): boolean =>
  requestsPerMinute !== null || tokensPerMinute !== null || concurrentRequests !== null;

const limitNames = { requests: 'requests per minute', tokens: 'tokens per minute', concurrency: 'concurrent requests' } as const;

function tooMany({ kind, subject, waitMs, standings }: Denied, owner: string): ApiError {
  const limit = { requests: subject.limits.requestsPerMinute, tokens: subject.limits.tokensPerMinute, concurrency: subject.limits.concurrentRequests }[kind];
  const headers = headersOf(standings);
  if (waitMs === Number.POSITIVE_INFINITY) {
    return new ApiError(429, 'rate_limit_error', 'request_too_large', `this request is larger than the limit of ${owner}: ${limit} ${limitNames[kind]}`, null, {
      ...headers,
      'x-should-retry': 'false',
    });
  }
  return new ApiError(429, 'rate_limit_error', 'rate_limit_exceeded', `${owner} has reached its limit of ${limit} ${limitNames[kind]}; try again in ${span(waitMs)}`, null, {
    ...headers,
    'retry-after': String(Math.ceil(waitMs / 1_000)),
    'retry-after-ms': String(Math.ceil(waitMs)),
  });
}

/** The names and the shape OpenAI's clients know (platform.openai.com/docs/guides/rate-limits); the tightest subject speaks. */
function headersOf(standings: readonly Standing[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const kind of ['requests', 'tokens'] as const) {
    const tightest = standings.map((standing) => standing[kind]).reduce(tighter, null);
    if (!tightest) continue;
    headers[`x-ratelimit-limit-${kind}`] = String(tightest.limit);
    headers[`x-ratelimit-remaining-${kind}`] = String(tightest.left);
    headers[`x-ratelimit-reset-${kind}`] = span(tightest.resetMs);
  }
  return headers;
}

const tighter = (a: Remaining | null, b: Remaining | null): Remaining | null => (a === null || (b !== null && b.left < a.left) ? b : a);

/** `12ms`, `1.5s`, `1m0s`: as OpenAI writes durations. */
function span(ms: number): string {
  const whole = Math.ceil(ms);
  if (whole < 1_000) return `${whole}ms`;
  if (whole < 60_000) return `${whole / 1_000}s`;
  return `${Math.floor(whole / 60_000)}m${Math.ceil((whole % 60_000) / 1_000)}s`;
}
