/** `npm run corpus`: decides the corpus anew and, where a decision changed, gives `decideVersion` its new name. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { decideVersion } from '../domain/decider-id.js';
import { corpusFolder, decisionsOfCorpus, digestOf } from './corpus.js';

const root = pathToFileURL(`${process.cwd()}/`);
const versionFile = new URL('libs/routing/domain/decider-id.ts', root);
const decisions = decisionsOfCorpus(root);
const [number, digest] = decideVersion.split('.');

if (digest === digestOf(decisions)) {
  process.stdout.write(`decide-${decideVersion} decides all ${decisions.length} questions as recorded\n`);
} else {
  const next = `${Number(number) + 1}.${digestOf(decisions)}`;
  writeFileSync(new URL(`${corpusFolder}decisions.jsonl`, root), `${decisions.join('\n')}\n`);
  writeFileSync(versionFile, readFileSync(versionFile, 'utf8').replace(decideVersion, next));
  process.stdout.write(`decide-${decideVersion} becomes decide-${next}: see what changed with git diff ${corpusFolder}\n`);
}
