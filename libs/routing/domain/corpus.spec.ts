import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { behaviourOf, corpusFolder, corpusOf, decisionsOf, digestOf } from '../testing/corpus.js';
import { loadClassifierWeights } from '../weights.js';
import { deciderId, decideVersion } from './decider-id.js';
import { presentCode } from './deciding-code.js';

const root = pathToFileURL(`${process.cwd()}/`);
const kept = readFileSync(new URL(`${corpusFolder}decisions.jsonl`, root), 'utf8').trimEnd().split('\n');

describe('the corpus of recorded decisions', () => {
  const corpus = corpusOf(root);
  const now = decisionsOf(corpus);

  it.each(kept.map((line, i) => ({ line, i, asked: (JSON.parse(line) as { asked: string }).asked })))('$i $asked is decided as recorded (else: npm run corpus, and say why)', ({ line, i }) => {
    expect(JSON.parse(now[i]!)).toEqual(JSON.parse(line));
  });

  it('is decided again from the recorded classifications, byte for byte: what a replay does when the prompts are erased', () => {
    expect(decisionsOf(corpus, presentCode, true)).toEqual(now);
  });

  it('is, with the classifications of its prompts, the content address of what decides (else: npm run corpus, and say why)', () => {
    expect(now).toHaveLength(kept.length);
    expect(decideVersion.split('.')[1]).toBe(digestOf(behaviourOf(corpus, { id: 'corpus', code: presentCode, weights: loadClassifierWeights() })));
    expect(deciderId('abc')).toBe(`decide-${decideVersion}+abc`);
  });
});
