/** Where the stores of a data folder are right now, left there by `greatrouter up` for the other commands. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface RunningStores {
  readonly pid: number;
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  readonly apiUrl: string;
}

const pathIn = (dataDir: string) => join(dataDir, 'running.json');

export const announce = (dataDir: string, stores: RunningStores) => writeFile(pathIn(dataDir), JSON.stringify(stores), { mode: 0o600 });

export const withdraw = (dataDir: string) => rm(pathIn(dataDir), { force: true });

/** Null when nothing runs in this data folder. */
export async function runningStores(dataDir: string): Promise<RunningStores | null> {
  const text = await readFile(pathIn(dataDir), 'utf8').catch(() => null);
  if (text === null) return null;
  const stores = JSON.parse(text) as RunningStores;
  try {
    process.kill(stores.pid, 0);
    return stores;
  } catch {
    return null;
  }
}
