/** `@Access('org:logs')` on a controller or method says who may use it; `@Caller()` hands over who does. */
import { createParamDecorator, SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller as CallerIdentity } from '../domain/caller.js';
import type { PolicyName } from '../domain/policies.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access guard; absent on routes that anyone may use. */
    caller?: CallerIdentity;
  }
}

export const accessKey = 'identity:access';

/** The policy of a route; without one the guard refuses every request to it. */
export const Access = (policy: PolicyName): CustomDecorator => SetMetadata(accessKey, policy);

export type Caller = CallerIdentity;

/** The authenticated caller. @throws TypeError on a route that anyone may use, where there is none. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallerIdentity => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new TypeError('this route has no caller: its policy lets anyone in');
  return caller;
});
