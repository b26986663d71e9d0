/** Online backup: a consistent, compacted copy of the data file while the node goes on. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Lock } from '../lock.js';
import { DATA_FILE } from '../store/data-file.js';
import { openEnvironment, type Environment } from '../store/environment.js';

export interface BackupReport {
  readonly target: string;
  readonly bytes: number;
}

/** The folder to copy into holds something already. */
export class TargetNotEmpty extends Error {
  override name = 'TargetNotEmpty';
}

const POLL_MS = 100;

/** Copies into `target`, which is created and must be empty. `progress` hears bytes; a compact copy ends below the total. */
export async function backup(
  env: Environment,
  { dir, target }: { dir: string; target: string },
  progress: (done: number, total: number) => void = () => undefined,
): Promise<BackupReport> {
  if (existsSync(target) && readdirSync(target).length > 0) throw new TargetNotEmpty(`${target} is not empty: a backup does not overwrite anything`);
  mkdirSync(target, { recursive: true });
  const size = (folder: string) => statSync(join(folder, DATA_FILE), { throwIfNoEntry: false })?.size ?? 0;
  const total = size(dir);
  const polling = setInterval(() => progress(Math.min(size(target), total), total), POLL_MS);
  try {
    await env.root.backup(target, true);
  } finally {
    clearInterval(polling);
  }
  await disown(target);
  progress(total, total);
  return { target, bytes: size(target) };
}

/** The copy also holds the name of the node that had the log open; nobody has the copy open. */
async function disown(target: string): Promise<void> {
  const copy = openEnvironment({ dir: target });
  Lock.clear(copy);
  await copy.root.close();
}
