/**
 * Trains the classifier: `npm run train-classifier -- <data folder>`. Reads the labelled prompts, writes the weights
 * that ship with the product and the report of how they do on sources they have not seen. The same data gives the
 * same bytes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { digestOfBytes, weightsFileOf } from '../deciders/registry.js';
import { encodeWeights, headerOf, type WeightsHeader } from '../domain/classify/weights.js';
import { FEATURE_BITS } from '../domain/classify/features.js';
import { contentModes, tasks } from '../domain/vocabulary.js';
import { authoredProblems, graded, hardest, plainRequests, trainChoiceGain, trainExperts, trainGate, trainOpenGain } from './difficulty.js';
import { frozenFolder } from '../testing/freeze-decider.js';
import { knownWordsOf } from './encode.js';
import { report } from './report.js';
import { complexityRows, routingRows, taskRows } from './rows.js';
import type { LinearModel } from './softmax-trainer.js';
import { labelledRequests, labelledRows, trainModes, trainTasks } from './tasks.js';
import { leaveFamiliesOut, temperatureFor, validateDifficulty, validateGain } from './validate.js';

const DIMENSIONS = 1 << FEATURE_BITS;
const KNOWN_WORD_BYTES = 16_384;

/** Rounds each output to signed bytes on its own scale and interleaves them: one row per feature. */
export function quantise(models: readonly LinearModel[]): { table: Int8Array; scale: number[]; bias: number[] } {
  const outputs = models.reduce((sum, model) => sum + model.classes, 0);
  const table = new Int8Array(DIMENSIONS * outputs);
  const scale: number[] = [];
  const bias: number[] = [];
  let column = 0;
  for (const model of models) {
    for (let k = 0; k < model.classes; k++, column++) {
      let top = 1e-9;
      for (let d = 0; d < DIMENSIONS; d++) top = Math.max(top, Math.abs(model.weights[d * model.classes + k]!));
      const unit = top / 127;
      for (let d = 0; d < DIMENSIONS; d++) table[d * outputs + column] = Math.round(model.weights[d * model.classes + k]! / unit);
      scale.push(unit);
      bias.push(model.bias[k]!);
    }
  }
  return { table, scale, bias };
}

function main(folder: string, out: string, reportFile: string) {
  const rows = taskRows(folder);
  const difficulties = complexityRows(folder);
  const outcomes = routingRows(folder);
  const knownWords = knownWordsOf(rows.map((row) => row.prompt), KNOWN_WORD_BYTES, 3);
  const own = labelledRows(rows, knownWords);
  const authored = labelledRequests(rows, knownWords);
  const unseen = leaveFamiliesOut(rows, own, authored);
  const temperature = temperatureFor(unseen);
  const extra = hardest(outcomes, difficulties);
  const requests = plainRequests(rows, knownWords);
  const problems = [...graded([...difficulties, ...extra], knownWords), ...authoredProblems(knownWords)];
  const gate = trainGate(problems, requests);
  const models = [...trainExperts(problems), trainChoiceGain(outcomes, knownWords), trainOpenGain(problems, knownWords)];
  const { table, scale, bias } = quantise([trainTasks([...own, ...authored]), trainModes([...own, ...authored])]);
  const header: WeightsHeader = {
    format: 4,
    featureBits: FEATURE_BITS,
    outputs: [...tasks, ...contentModes],
    scale,
    bias,
    temperature,
    gate,
    models: models.map(headerOf),
    tableBytes: table.length,
    knownWordBytes: knownWords.length,
  };
  mkdirSync(out, { recursive: true });
  const weights = encodeWeights(header, table, knownWords, models);
  keepRetired(`${out}/classifier.bin`, weights);
  writeFileSync(`${out}/classifier.bin`, weights);
  const { difficulty, gain } = validateDifficulty(difficulties, outcomes, knownWords, extra, requests);
  writeFileSync(reportFile, report({ unseen, temperature, authored: authored.length, difficulty, gain: [validateGain(outcomes, knownWords), ...gain] }));
}

/** What was decided with the weights before is verified with them: they stay, named by their digest. */
function keepRetired(file: string, next: Uint8Array): void {
  if (!existsSync(file)) return;
  const bytes = readFileSync(file);
  if (!bytes.equals(next)) writeFileSync(`${frozenFolder}${weightsFileOf(digestOfBytes(bytes))}`, bytes);
}

const [folder, out = 'libs/routing/weights', reportFile = 'docs/classifier-report.md'] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: npm run train-classifier -- <data folder> [weights folder] [report file]');
main(folder, out, reportFile);
