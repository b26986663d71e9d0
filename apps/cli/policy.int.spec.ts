import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testLog } from '../../libs/event-sourcing/testing/log.js';
import { defaultPolicy } from '../../libs/routing/domain/policy.js';
import { policyDiff, policyPublish, policyShow, policyText } from './policy.js';
import { newFolder, removeFolder } from '../../libs/platform/testing/folder.js';

const { policy } = defaultPolicy;
let store: Awaited<ReturnType<typeof testLog>>;
let folder: string;

beforeAll(async () => {
  [store, folder] = await Promise.all([testLog(), newFolder('policy')]);
});
afterAll(() => Promise.all([store.close(), removeFolder(folder)]));

async function fileOf(content: string): Promise<string> {
  const file = join(folder, 'policy.json');
  await writeFile(file, content);
  return file;
}

it('shows what ships, publishes a change once, and tells versions apart', async () => {
  const { log } = store;
  expect(policyText(await policyShow(log, 'default'))).toMatch(/^default@0 \(ships with the product\)[^]*exploration\.share +0/);

  const exploring = await fileOf(JSON.stringify({ ...policy, exploration: { ...policy.exploration, share: 0.02 } }));
  expect(await policyPublish(log, { name: 'default', file: exploring, note: 'explore a little' })).toEqual({ version: 1, isNew: true });
  expect(await policyPublish(log, { name: 'default', file: exploring, note: 'again' })).toEqual({ version: 1, isNew: false });

  expect(await policyDiff(log, 'default', '0', 'latest')).toEqual(['exploration.share: 0 → 0.02']);
  expect(await policyDiff(log, 'default', '1', exploring)).toEqual([]);
  expect(await policyShow(log, 'default', 1)).toMatchObject({ version: 1, note: 'explore a little' });
  expect((await policyShow(log, 'default', 0)).policy).toEqual(policy);
});

it('refuses what is no policy, and says what is wrong with it', async () => {
  const { log } = store;
  const publish = async (content: string) => policyPublish(log, { name: 'strict', file: await fileOf(content), note: '' });
  await expect(publish('{')).rejects.toThrow('is not JSON');
  await expect(publish(JSON.stringify({ ...policy, fallbacks: 99 }))).rejects.toThrow('fallbacks must be a whole number from 1 to 8');
  await expect(policyPublish(log, { name: 'strict', file: join(folder, 'none.json'), note: '' })).rejects.toThrow('cannot read');
  await expect(policyShow(log, 'strict')).rejects.toThrow('there is no policy strict');
  await expect(policyShow(log, 'default', 42)).rejects.toThrow('there are versions 0');
});
