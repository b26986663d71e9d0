/** `@Access('org:logs')` on a controller or method says who may use it; `@Caller()` hands over who does. */
import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller as CallerIdentity } from '../domain/caller.js';
import { policies, type PolicyName } from '../domain/policies.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access guard; absent on routes that anyone may use. */
    caller?: CallerIdentity;
  }
}

export const accessKey = 'identity:access';

const documented = { key: () => ApiBearerAuth(), session: () => ApiCookieAuth('session') } as const;

/** The policy of a route, also in the OpenAPI description; without one the guard refuses every request to it. */
export const Access = (policy: PolicyName): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(accessKey, policy), ...policies[policy].by.map((credential) => documented[credential]()));

export type Caller = CallerIdentity;

/** The authenticated caller. @throws TypeError on a route that anyone may use, where there is none. */
export function callerOf({ caller }: FastifyRequest): CallerIdentity {
  if (!caller) throw new TypeError('this route has no caller: its policy lets anyone in');
  return caller;
}

export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => callerOf(context.switchToHttp().getRequest<FastifyRequest>()));
