import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../platform/http/api-error.js';
import type { Caller } from '../domain/caller.js';
import { ApiKeys, type Refusal } from '../read-model/api-keys.js';
import { KeyUsage } from '../read-model/key-usage.js';

const refusals: Readonly<Record<Refusal, readonly [code: string, message: string]>> = {
  unknown: ['invalid_api_key', 'the API key is not valid'],
  revoked: ['api_key_revoked', 'the API key has been revoked'],
  expired: ['api_key_expired', 'the API key has expired'],
  address: ['address_not_allowed', 'the API key may not be used from this address'],
};

/** API keys: `Authorization: Bearer pk_...` (RFC 6750), or `x-api-key`, which Anthropic's SDKs send. */
@Injectable()
export class KeyAuthentication {
  constructor(
    private readonly keys: ApiKeys,
    private readonly usage: KeyUsage,
  ) {}

  /** The text of the key, unverified; null when the request brings none. */
  presented({ headers }: FastifyRequest): string | null {
    const { authorization } = headers;
    if (authorization !== undefined) return /^bearer +(.*)$/i.exec(authorization)?.[1] ?? '';
    const alternative = headers['x-api-key'];
    return typeof alternative === 'string' ? alternative : null;
  }

  /** @throws ApiError 401; 403 when the key is real but not for this address or route. */
  authenticate(text: string, request: FastifyRequest): Caller {
    const now = Date.now();
    const result = this.keys.authenticate(text, request.ip, now);
    if ('refused' in result) throw refused(result.refused);
    const { key, caller } = result;
    if (!reaches(key.terms.endpoints, request.routeOptions.url)) {
      throw new ApiError(403, 'permission_error', 'endpoint_not_allowed', 'the API key may not use this endpoint');
    }
    this.usage.touch(key.keyId, now);
    return caller;
  }
}

function refused(reason: Refusal): ApiError {
  const [code, message] = refusals[reason];
  return reason === 'address'
    ? new ApiError(403, 'permission_error', code, message)
    : new ApiError(401, 'authentication_error', code, message, null, { 'www-authenticate': 'Bearer error="invalid_token"' });
}

/** By the pattern of the route, not the text of the URL: encodings and double slashes have been resolved by then. */
export function reaches(endpoints: readonly string[] | null, route: string | undefined): boolean {
  if (endpoints === null) return true;
  return endpoints.some((prefix) => route !== undefined && (route === prefix || route.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)));
}
