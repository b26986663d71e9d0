/**
 * The exclusive lock of a log. LMDB lets several processes open one file, but the newest revisions are kept in memory
 * here, so a second node would overwrite the first one's events. The owner is a record in the log itself, decided in a
 * write transaction: there is no stale lock file to clean up and no race between two starters.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { systemKey, type Environment } from './store/environment.js';

interface Owner {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** When the process began, so that a reused process id is not taken for the owner. */
  readonly processStart: string;
  readonly since: string;
}

/** Another process, or another node of this one, has the log open. */
export class LogLocked extends Error {
  override name = 'LogLocked';
}

const OWNER = systemKey('owner');
const HEARTBEAT_FILE = 'owner.heartbeat';
const HEARTBEAT_MS = 5_000;
/** An owner on another host (a container, say) cannot be asked; it counts as gone after so long without a heartbeat. */
const QUIET_MS = 15_000;

/** Tokens that nodes of this process gave up. A node that could not write could not remove its record either. */
const givenUp = new Set<string>();

/** Called when a node of this process is gone without having released its lock, such as one in a dead worker thread. */
export const giveUp = (token: string): void => void givenUp.add(token);

export class Lock {
  private readonly heartbeat: NodeJS.Timeout;

  private constructor(
    private readonly env: Environment,
    private readonly dir: string,
    private readonly owner: Owner,
  ) {
    this.beat();
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  /** Takes the lock or throws LogLocked, naming the holder. */
  static take(env: Environment, dir: string, token = randomUUID() as string): Lock {
    const mine: Owner = { token, pid: process.pid, host: hostname(), processStart: startOf(process.pid), since: new Date().toISOString() };
    env.root.transactionSync(() => {
      const text = env.system.get(OWNER)?.toString('utf8');
      const holder = text === undefined ? undefined : (JSON.parse(text) as Owner);
      if (holder !== undefined && isAlive(holder, dir)) throw new LogLocked(refusal(dir, holder));
      env.system.putSync(OWNER, Buffer.from(JSON.stringify(mine)));
    });
    return new Lock(env, dir, mine);
  }

  /** Forgets whoever owned the log, for a copy that nobody has open. */
  static clear(env: Environment): void {
    env.system.removeSync(OWNER);
  }

  /** Gives the log free. After a failed commit the disk may refuse even this; the next start then sees that its owner is gone. */
  release(): void {
    clearInterval(this.heartbeat);
    giveUp(this.owner.token);
    try {
      this.env.system.removeSync(OWNER);
    } catch {
      return;
    }
  }

  /** A beat that the disk refuses is left out: whether the log still works is for its commits to say. */
  private beat(): void {
    try {
      writeFileSync(join(this.dir, HEARTBEAT_FILE), new Date().toISOString());
    } catch {
      return;
    }
  }
}

const describe = ({ pid, host, since }: Owner): string => `process ${pid} on ${host} since ${since}`;

const refusal = (dir: string, holder: Owner): string =>
  holder.pid === process.pid && holder.host === hostname()
    ? `the event log in ${dir} is already open in this process (${describe(holder)}): close that node first`
    : `the event log in ${dir} is open in ${describe(holder)}: one log has one node; stop that process or choose another folder`;

function isAlive(holder: Owner, dir: string): boolean {
  if (holder.host !== hostname()) return Date.now() - lastHeartbeat(dir) < QUIET_MS;
  if (holder.pid === process.pid && holder.processStart === startOf(process.pid)) return !givenUp.has(holder.token);
  return exists(holder.pid) && startOf(holder.pid) === holder.processStart;
}

function lastHeartbeat(dir: string): number {
  try {
    return statSync(join(dir, HEARTBEAT_FILE)).mtimeMs;
  } catch {
    return 0;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Boot and start time of a process as the system tells it; empty where it does not. */
function startOf(pid: number): string {
  try {
    if (process.platform === 'linux') {
      // Field 22 of stat, counted after the command's closing parenthesis (proc(5)).
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // Killed and not reaped yet: its id still answers, but it holds nothing open.
      if (fields[0] === 'Z' || fields[0] === 'X') return '';
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
    }
    return process.platform === 'win32' ? '' : execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
