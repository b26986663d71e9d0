import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { corpusFolder, decisionsOfCorpus, digestOf } from '../testing/corpus.js';
import { deciderId, decideVersion } from './decider-id.js';

const root = pathToFileURL(`${process.cwd()}/`);
const kept = readFileSync(new URL(`${corpusFolder}decisions.jsonl`, root), 'utf8').trimEnd().split('\n');

describe('the corpus of recorded decisions', () => {
  const now = decisionsOfCorpus(root);

  it.each(kept.map((line, i) => ({ line, i, asked: (JSON.parse(line) as { asked: string }).asked })))('$i $asked is decided as recorded (else: npm run corpus, and say why)', ({ line, i }) => {
    expect(JSON.parse(now[i]!)).toEqual(JSON.parse(line));
  });

  it('is decided again from the recorded classifications, byte for byte: what a replay does when the prompts are erased', () => {
    expect(decisionsOfCorpus(root, true)).toEqual(now);
  });

  it('is the content address of what decides', () => {
    expect(now).toHaveLength(kept.length);
    expect(decideVersion.split('.')[1]).toBe(digestOf(now));
    expect(deciderId('abc')).toBe(`decide-${decideVersion}+abc`);
  });
});
