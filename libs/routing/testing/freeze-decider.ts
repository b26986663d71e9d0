/**
 * Freezes the deciding code of this build: bundled into one file, named by its version and the digest of its bytes, with
 * the corpus and what it made of it. Run when a version gets its name, so that it is there when the next one takes over.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundle } from '@swc/core';
import { codeFileOf, digestOfBytes } from '../deciders/registry.js';
import type { Corpus } from './corpus.js';

export const frozenFolder = 'libs/routing/deciders/frozen/';
export const corpusFileOf = (version: string): string => `decide-${version}.corpus.json.gz`;

/** What a frozen version is judged by. */
export interface FrozenCorpus extends Corpus {
  /** Content address of the weights it classified with. */
  readonly weights: string;
  readonly lines: readonly string[];
}

/** @param root the repository, built. */
export async function freezeDecider(root: URL, version: string, corpus: FrozenCorpus): Promise<void> {
  const folder = new URL(frozenFolder, root);
  mkdirSync(folder, { recursive: true });
  const code = Buffer.from(await bundled(fileURLToPath(new URL('dist/libs/routing/domain/deciding-code.js', root))));
  for (const file of readdirSync(folder)) if (file.startsWith(`decide-${version}.`)) rmSync(new URL(file, folder));
  writeFileSync(new URL(codeFileOf(version, corpus.weights, digestOfBytes(code)), folder), gzipSync(code, { level: 9 }));
  writeFileSync(new URL(corpusFileOf(version), folder), gzipSync(JSON.stringify(corpus), { level: 9 }));
}

async function bundled(entry: string): Promise<string> {
  const output = await bundle({
    mode: 'production', target: 'node', entry: { decider: entry }, output: { name: 'decider', path: '.' }, module: {},
    options: { jsc: { target: 'es2022', parser: { syntax: 'ecmascript' }, preserveAllComments: false } },
  });
  const { code } = Object.values(output)[0]!;
  return code.replace(/\/\/# sourceMappingURL=.*/g, '');
}
