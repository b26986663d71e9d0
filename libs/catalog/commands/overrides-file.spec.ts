import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { overridesIn, readOverrides } from './overrides-file.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'catalog-overrides-'));
});
afterAll(() => rm(dir, { recursive: true }));

it('no file is no overrides, unless it was asked for by name', async () => {
  expect(await readOverrides(overridesIn(dir), false)).toBeNull();
  await expect(readOverrides(overridesIn(dir), true)).rejects.toThrow(/catalog-overrides\.json cannot be read/);
});

it('a broken file is said to be broken', async () => {
  await writeFile(overridesIn(dir), '{"models": [');
  await expect(readOverrides(overridesIn(dir), false)).rejects.toThrow(/catalog-overrides\.json is no JSON/);
  await writeFile(overridesIn(dir), '{}');
  expect(await readOverrides(overridesIn(dir), false)).toEqual({});
});
