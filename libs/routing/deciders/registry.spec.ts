import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { newFolder, removeFolder } from '../../platform/testing/folder.js';
import { decideVersion } from '../domain/decider-id.js';
import { behaviourOf, corpusOf } from '../testing/corpus.js';
import { corpusFileOf, type FrozenCorpus } from '../testing/freeze-decider.js';
import { DeciderRegistry, frozenFolder, partsOf } from './registry.js';

const registry = new DeciderRegistry();
const first = '1.e7f4780941';
const corpusOfVersion = async (version: string) => JSON.parse(gunzipSync(await readFile(new URL(corpusFileOf(version), frozenFolder))).toString('utf8')) as FrozenCorpus;
const frozenVersions = async () => (await readdir(frozenFolder)).filter((file) => file.endsWith('.mjs.gz')).map((file) => file.slice('decide-'.length).split('.').slice(0, 2).join('.'));

describe('the registry of deciders', () => {
  it('holds the present version, so that it is there when the next one takes over (else: npm run corpus)', () => {
    expect(registry.isFrozen(decideVersion)).toBe(true);
    expect(registry.versions()[0]).toBe(decideVersion);
  });

  it('runs every version it ever froze: each decides and classifies its corpus as it did', async () => {
    const versions = await frozenVersions();
    expect(versions).toEqual(expect.arrayContaining([first, decideVersion]));
    for (const version of versions) {
      const corpus = await corpusOfVersion(version);
      const frozen = registry.find(`decide-${version}+${corpus.weights}`);
      expect(frozen).toMatchObject({ code: { version } });
      // Weights that are kept no more leave the classifications of the corpus out.
      const lines = behaviourOf(frozen!.weights ? corpus : { ...corpus, prompts: [] }, frozen!);
      expect(lines).toEqual(corpus.lines.slice(0, lines.length));
    }
  });

  it('freezes what is really in force: the frozen present decides as the code beside it', async () => {
    const code = new DeciderRegistry().frozenCode(decideVersion);
    const { present } = registry;
    expect(code).not.toBe(present.code);
    expect(behaviourOf(corpusOf(pathToFileURL(`${process.cwd()}/`)), { ...present, code })).toEqual(behaviourOf(corpusOf(pathToFileURL(`${process.cwd()}/`)), present));
  });

  it('gives each version the weights it was frozen with', async () => {
    for (const { id, code, weights } of registry.all()) {
      const frozenWith = code.version === decideVersion ? registry.present.weights!.version : (await corpusOfVersion(code.version)).weights;
      expect([id, weights?.version]).toEqual([`decide-${code.version}+${frozenWith}`, frozenWith]);
    }
  });

  it('knows its own, and neither a stranger nor other weights', async () => {
    expect(registry.find(registry.present.id)).toBe(registry.present);
    expect(registry.find('decide-9.0000000000+abc')).toBeNull();
    expect(registry.find('nonsense')).toBeNull();
    expect(registry.find(`decide-${decideVersion}+0000000000000000`)).toMatchObject({ weights: null });
    expect(partsOf('decide-1.abc+def')).toEqual({ version: '1.abc', weights: 'def' });
  });
});

describe('a frozen decider that was changed', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await newFolder('frozen');
    await cp(frozenFolder, folder, { recursive: true });
  });
  afterAll(() => removeFolder(folder));

  it('is not run', async () => {
    const file = join(folder, (await readdir(folder)).find((name) => name.startsWith(`decide-${first}.`) && name.endsWith('.mjs.gz'))!);
    const code = gunzipSync(await readFile(file)).toString('utf8');
    await writeFile(file, gzipSync(code.replace('preferredProvider', 'preferredprovider')));
    const changed = new DeciderRegistry(pathToFileURL(`${folder}/`));
    expect(() => changed.code(first)).toThrow(`the frozen decider ${first} is not what its name says`);
  });
});
