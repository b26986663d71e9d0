/** The one door: every route of every controller passes here, and what names no policy stays shut. */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../../platform/http/api-error.js';
import { atLeast, type Caller } from '../domain/caller.js';
import { policies, type Policy, type PolicyName } from '../domain/policies.js';
import { RateLimits } from '../limits/rate-limits.js';
import { accessKey } from './access.js';
import { KeyAuthentication } from './key-authentication.js';
import { SessionAuthentication } from './session-authentication.js';

const reads: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: KeyAuthentication,
    private readonly sessions: SessionAuthentication,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const name = this.reflector.getAllAndOverride<PolicyName | undefined>(accessKey, [context.getHandler(), context.getClass()]);
    if (name === undefined) throw new ApiError(403, 'permission_error', 'route_closed', 'this route declares no access policy and is closed');
    const policy: Policy = policies[name];
    if (policy.by.length === 0) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const caller = await this.callerOf(request, reply, policy);
    const needed = reads.has(request.method) ? policy.read : policy.write;
    if (!atLeast(caller.role, needed)) throw new ApiError(403, 'permission_error', 'role_too_low', `this needs the role ${needed}; yours is ${caller.role}`);
    request.caller = caller;
    if (policy.limitedBy === 'guard' && caller.keyId !== null) {
      const lease = await this.limits.admit(caller, 0);
      void reply.headers(lease.headers);
      lease.release(0);
    }
    return true;
  }

  private callerOf(request: FastifyRequest, reply: FastifyReply, policy: Policy): Caller | Promise<Caller> {
    const key = this.keys.presented(request);
    if (key !== null) {
      if (!policy.by.includes('key')) throw new ApiError(403, 'permission_error', 'session_needed', 'this needs a signed-in person, not an API key');
      return this.keys.authenticate(key, request);
    }
    if (policy.by.includes('session') && this.sessions.presented(request)) return this.sessions.authenticate(request, reply);
    throw unauthenticated(policy);
  }
}

const unauthenticated = ({ by }: Policy) =>
  by.includes('key')
    ? new ApiError(401, 'authentication_error', 'missing_api_key', 'no API key was given: send it as "Authorization: Bearer pk_live_..."', null, { 'www-authenticate': 'Bearer' })
    : new ApiError(401, 'authentication_error', 'not_signed_in', 'sign in first');
