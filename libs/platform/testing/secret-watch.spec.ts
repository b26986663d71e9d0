import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newKeyText, newToken } from '../../identity/credentials/random.js';
import { newFolder } from './folder.js';
import { SecretWatch } from './secret-watch.js';

let watch: SecretWatch;
let folder: string;
beforeEach(async () => {
  [watch, folder] = [new SecretWatch(), await newFolder('watch')];
});
afterEach(() => rm(folder, { recursive: true }));
const noHeaders = () => null;

describe('what is found', () => {
  it('is a password in a refused answer, also when it was told only later, and nothing of it is shown', () => {
    watch.search('the answer 400', '{"error":{"message":"wrong: correct horse"}}');
    watch.entrustMessage(noHeaders, JSON.stringify({ email: 'a@b.c', password: 'correct horse' }));
    expect(() => watch.verdict()).toThrow('secrets were let out:\nthe answer 400: a secret of the tests (cor..., 13 characters)');
  });

  it.each([
    ['the secret part of a key', () => newKeyText('live'), (key: string) => key.slice(-32)],
    ['a session', () => `gr_session=${newToken()}`, (cookie: string) => cookie.slice(11)],
    ['a token in any script', () => 'пароль-пароль', (token: string) => token],
  ])('is %s anywhere in a folder, across the borders of what is read at once', async (_, make, part) => {
    const secret = make();
    watch.entrustMessage((name) => (name === 'cookie' && secret.startsWith('gr_session') ? `${secret}; other=1` : null), JSON.stringify({ token: secret }));
    await mkdir(join(folder, 'log'));
    await writeFile(join(folder, 'log', 'data.mdb'), Buffer.concat([Buffer.alloc((1 << 20) - 5), Buffer.from(part(secret)), Buffer.alloc(3 << 20)]));
    await expect(watch.searchFolder(folder)).rejects.toThrow('log/data.mdb: a secret of the tests');
  });

  it('is the shape of a key nobody had told it of, in a log', () => {
    watch.search('a log', `{"msg":"used ${newKeyText('live')}"}`);
    expect(() => watch.verdict()).toThrow('a log: GreatRouter API key (pk_live_');
  });

  it('is a setting of a process', () => {
    watch.entrustSettings({ OPENAI_API_KEY: 'a provider key', POLAR_WEBHOOK_SECRET: 'first secret,second secret', LOG_LEVEL: 'trace' });
    watch.search('/metrics', 'x{label="second secret"} 1');
    expect(() => watch.verdict()).toThrow('/metrics');
  });

  it('is nothing where secrets belong, in public parts of keys, or in other texts', async () => {
    const key = newKeyText('test');
    watch.entrust(key);
    watch.entrust('trace');
    await mkdir(join(folder, 'postgres'));
    await Promise.all([writeFile(join(folder, 'postgres', 'base'), key), writeFile(join(folder, 'master.key'), key.slice(-32))]);
    watch.search('a log', `trace ${key.slice(0, 17)} was revoked`);
    await watch.searchFolder(folder);
    watch.verdict();
  });
});

it('fails a test file that lets a secret out, whichever way', async () => {
  const config = {
    rootDir: process.cwd(), testMatch: ['**/testing/leak.fixture.ts'], extensionsToTreatAsEsm: ['.ts'], transform: { '^.+\\.ts$': ['@swc/jest'] },
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' }, modulePathIgnorePatterns: ['<rootDir>/dist/'], roots: ['<rootDir>/libs/platform/testing'],
    setupFilesAfterEnv: ['<rootDir>/libs/platform/testing/watch-secrets.ts'],
  };
  const args = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--config', JSON.stringify(config), '-w', '1'];
  const run = await promisify(execFile)(process.execPath, args).then(() => ({ stderr: 'it passed' }), (error: { stderr: string }) => error);
  for (const where of ['the answer 401 of /sign-in', 'the answer 200 of /metrics', 'a log', 'events/log']) expect(run.stderr).toContain(`${where}: a secret of the tests (hun`);
});
