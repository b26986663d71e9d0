/** The product's own platform, log and identity behind HTTP, with one route per policy to knock at. */
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import cookies from '@fastify/cookie';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventSourcingModule } from '../../event-sourcing/event-sourcing.module.js';
import { LiveFolds } from '../../event-sourcing/live-folds.js';
import { Config, type Settings } from '../../platform/config.js';
import { ErrorFilter } from '../../platform/http/error-filter.js';
import { dtoValidation } from '../../platform/http/validation.js';
import { testLogger } from '../../platform/testing/logger.js';
import { watchAnswer } from '../../platform/testing/secret-watch.js';
import { PlatformModule } from '../../platform/platform.module.js';
import { Access, Caller } from '../http/access.js';
import { IdentityModule } from '../identity.module.js';

@Controller('knock')
class DoorsController {
  @Get('logs')
  @Access('org:logs')
  logs(@Caller() caller: Caller) {
    return caller;
  }

  @Post('infer')
  @Access('route:infer')
  infer(@Caller() caller: Caller) {
    return caller;
  }

  @Get('open')
  @Access('public')
  open() {
    return {};
  }

  @Post('settings')
  @Access('org:settings')
  settings() {
    return {};
  }
}

/** A route somebody forgot to give a policy. */
@Controller('forgotten')
class ForgottenController {
  @Get()
  read() {
    return {};
  }
}

export interface IdentityApp {
  readonly app: NestFastifyApplication;
  readonly config: Config;
  request(method: string, path: string, options?: { headers?: Record<string, string>; body?: object; ip?: string }): Promise<Answer>;
  /** The bodies of every refused request. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
  readonly json: Record<string, never>;
  /** Name and value of the cookie that was set; null when none was. */
  readonly cookie: string | null;
}

export interface Urls {
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
}

export const testConfig = (urls: Urls, changes: Partial<Settings> = {}): Config =>
  new Config({
    host: '127.0.0.1', port: 0, dataDir: join(tmpdir(), `identity-${randomBytes(6).toString('hex')}`), redisUrl: null, masterKey: randomBytes(32), bootstrapKey: null,
    billing: 'metered', polarWebhookSecrets: [], providers: {}, logLevel: 'silent', trustProxy: null, webhookAllow: [], retention: 'full', auditCheckpoint: null, logRetentionDays: 400, ...urls, ...changes,
  });

export async function identityApp(config: Config): Promise<IdentityApp> {
  const logger = testLogger();
  const Root = class Root {};
  Module({ imports: [PlatformModule.with(config, logger), EventSourcingModule, IdentityModule], controllers: [DoorsController, ForgottenController] })(Root);
  const app = await NestFactory.create<NestFastifyApplication>(Root, new FastifyAdapter({ trustProxy: true }), { logger: false, abortOnError: false });
  await app.register(cookies);
  app.useGlobalPipes(dtoValidation());
  app.useGlobalFilters(new ErrorFilter(logger));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  await app.get(LiveFolds).start();
  const errors: string[] = [];
  return {
    app,
    config,
    errors,
    close: () => app.close(),
    async request(method, path, { headers = {}, body, ip } = {}) {
      const answer = await app.inject({
        method: method as 'GET',
        url: path,
        headers: { ...headers, ...(ip ? { 'x-forwarded-for': ip } : {}) },
        ...(body === undefined ? {} : { payload: body }),
      });
      if (answer.statusCode >= 400) errors.push(answer.payload);
      watchAnswer({ method, path, headers, body }, answer);
      const [cookie] = answer.cookies;
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: answer.payload,
        json: answer.payload === '' ? {} : (JSON.parse(answer.payload) as Record<string, never>),
        cookie: cookie ? `${cookie.name}=${cookie.value}` : null,
      };
    },
  };
}
