import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newFolder, removeFolder } from '../../libs/platform/testing/folder.js';
import { keptWalk } from './kept-walk.js';

describe('a what-if that was broken off', () => {
  let dir: string;
  beforeAll(async () => void (dir = await newFolder('kept-walk')));
  afterAll(() => removeFolder(dir));

  const asked = { task: 'code', variants: [{ name: 'thrift' }] };
  const kept = (of: object = asked, stopping = new AbortController().signal) => keptWalk(dir, of, stopping);

  it('is found again by whoever asks the same, and by nobody else', async () => {
    const first = await kept();
    expect(first.checkpoints.last).toBeNull();
    await first.checkpoints.save('half the way');
    expect((await kept()).checkpoints.last).toBe('half the way');
    expect((await kept({ ...asked, task: 'text' })).checkpoints.last).toBeNull();
  });

  it('is kept when the command is told to stop', async () => {
    const stopping = new AbortController();
    const { checkpoints } = await kept(asked, stopping.signal);
    expect(checkpoints.due()).toBe(false);
    stopping.abort();
    expect(checkpoints.due()).toBe(true);
  });

  it('begins again where the file cannot be read, and when it was finished', async () => {
    const [file] = await readdir(join(dir, 'what-if'));
    await writeFile(join(dir, 'what-if', file!), 'no gzip');
    const walk = await kept();
    expect(walk.checkpoints.last).toBeNull();
    await walk.checkpoints.save('further');
    await walk.forget();
    expect((await kept()).checkpoints.last).toBeNull();
    expect(await readdir(join(dir, 'what-if'))).toEqual([]);
  });
});
