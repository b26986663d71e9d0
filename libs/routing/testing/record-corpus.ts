/**
 * `npm run corpus`: decides and classifies the corpus anew and, where anything changed, gives `decideVersion` its new
 * name and freezes the code under it. The version before stays frozen: what it decided is verified by it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { DeciderRegistry } from '../deciders/registry.js';
import { decideVersion } from '../domain/decider-id.js';
import { behaviourOf, corpusFolder, corpusOf, decisionsOf, digestOf } from './corpus.js';
import { freezeDecider, frozenFolder } from './freeze-decider.js';

const root = pathToFileURL(`${process.cwd()}/`);
const versionFile = new URL('libs/routing/domain/decider-id.ts', root);
const { present } = new DeciderRegistry();
const corpus = corpusOf(root);
const lines = behaviourOf(corpus, present);
const [number, digest] = decideVersion.split('.');
const next = digest === digestOf(lines) ? decideVersion : `${Number(number) + 1}.${digestOf(lines)}`;

if (next !== decideVersion) {
  writeFileSync(new URL(`${corpusFolder}decisions.jsonl`, root), `${decisionsOf(corpus).join('\n')}\n`);
  writeFileSync(versionFile, readFileSync(versionFile, 'utf8').replace(decideVersion, next));
  execFileSync(process.execPath, ['scripts/build.js'], { stdio: 'inherit' });
}
// The name stays as long as the behaviour does; the bundle under it is always that of the code as it is now.
await freezeDecider(root, next, { ...corpus, weights: present.weights!.version, lines });
process.stdout.write(next === decideVersion ? `decide-${decideVersion} decides and classifies the corpus as recorded\n` : `decide-${decideVersion} becomes decide-${next}, frozen in ${frozenFolder}: see what changed with git diff ${corpusFolder}\n`);
