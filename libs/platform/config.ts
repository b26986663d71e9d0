/** Settings come from the environment, are read once, and a mistake is one clear line at start. */
import { hkdfSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseIpRange } from './ip-ranges.js';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
export type Billing = 'metered' | 'prepaid';

export interface ProviderSettings {
  readonly apiKey: string | null;
  readonly baseUrl: string | null;
}

/** What of a request's text the log keeps: everything encrypted, only hashes, or nothing at all. */
export const retentions = ['full', 'hashes', 'none'] as const;

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Null: the embedded node. */
  readonly eventStoreUrl: string | null;
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Null: queues on Postgres, caches and limits in process. */
  readonly redisUrl: string | null;
  /** 32 bytes; wraps the data keys and seeds the pepper of API keys. */
  readonly masterKey: Buffer;
  /** A key to make for the first organization instead of a random one. */
  readonly bootstrapKey: string | null;
  readonly billing: Billing;
  readonly polarWebhookSecrets: readonly string[];
  /** By provider slug. */
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  readonly logLevel: LogLevel;
  /** Reverse proxies whose X-Forwarded-* headers are believed: addresses, ranges, or the word loopback. Null: nobody's. */
  readonly trustProxy: string | null;
  /** Ranges inside that notices may be posted to; public addresses always may. */
  readonly webhookAllow: readonly string[];
  readonly retention: (typeof retentions)[number];
  /** File or http(s) address that every signed tree head is written to, for somebody else to keep; null: none. */
  readonly auditCheckpoint: string | null;
  /** Days that the activity log shows; whole months go once they are over. The event log keeps its events. */
  readonly logRetentionDays: number;
}

/** The settings as an injection token. */
export class Config {
  constructor(settings: Settings) {
    Object.assign(this, settings);
  }

  with(changes: Partial<Settings>): Config {
    return new Config({ ...this, ...changes });
  }
}
export interface Config extends Settings {}

/** Every mistake at once, one line each. */
export class InvalidSettings extends Error {
  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'InvalidSettings';
  }
}

/**
 * Reads the settings. A missing GREATROUTER_MASTER_KEY is made once and kept in the data folder, readable by its
 * owner alone, so that a laptop needs no set-up.
 * @throws InvalidSettings
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const mistakes: string[] = [];
  const setting = <T>(name: string, read: (value: string | undefined) => T): T => {
    try {
      return read(env[name] === '' ? undefined : env[name]);
    } catch (error) {
      mistakes.push(`${name}: ${(error as Error).message}`);
      return undefined as T;
    }
  };
  const dataDir = resolve(env['DATA_DIR'] || '.greatrouter');
  const polarWebhookSecrets = setting('POLAR_WEBHOOK_SECRET', (value) => (value ?? '').split(/[\s,]+/).filter(Boolean));
  const settings: Settings = {
    dataDir,
    polarWebhookSecrets,
    host: setting('HOST', (value = '127.0.0.1') => value),
    port: setting('PORT', (value = '8080') => integer(value, 0, 65_535)),
    eventStoreUrl: setting('EVENTSTORE_URL', (value) => url(value, ['esdb:', 'esdb+discover:', 'kurrentdb:', 'kurrentdb+discover:'])),
    databaseUrl: setting('DATABASE_URL', (value) => url(value, ['postgres:', 'postgresql:'])),
    redisUrl: setting('REDIS_URL', (value) => url(value, ['redis:', 'rediss:'])),
    masterKey: setting('GREATROUTER_MASTER_KEY', (value) => (value === undefined ? ownMasterKey(dataDir) : masterKey(value))),
    bootstrapKey: setting('GREATROUTER_BOOTSTRAP_KEY', (value) => (value === undefined ? null : bootstrapKey(value))),
    billing: setting('BILLING', (value) => oneOf(value ?? (polarWebhookSecrets.length > 0 ? 'prepaid' : 'metered'), ['metered', 'prepaid'] as const)),
    providers: setting('<PROVIDER>_BASE_URL', () => providers(env)),
    logLevel: setting('LOG_LEVEL', (value) => oneOf(value ?? 'info', logLevels)),
    trustProxy: setting('TRUST_PROXY', (value) => value ?? null),
    webhookAllow: setting('WEBHOOK_ALLOW', ranges),
    auditCheckpoint: setting('AUDIT_CHECKPOINT_PATH', (value) => value ?? null),
    retention: setting('RETENTION', (value) => oneOf(value ?? 'full', retentions)),
    logRetentionDays: setting('LOG_RETENTION_DAYS', (value = '400') => integer(value, 1, 36_500)),
  };
  if (mistakes.length > 0) throw new InvalidSettings(mistakes);
  return new Config(settings);
}

function integer(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new Error(`must be a whole number from ${least} to ${most}, not "${text}"`);
  return value;
}

function oneOf<T extends string>(value: string, allowed: readonly T[]): T {
  const found = allowed.find((option) => option === value);
  if (!found) throw new Error(`must be one of ${allowed.join(', ')}, not "${value}"`);
  return found;
}

function ranges(value = ''): string[] {
  const found = value.split(/[\s,]+/).filter(Boolean);
  const wrong = found.find((range) => parseIpRange(range) === null);
  if (wrong) throw new Error(`must be addresses or ranges such as 10.0.0.0/8, separated by commas, not "${wrong}"`);
  return found;
}

/** Names the schemes, never the value: an address may carry a password. */
function url(value: string | undefined, schemes: readonly string[]): string | null {
  if (value === undefined) return null;
  const scheme = /^[a-z+]+:/i.exec(value)?.[0];
  if (!scheme || !schemes.includes(scheme)) throw new Error(`must be an address that begins with ${schemes.map((name) => `${name}//`).join(' or ')}`);
  return value;
}

function bootstrapKey(value: string): string {
  if (!/^pk_(live|test)_[A-Za-z0-9]{9}_[0-9a-f]{32}$/.test(value)) {
    throw new Error('must look like pk_test_{9 letters or digits}_{32 hex digits} (or pk_live_...)');
  }
  return value;
}

function masterKey(value: string): Buffer {
  const key = Buffer.from(value, /^[0-9a-f]{64}$/i.test(value) ? 'hex' : 'base64');
  if (key.length !== 32) throw new Error('must be 32 bytes, as 64 hex digits or base64 (make one: openssl rand -hex 32)');
  return key;
}

function ownMasterKey(dataDir: string): Buffer {
  const path = join(dataDir, 'master.key');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return masterKey(readFileSync(path, 'utf8').trim());
}

/** `OPENAI_API_KEY`, `OPENAI_BASE_URL`, ... : by provider slug, lower case, `_` read as `-`. */
function providers(env: NodeJS.ProcessEnv): Record<string, ProviderSettings> {
  const found: Record<string, { apiKey: string | null; baseUrl: string | null }> = {};
  for (const [name, value] of Object.entries(env)) {
    const match = /^([A-Z0-9_]+)_(API_KEY|BASE_URL)$/.exec(name);
    if (!match || !value) continue;
    const slug = match[1]!.toLowerCase().replaceAll('_', '-');
    const provider = (found[slug] ??= { apiKey: null, baseUrl: null });
    if (match[2] === 'API_KEY') provider.apiKey = value;
    else if (/^https?:\/\/[^\s]+$/.test(value)) provider.baseUrl = value.replace(/\/+$/, '');
    else throw new Error(`${name} must be an http:// or https:// address`);
  }
  return found;
}

/** A 32-byte key for one purpose, derived from the master key (HKDF, RFC 5869). */
export const derivedKey = (master: Buffer, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', master, '', `greatrouter ${purpose}`, 32));
