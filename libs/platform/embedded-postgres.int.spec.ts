import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { lstat, readFile, unlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { newFolder, removeFolder } from './testing/folder.js';

let folder: string;
beforeAll(async () => void (folder = join(await newFolder('postgres'), 'postgres')));
afterAll(() => removeFolder(dirname(folder)));

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  it('starts from a package whose install script never ran', async () => {
    const found = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const root = join(dirname(found), '..');
    const links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    // Any of the links will do: the others are in use by the server of this test run.
    const spare = links.find(({ target }) => target.endsWith('libecpg.so'))!;
    await unlink(join(root, spare.target)).catch(() => {});
    const server = await startEmbeddedPostgres(folder);
    expect((await lstat(join(root, spare.target))).isSymbolicLink()).toBe(true);
    await ask(server.url, 'CREATE TABLE kept AS SELECT 1 AS n');
    await server.stop();
  });

  it('starts although the killed server before it was not reaped yet', async () => {
    // `sh` starts a child, kills it, and does not wait for it: its id answers, and it has no command line.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = Number(await new Promise<string>((resolve) => parent.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()))));
    process.kill(pid, 'SIGKILL');
    const lockFile = join(folder, 'data', 'postmaster.pid');
    await writeFile(lockFile, `${pid}\n`);
    const server = await startEmbeddedPostgres(folder);
    expect(await ask(server.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await server.stop();
    parent.kill('SIGKILL');
  });

  it('takes over from a server that outlived its parent, with everything still there', async () => {
    const left = await startEmbeddedPostgres(folder);
    const next = await startEmbeddedPostgres(folder, { port: left.port });
    await left.ended;
    expect(await ask(next.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await next.stop();
  });
});
