/** A what-if of the terminal that is broken off goes on where it was, when the same is asked again: what it had found is kept in a file. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Checkpoints } from '../../libs/audit/exports.js';

const [compress, expand] = [promisify(gzip), promisify(gunzip)];
const keepEveryMs = 10_000;

export interface KeptWalk {
  readonly checkpoints: Checkpoints;
  /** It is finished: the next one begins at the beginning. */
  forget(): Promise<void>;
}

/**
 * @param asked all that the answer depends on: only the very same is gone on with.
 * @param stopping aborted when the command is told to stop: what was found until then is kept at once.
 */
export async function keptWalk(dataDir: string, asked: object, stopping: AbortSignal): Promise<KeptWalk> {
  const path = join(dataDir, 'what-if', `${createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 32)}.gz`);
  // What cannot be read is no loss: the walk begins again.
  const last = await readFile(path).then(expand).then(String, () => null);
  let keptAt = performance.now();
  return {
    checkpoints: {
      last,
      due: () => stopping.aborted || performance.now() - keptAt >= keepEveryMs,
      save: async (checkpoint) => {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(`${path}.new`, await compress(checkpoint, { level: 1 }), { mode: 0o600 });
        await rename(`${path}.new`, path);
        keptAt = performance.now();
      },
    },
    forget: () => rm(path, { force: true }),
  };
}
