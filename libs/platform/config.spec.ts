import { afterAll, describe, expect, it } from '@jest/globals';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidSettings, readConfig } from './config.js';
import { newFolder, removeFolder } from './testing/folder.js';

const dataDir = await newFolder('config');
afterAll(() => removeFolder(dataDir));
const read = (env: Record<string, string> = {}) => readConfig({ DATA_DIR: dataDir, ...env });

function mistakesOf(env: Record<string, string>): readonly string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidSettings);
    return (error as InvalidSettings).lines;
  }
}

describe('settings', () => {
  it('have defaults that need nothing', () =>
    expect(read()).toMatchObject({ host: '127.0.0.1', port: 8080, eventStoreUrl: null, databaseUrl: null, redisUrl: null, billing: 'metered', logLevel: 'info', retention: 'full', bootstrapKey: null }));

  it('make a master key once, for its owner alone', () => {
    const { masterKey } = read();
    expect(masterKey).toHaveLength(32);
    expect(read().masterKey).toEqual(masterKey);
    expect(statSync(join(dataDir, 'master.key')).mode & 0o077).toBe(0);
  });

  it('bill in advance when payments can come in, unless told otherwise', () => {
    expect(read({ POLAR_WEBHOOK_SECRET: 'a, b' })).toMatchObject({ billing: 'prepaid', polarWebhookSecrets: ['a', 'b'] });
    expect(read({ POLAR_WEBHOOK_SECRET: 'a', BILLING: 'metered' }).billing).toBe('metered');
  });

  it('find providers by name', () =>
    expect(read({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://h/v1/' }).providers['openai']).toEqual({ apiKey: 'k', baseUrl: 'http://h/v1' }));

  it.each([
    [{ PORT: 'http' }, /^PORT: .*0 to 65535.*"http"/],
    [{ PORT: '70000' }, /^PORT: /],
    [{ BILLING: 'free' }, /^BILLING: .*metered, prepaid/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL: /],
    [{ RETENTION: 'some' }, /^RETENTION: /],
    [{ EVENTSTORE_URL: 'http://x' }, /^EVENTSTORE_URL: .*esdb:/],
    [{ DATABASE_URL: 'mysql://u:secret@h/d' }, /^DATABASE_URL: (?!.*secret)/],
    [{ REDIS_URL: 'localhost' }, /^REDIS_URL: /],
    [{ GREATROUTER_MASTER_KEY: 'short' }, /^GREATROUTER_MASTER_KEY: .*32 bytes/],
    [{ GREATROUTER_BOOTSTRAP_KEY: 'pk_test_x' }, /^GREATROUTER_BOOTSTRAP_KEY: .*pk_test_/],
    [{ WEBHOOK_ALLOW: '10.0.0.0/8, intranet' }, /^WEBHOOK_ALLOW: .*"intranet"/],
    [{ OPENAI_BASE_URL: 'ftp://x' }, /OPENAI_BASE_URL must be/],
  ])('%j is one clear line', (env, line) => expect(mistakesOf(env)).toEqual([expect.stringMatching(line)]));

  it('say every mistake at once', () => expect(mistakesOf({ PORT: 'x', BILLING: 'y' })).toHaveLength(2));
});
