/** The stores a command works on: those of the settings, those that run already, or embedded ones for the time of the command. */
import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { constants, getPriority, setPriority } from 'node:os';
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
  const starting = [
    config.eventStoreUrl ? theirs(config.eventStoreUrl) : keepRunning((port) => startEmbeddedLog(config, port)),
    config.databaseUrl ? theirs(config.databaseUrl) : keepRunning((port) => startEmbeddedPostgres(join(config.dataDir, 'postgres'), port === undefined ? {} : { port })),
  ] as const;
  const [eventLog, database] = await Promise.all(starting).catch(async (error: unknown) => {
    // One that did start must not outlive the other's failure.
    for (const store of await Promise.allSettled(starting)) if (store.status === 'fulfilled') await store.value.stop();
    throw error;
  });
  return {
    eventStoreUrl: eventLog.url,
    databaseUrl: database.url,
    stop: async () => {
      await eventLog.stop();
      await database.stop();
    },
  };
}

/** A store that somebody else runs. */
const theirs = (url: string) => Promise.resolve({ url, stop: async () => {} });

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

interface Store {
  readonly url: string;
  /** Resolves when it has ended, however it ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const restartAfterMs = 300;

/** Starts an embedded store, and starts it again at the same address whenever it ends without being told to. */
async function keepRunning(start: (port?: number) => Promise<Store>): Promise<Omit<Store, 'ended'>> {
  let store = await start();
  let stopping = false;
  const watch = async (): Promise<void> => {
    for (;;) {
      await store.ended;
      while (!stopping) {
        await new Promise((resolve) => setTimeout(resolve, restartAfterMs));
        const again = await start(Number(/:(\d+)[/?]/.exec(store.url)![1])).catch(() => null);
        if (again) {
          store = again;
          break;
        }
      }
      if (stopping) return store.stop();
    }
  };
  const watching = watch();
  return {
    url: store.url,
    // It may be starting again just now: what comes of that is stopped as well.
    stop: async () => {
      stopping = true;
      await store.stop();
      await watching;
    },
  };
}

async function startEmbeddedLog(config: Config, port?: number): Promise<Store> {
  const child = await startChild(config, 'eventstore', port === undefined ? {} : { EVENTSTORE_PORT: String(port) });
  const ended = new Promise<void>((resolve) => child.process.once('exit', () => resolve()));
  return { url: String(child.details['connectionString']), ended, stop: () => stopChild(child.process) };
}

export interface Child {
  readonly process: ChildProcess;
  readonly details: ReadyMessage['details'];
}

export class DidNotStart extends Error {
  constructor(
    readonly code: number | null,
    message: string,
  ) {
    super(message);
    this.name = 'DidNotStart';
  }
}

/** Log files larger than this are set aside, once, at the next start. */
const largeLogBytes = 16 * 1024 * 1024;

/**
 * Room for young objects, in MB (16 by default), by process; measured with bench/gateway. The log handles bytes, which V8
 * only gives back when it collects: a small room is collected often, and spares the whole heap from being marked three
 * times a second. The API has many requests in flight: a large room lets them end before they are moved.
 */
const youngRoomMb: Readonly<Record<string, number>> = { eventstore: 2, api: 32 };

/**
 * Who gives way when the cores are busy, by process. Nobody waits for a debit, and a worker that waited takes larger
 * batches, which cost less. The projector does not give way: reads are to be fresh under full load as well.
 */
const niceness: Readonly<Record<string, number>> = { worker: 5 };

/**
 * Starts one process of the product and waits until it says that it is ready.
 * It is in a process group of its own, so that Ctrl-C reaches the supervisor alone, which stops things in order.
 * @throws DidNotStart with the tail of its log when it ends before it is ready.
 */
export async function startChild(config: Config, command: string, env: NodeJS.ProcessEnv): Promise<Child> {
  const path = join(config.dataDir, 'logs', `${command}.log`);
  await mkdir(join(config.dataDir, 'logs'), { recursive: true });
  const size = await stat(path).then((stats) => stats.size, () => 0);
  if (size > largeLogBytes) await rename(path, `${path}.1`);
  const output = createWriteStream(path, { flags: 'a' });
  const execArgv = [...process.execArgv, ...(youngRoomMb[command] ? [`--max-semi-space-size=${youngRoomMb[command]}`] : [])];
  const child = fork(process.argv[1]!, [command], { execArgv, detached: true, silent: true, env: { ...process.env, DATA_DIR: config.dataDir, ...env } });
  giveWay(child, niceness[command] ?? 0);
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
    child.once('exit', (code) => reject(new DidNotStart(code, `${command} did not start (exit ${code}). Its last words, from ${path}:\n${tail.join('\n')}`)));
  });
  child.channel?.unref();
  return { process: child, details };
}

/**
 * By so much below this process. Only slower where it is not permitted. Linux weighs sessions against each other before processes (sched(7), "The
 * autogroup feature"), and each child is a session of its own: its priority alone would change nothing.
 */
function giveWay({ pid }: ChildProcess, by: number): void {
  if (pid === undefined || by === 0) return;
  const priority = Math.min(getPriority() + by, constants.priority.PRIORITY_LOW);
  try {
    setPriority(pid, priority);
    writeFileSync(`/proc/${pid}/autogroup`, String(priority));
  } catch {
    // Another system, or not ours to say.
  }
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await gone;
}
