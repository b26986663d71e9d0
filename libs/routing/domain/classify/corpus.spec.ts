/**
 * What the shipped weights say of a small corpus, to the last digit. A change here is a change of behaviour: read the
 * difference, and if it is meant, accept it with `npm run jest -- libs/routing/domain/classify/corpus -u`.
 */
import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { classify } from './classify.js';
import { loadClassifierWeights } from '../../weights.js';

const corpus = JSON.parse(readFileSync(new URL('../corpus/prompts.json', import.meta.url), 'utf8')) as readonly string[];

it('is classified as it was', () => {
  const weights = loadClassifierWeights();
  const lines = corpus.map((text) => {
    const { task, content_mode, decision, confidence, complexity_tier, complexity_score, needs_strong, skill } = classify({ text, mode: 'auto' }, weights);
    return `${text.replaceAll('\n', ' / ').slice(0, 60)} | ${task} ${content_mode} ${decision} ${confidence} | ${complexity_tier} ${complexity_score} ${needs_strong} | ${skill}`;
  });
  expect(lines.join('\n')).toMatchSnapshot();
});
