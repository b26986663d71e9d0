/** Organizations, members, API keys, sessions, access and rate limits. Its guard stands before every route of the app. */
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { Config } from '../platform/config.js';
import { LOGGER, type Logger } from '../platform/logger.js';
import { Db } from '../platform/postgres.js';
import { AcceptInvitationHandler } from './commands/accept-invitation.js';
import { ChangeOrganizationHandler } from './commands/change-organization.js';
import { ChangePasswordHandler } from './commands/change-password.js';
import { CreateOrganizationHandler } from './commands/create-organization.js';
import { Entrance } from './commands/entrance.js';
import { InviteMemberHandler } from './commands/invite-member.js';
import { IssueApiKeyHandler } from './commands/issue-api-key.js';
import { RotateApiKeyHandler } from './commands/rotate-api-key.js';
import { SignInHandler } from './commands/sign-in.js';
import { SignOutHandler } from './commands/sign-out.js';
import { SignUpHandler } from './commands/sign-up.js';
import { PasswordCheck } from './credentials/password-check.js';
import { Passwords } from './credentials/passwords.js';
import { Pepper } from './credentials/pepper.js';
import { Sessions } from './credentials/sessions.js';
import { SignInAttempts } from './credentials/sign-in-attempts.js';
import { Users } from './credentials/users.js';
import { AccessGuard } from './http/access-guard.js';
import { AuthController } from './http/auth.controller.js';
import { KeyAuthentication } from './http/key-authentication.js';
import { KeysController } from './http/keys.controller.js';
import { OrganizationController } from './http/organization.controller.js';
import { SessionAuthentication } from './http/session-authentication.js';
import { SessionViews } from './http/session-views.js';
import { Written } from './http/written.js';
import type { Allowances } from './limits/allowances.js';
import { LocalAllowances } from './limits/local-allowances.js';
import { RateLimits } from './limits/rate-limits.js';
import { RedisAllowances } from './limits/redis-allowances.js';
import { ApiKeys } from './read-model/api-keys.js';
import { KeyUsage } from './read-model/key-usage.js';
import { Organizations } from './read-model/organizations.js';

const credentials = [
  { provide: Pepper, useFactory: (config: Config) => new Pepper(config.masterKey), inject: [Config] },
  { provide: Users, useFactory: (db: Db) => new Users(db), inject: [Db] },
  { provide: Sessions, useFactory: (db: Db, pepper: Pepper) => new Sessions(db, pepper), inject: [Db, Pepper] },
  { provide: SignInAttempts, useFactory: (db: Db, pepper: Pepper) => new SignInAttempts(db, pepper), inject: [Db, Pepper] },
  {
    provide: PasswordCheck,
    useFactory: (users: Users, passwords: Passwords, attempts: SignInAttempts) => new PasswordCheck(users, passwords, attempts),
    inject: [Users, Passwords, SignInAttempts],
  },
  Passwords,
];

const readModels = [
  { provide: ApiKeys, useFactory: (pepper: Pepper) => new ApiKeys(pepper), inject: [Pepper] },
  { provide: KeyUsage, useFactory: (db: Db) => new KeyUsage(db), inject: [Db] },
  Organizations,
];

const allowances = Symbol('allowances');

/** One process counts for itself; several share their counts in Redis. */
function allowancesFor({ redisUrl }: Config, logger: Logger): Allowances {
  if (redisUrl === null) return new LocalAllowances();
  return new RedisAllowances(redisUrl, { onOutage: (error) => logger.warn({ err: error }, 'redis does not answer: this process counts rate limits for itself') });
}

const limits = [
  { provide: allowances, useFactory: allowancesFor, inject: [Config, LOGGER] },
  {
    provide: RateLimits,
    useFactory: (keys: ApiKeys, organizations: Organizations, counts: Allowances) => new RateLimits(keys, organizations, counts),
    inject: [ApiKeys, Organizations, allowances],
  },
];

const commands = [
  AcceptInvitationHandler, ChangeOrganizationHandler, ChangePasswordHandler, CreateOrganizationHandler, Entrance, InviteMemberHandler,
  IssueApiKeyHandler,  RotateApiKeyHandler, SignInHandler, SignOutHandler, SignUpHandler,
];

const http = [KeyAuthentication, SessionAuthentication, SessionViews, Written, { provide: APP_GUARD, useClass: AccessGuard }];

@Module({
  imports: [CqrsModule],
  controllers: [AuthController, KeysController, OrganizationController],
  providers: [...credentials, ...readModels, ...limits, ...commands, ...http],
  exports: [ApiKeys, Organizations, RateLimits, Pepper, Users],
})
export class IdentityModule {
  constructor(folds: LiveFolds, keys: ApiKeys, organizations: Organizations) {
    folds.register(keys);
    folds.register(organizations);
  }
}
