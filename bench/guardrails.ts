/**
 * Precision, recall and speed of the guardrails on the labelled set. Run: npm run bench:guardrails
 */
import { cpus } from 'node:os';
import { sensitiveIn } from '../libs/inference/guardrails/detect.js';
import { scoresOn } from '../libs/inference/guardrails/score.js';
import { labelled } from '../libs/inference/guardrails/testing/labelled.js';

const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`.padStart(8);

const scores = scoresOn(labelled);
console.log(`${labelled.length} prompts, ${labelled.filter(({ kinds }) => kinds.length > 0).length} of them sensitive; Node ${process.version} on ${cpus()[0]?.model}`);
console.log('kind           precision   recall   found');
for (const { kind, precision, recall, found } of scores) console.log(`${kind.padEnd(14)} ${percent(precision)} ${percent(recall)} ${String(found).padStart(7)}`);
for (const { kind, missed, wrong } of scores) {
  for (const text of missed) console.log(`missed ${kind}: ${text.slice(0, 100)}`);
  for (const text of wrong) console.log(`wrong  ${kind}: ${text.slice(0, 100)}`);
}

for (const length of [100, 2_000, 50_000]) {
  const text = labelled.filter(({ kinds }) => kinds.length === 0).map((each) => each.text).join(' ').repeat(20).slice(0, length);
  const rounds = Math.max(20, Math.floor(1_000_000 / length));
  for (let round = 0; round < 10; round++) sensitiveIn(text);
  const started = performance.now();
  for (let round = 0; round < rounds; round++) sensitiveIn(text);
  console.log(`${length} characters: ${(((performance.now() - started) / rounds) * 1000).toFixed(0)} microseconds`);
}
