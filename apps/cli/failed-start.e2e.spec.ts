/** When one store cannot start, the command says why and leaves nothing running: the next start must not find the log taken. */
import { expect, it } from '@jest/globals';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { greatrouter, newDataDir, removeDataDir } from './testing/product.js';

it('says why, and leaves no process behind', async () => {
  const dataDir = await newDataDir();
  await writeFile(join(dataDir, 'postgres'), 'a file where a folder must be');
  const { code, stderr } = await greatrouter(dataDir, ['up']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/EEXIST|ENOTDIR|exists/);
  for (const until = Date.now() + 10_000; (await processesOf(dataDir)).length > 0 && Date.now() < until; ) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await processesOf(dataDir)).toEqual([]);
  await removeDataDir(dataDir);
}, 60_000);

/** Processes that were given this data folder. */
async function processesOf(dataDir: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.includes(`DATA_DIR=${dataDir}`)) found.push(pid);
  }
  return found;
}
