import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { overridesIn, readOverrides } from './overrides-file.js';
import { newFolder, removeFolder } from '../../platform/testing/folder.js';

let dir: string;
beforeAll(async () => {
  dir = await newFolder('catalog-overrides');
});
afterAll(() => removeFolder(dir));

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
