/** A process whose supervisor dies while it is still starting ends by itself: nobody else would ever stop it. */
import { expect, it } from '@jest/globals';
import { fork } from 'node:child_process';
import { newDataDir, removeDataDir } from './testing/product.js';

const cli = new URL('../../bin/greatrouter.js', import.meta.url).pathname;

it('ends although its parent is gone and nobody reads what it says', async () => {
  const dataDir = await newDataDir();
  const child = fork(cli, ['eventstore'], { silent: true, detached: true, env: { PATH: process.env['PATH'], DATA_DIR: dataDir } });
  child.stdout!.destroy();
  child.stderr!.destroy();
  child.disconnect();
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  expect(code).not.toBeNull();
  await removeDataDir(dataDir);
});
