/** However a start or a stop goes, nothing is left running: the next start must not find the log taken. */
import { expect, it } from '@jest/globals';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { descendants, greatrouter, newDataDir, removeDataDir, startProduct } from './testing/product.js';
import { eventually } from '../../libs/platform/testing/eventually.js';

it('says why a store cannot start, and leaves no process behind', async () => {
  const dataDir = await newDataDir();
  await writeFile(join(dataDir, 'postgres'), 'a file where a folder must be');
  const { code, stderr } = await greatrouter(dataDir, ['up']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/EEXIST|ENOTDIR|exists/);
  await expectNothingLeft(dataDir);
  await removeDataDir(dataDir);
});

it('does not start a process again that was told to stop together with it, as service managers tell all of a group', async () => {
  const dataDir = await newDataDir();
  const product = await startProduct(dataDir);
  for (const pid of await descendants(product.process.pid!)) tell(pid);
  await product.stop();
  await expectNothingLeft(dataDir);
  await removeDataDir(dataDir);
});

function tell(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It ended with the one before.
  }
}

async function expectNothingLeft(dataDir: string): Promise<void> {
  await eventually(() => processesOf(dataDir), ({ length }) => length === 0);
}

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
