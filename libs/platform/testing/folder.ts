/** A folder for a test. Before it goes away, what was written into it is searched for secrets. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretWatch } from './secret-watch.js';

export const newFolder = (name: string): Promise<string> => mkdtemp(join(tmpdir(), `greatrouter-${name}-`));

/** @throws Error naming the files in which a secret stands */
export async function removeFolder(path: string): Promise<void> {
  try {
    await secretWatch.searchFolder(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
