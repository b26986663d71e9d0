#!/usr/bin/env node
/** The node in its own process, and the operations on a log, as one command. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { DEFAULT_PORT, startNode } from './node.js';
import { backup } from './operations/backup.js';
import { progressOn } from './operations/progress.js';
import { scavenge } from './operations/scavenge.js';
import { statsOf } from './operations/stats.js';
import { verify } from './operations/verify.js';
import { DATA_FILE, inspectDataFile } from './store/data-file.js';
import { openEnvironment, type Environment } from './store/environment.js';
import { EventStore } from './store/event-store.js';

interface InDir {
  readonly dir: string;
}

const program = new Command('embedded-event-log').description('A durable event log that speaks the protocol of EventStoreDB.');
const command = (name: string, description: string) =>
  program.command(name).description(description).option('--dir <folder>', 'folder of the log', './event-log');

/** Draws progress in whatever unit the operation counts. */
async function showing<Report>(what: string, operation: (progress: (done: number, total: number) => void) => Promise<Report>): Promise<Report> {
  let bar: ReturnType<typeof progressOn> | undefined;
  const report = await operation((done, total) => (bar ??= progressOn(process.stderr, what, total)).at(done));
  bar?.end();
  return report;
}

/** Readers need no lock: LMDB gives each a consistent view beside a running node. */
async function reading<Report>(dir: string, read: (env: Environment) => Promise<Report> | Report): Promise<Report> {
  const state = inspectDataFile(dir);
  if (state === 'absent' || state === 'not an event log') throw new Error(`there is no event log in ${dir}`);
  const env = openEnvironment({ dir, readOnly: true });
  try {
    return await read(env);
  } finally {
    await env.root.close();
  }
}

command('serve', 'run a node until SIGTERM or SIGINT')
  .option('--host <address>', 'address to bind to', '127.0.0.1')
  .option('--port <port>', 'port to listen on, 0 for a free one', String(DEFAULT_PORT))
  .option('--allow-public', 'bind to an address that other machines can reach (there is no authentication)', false)
  .action(async ({ dir, host, port, allowPublic }: InDir & { host: string; port: string; allowPublic: boolean }) => {
    const node = await startNode({ dir, host, port: Number(port), allowPublic });
    // Before the line that tells others it runs: they may end it at once.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void node.close());
    console.log(`listening on ${node.connectionString}`);
    const reason = await node.stopped;
    if (reason !== undefined) throw reason;
  });

command('stats', 'what is in the log and how much of the disk it takes').action(async ({ dir }: InDir) => {
  console.log(JSON.stringify(await reading(dir, (env) => statsOf(env, dir)), null, 2));
});

command('verify', 'walk the log and its indexes and report what does not agree; a node may be running').action(async ({ dir }: InDir) => {
  const report = await reading(dir, (env) => showing('verify', (progress) => verify(env, progress)));
  console.log(JSON.stringify(report, null, 2));
  if (report.problems.length > 0) process.exitCode = 2;
});

command('backup', 'copy the log, consistent and compact; a node may be running')
  .requiredOption('--to <folder>', 'new or empty folder')
  .action(async ({ dir, to }: InDir & { to: string }) => {
    const report = await reading(dir, (env) => showing('backup', (progress) => backup(env, { dir, target: to }, progress)));
    console.log(JSON.stringify(report, null, 2));
  });

command('scavenge', 'remove the events that nobody can read any more; no node may be running (a running one has it in its API)')
  .option('--compact', 'also give the space back to the file system (needs room for a copy)', false)
  .action(async ({ dir, compact }: InDir & { compact: boolean }) => {
    const store = await EventStore.open({ dir, onFailure: (error) => console.error(error.message) });
    const copy = join(dir, 'compact');
    try {
      console.log(JSON.stringify(await showing('scavenge', (progress) => scavenge(store, progress)), null, 2));
      if (compact) await showing('compact', (progress) => backup(store.env, { dir, target: copy }, progress));
    } finally {
      await store.close();
    }
    if (!compact) return;
    renameSync(join(copy, DATA_FILE), join(dir, DATA_FILE));
    rmSync(copy, { recursive: true });
    // The copy is on disk; the name that leads to it must be as well.
    const folder = openSync(dir, 'r');
    fsyncSync(folder);
    closeSync(folder);
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
