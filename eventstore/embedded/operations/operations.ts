/** The operations on a running node, the same whether it is in this thread or in another. */
import type { EventStore } from '../store/event-store.js';
import { backup, type BackupReport } from './backup.js';
import { scavenge, type ScavengeReport } from './scavenge.js';
import { statsOf, type Stats } from './stats.js';
import { verify, type VerifyReport } from './verify.js';

export type OnProgress = (done: number, total: number) => void;

export interface Operations {
  stats(): Promise<Stats>;
  verify(progress?: OnProgress): Promise<VerifyReport>;
  /** Copies the log into a new folder while the node goes on. */
  backup(target: string, progress?: OnProgress): Promise<BackupReport>;
  scavenge(progress?: OnProgress): Promise<ScavengeReport>;
}

export const operationsOf = (store: EventStore): Operations => ({
  stats: async () => statsOf(store.env, store.dir),
  verify: (progress) => verify(store.env, progress),
  backup: (target, progress) => backup(store.env, { dir: store.dir, target }, progress),
  scavenge: (progress) => scavenge(store, progress),
});
