/** The stores a command works on: those of the settings, those that run already, or embedded ones for the time of the command. */
import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import type { Config } from '../../libs/platform/config.js';
import { startEmbeddedPostgres } from '../../libs/platform/embedded-postgres.js';
import type { ReadyMessage } from '../../libs/platform/process.js';
import { runningStores } from './running.js';

export interface Stores {
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** Starts what the settings do not name. Both at once: neither needs the other. */
export async function startStores(config: Config): Promise<Stores> {
  await mkdir(config.dataDir, { recursive: true });
  const [eventLog, database] = await Promise.all([
    config.eventStoreUrl ? { url: config.eventStoreUrl, stop: async () => {} } : startEmbeddedLog(config),
    config.databaseUrl ? { url: config.databaseUrl, stop: async () => {} } : startEmbeddedPostgres(join(config.dataDir, 'postgres')),
  ]);
  return {
    eventStoreUrl: eventLog.url,
    databaseUrl: database.url,
    stop: async () => {
      await eventLog.stop();
      await database.stop();
    },
  };
}

/** Runs a command's work against the stores, and leaves them as they were. */
export async function withStores<T>(config: Config, work: (config: Config) => Promise<T>): Promise<T> {
  if (config.eventStoreUrl && config.databaseUrl) return work(config);
  const running = await runningStores(config.dataDir);
  if (running) return work(config.with({ eventStoreUrl: config.eventStoreUrl ?? running.eventStoreUrl, databaseUrl: config.databaseUrl ?? running.databaseUrl }));
  const stores = await startStores(config);
  try {
    return await work(config.with({ eventStoreUrl: stores.eventStoreUrl, databaseUrl: stores.databaseUrl }));
  } finally {
    await stores.stop();
  }
}

/** For a command that works on the event log alone. */
export function withLog<T>(config: Config, work: (log: EventLog) => Promise<T>): Promise<T> {
  return withStores(config, async ({ eventStoreUrl }) => {
    const log = new EventLog(eventStoreUrl!);
    try {
      return await work(log);
    } finally {
      await log.close();
    }
  });
}

async function startEmbeddedLog(config: Config): Promise<{ url: string; stop(): Promise<void> }> {
  const child = await startChild(config, 'eventstore', {});
  return { url: String(child.details['connectionString']), stop: () => stopChild(child.process) };
}

export interface Child {
  readonly process: ChildProcess;
  readonly details: ReadyMessage['details'];
}

/** Log files larger than this are set aside, once, at the next start. */
const largeLogBytes = 16 * 1024 * 1024;

/**
 * Starts one process of the product and waits until it says that it is ready.
 * It is in a process group of its own, so that Ctrl-C reaches the supervisor alone, which stops things in order.
 * @throws Error with the tail of its log when it ends before it is ready.
 */
export async function startChild(config: Config, command: string, env: NodeJS.ProcessEnv): Promise<Child> {
  const path = join(config.dataDir, 'logs', `${command}.log`);
  await mkdir(join(config.dataDir, 'logs'), { recursive: true });
  const size = await stat(path).then((stats) => stats.size, () => 0);
  if (size > largeLogBytes) await rename(path, `${path}.1`);
  const output = createWriteStream(path, { flags: 'a' });
  const child = fork(process.argv[1]!, [command], { detached: true, silent: true, env: { ...process.env, DATA_DIR: config.dataDir, ...env } });
  const tail: string[] = [];
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk: Buffer) => {
      output.write(chunk);
      tail.push(...chunk.toString().trimEnd().split('\n'));
      tail.splice(0, tail.length - 5);
    });
  }
  const details = await new Promise<ReadyMessage['details']>((resolve, reject) => {
    child.on('message', (message) => (message as ReadyMessage).kind === 'ready' && resolve((message as ReadyMessage).details));
    child.once('exit', (code) => reject(new Error(`${command} did not start (exit ${code}). Its last words, from ${path}:\n${tail.join('\n')}`)));
  });
  child.channel?.unref();
  return { process: child, details };
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await gone;
}
