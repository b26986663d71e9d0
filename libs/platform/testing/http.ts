/**
 * An HTTP server with some of the product's controllers, for tests of a feature's edge: the product's validation and
 * errors, and whoever the header `x-test-org` names as the caller.
 */
import 'reflect-metadata';
import { Global, Module, type DynamicModule, type FactoryProvider, type Type, type ValueProvider } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../identity/domain/caller.js';
import { ErrorFilter } from '../http/error-filter.js';
import { dtoValidation } from '../http/validation.js';
import { testLogger } from './logger.js';
import { watchAnswer } from './secret-watch.js';

@Global()
@Module({})
class Provided {}

export interface TestServer {
  /** JSON request as an organization; `text` is the body as it came. */
  request(orgId: string, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
  close(): Promise<void>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** @param mode of the API key that the callers have. */
export async function testServer(modules: readonly Type[], providers: readonly (ValueProvider | FactoryProvider)[], mode: 'live' | 'test' = 'live'): Promise<TestServer> {
  const provided: DynamicModule = { module: Provided, providers: [...providers], exports: providers.map(({ provide }) => provide) };
  const Root = class TestRoot {};
  Module({ imports: [provided, ...modules] })(Root);
  const app = await NestFactory.create<NestFastifyApplication>(Root, new FastifyAdapter(), { logger: false, abortOnError: false });
  app.useGlobalPipes(dtoValidation());
  app.useGlobalFilters(new ErrorFilter(testLogger()));
  app.getHttpAdapter().getInstance().addHook('onRequest', (request: FastifyRequest, _reply: unknown, done: () => void) => {
    const orgId = request.headers['x-test-org'];
    if (orgId !== undefined) request.caller = { orgId, keyId: `key_${String(orgId)}`, userId: null, mode, role: 'owner', scope: null, actor: `key:${String(orgId)}` } as unknown as Caller;
    done();
  });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return {
    async request(orgId, method, path, body, headers = {}) {
      const answer = await app.inject({ method: method as 'GET', url: path, headers: { 'x-test-org': orgId, ...headers }, ...(body === undefined ? {} : { payload: body as object }) });
      watchAnswer({ method, path, headers, body }, answer);
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: answer.payload,
        get json() {
          return JSON.parse(answer.payload) as Record<string, unknown>;
        },
      };
    },
    close: () => app.close(),
  };
}
