/**
 * From the last user turn to what it asks for: the task, how sure that is and why, whether something is made, edited
 * or combined, how hard it is, and how much a strong model would gain. Pure: the same input and weights give the same
 * answer to the byte, on every machine.
 */
import { concepts } from './concepts.js';
import { contextEffects, namesNothing, systemEffect, type ContextEffect, type Surroundings } from './context.js';
import { complexityOf } from './complexity.js';
import { round4, softmax } from './exp.js';
import { Features } from './features.js';
import { Cues } from './lexicon.js';
import { Reading } from './reading.js';
import { judge, type Verdict } from './rules.js';
import { skillOfPrompt } from './skill.js';
import { isKnownWord, type ClassifierWeights } from './weights.js';
import type { Classification } from '../decision.js';
import { contentModes, tasks, type ClassificationMode, type ContentMode, type Modality, type Task } from '../vocabulary.js';

/** The name of the statistical stage, as `decision` reports it. */
export const STATISTICAL_STAGE = 'linear';

export interface ClassifyInput {
  /** The last user turn; only its first 1,200 and last 400 characters are read. */
  readonly text: string;
  readonly mode: ClassificationMode;
  readonly taskHint?: Task;
  readonly contentModeHint?: ContentMode;
  /** Attachments of the last turn. */
  readonly modalities?: readonly Modality[];
  readonly hasTools?: boolean;
  readonly wantsJson?: boolean;
  /** Context only, never the thing classified. */
  readonly systemText?: string;
  /** Of the session. */
  readonly previousTask?: Task;
  /** The user turns before, the nearest first. */
  readonly earlierTurns?: readonly string[];
}

export type Classify = (input: ClassifyInput, weights: ClassifierWeights) => Classification;

const TASKS = tasks.length;
const MODES = contentModes.length;
const SYSTEM_CHARS = 240;

// Working memory, reused between calls: a classification allocates its answer and little else.
const reading = new Reading();
const cues = new Cues();
const features = new Features();
const systemReading = new Reading();
const systemCues = new Cues();
const scores = new Float64Array(TASKS + MODES);
/** The task scores from the text, before surroundings and softmax. */
const fromText = new Float64Array(TASKS);

export const classify: Classify = (input, weights) => {
  // Before the prompt is read: it takes the same working memory.
  const earlierTask = earlierTaskOf(input, weights);
  reading.read(input.text);
  cues.find(reading, (hash) => isKnownWord(weights.knownWords, hash));
  features.extract(reading, cues);
  weigh(weights);
  const verdict = judge(reading, cues);
  const effects = surroundings(input, verdict, earlierTask);
  const { task, decision, confidence } = decide(input, weights, verdict, effects);
  const seesPicture = task === 'text' && (input.modalities ?? []).includes('image');
  const content_mode = input.contentModeHint ?? modeOf(input, task);
  const skill = skillOfPrompt(task, cues, reading, seesPicture);
  const complexity = complexityOf({ prompt: input.text, reading, cues, task }, weights);
  const evidence = evidenceFor(task, weights, effects);
  return {
    task,
    confidence: round4(confidence),
    reasoning: reason(task, decision, evidence, content_mode),
    decision,
    content_mode,
    ...complexity,
    skill,
    alternatives: alternatives(task),
    evidence,
  };
};

/** Scores of the tasks, then of the content modes, into `scores`. The sums are locals: a prompt has hundreds of features. */
function weigh(weights: ClassifierWeights): void {
  const { table, outputs, scale, bias } = weights;
  const { index, value, size } = features;
  const text = firstSum(weights);
  let image = 0, video = 0, music = 0, speech = 0, code = 0, search = 0;
  let generate = 0, edit = 0, combine = 0;
  for (let f = 0; f < size; f++) {
    const row = index[f]! * outputs;
    const v = value[f]!;
    image += table[row + 1]! * v;
    video += table[row + 2]! * v;
    music += table[row + 3]! * v;
    speech += table[row + 4]! * v;
    code += table[row + 5]! * v;
    search += table[row + 6]! * v;
    generate += table[row + 7]! * v;
    edit += table[row + 8]! * v;
    combine += table[row + 9]! * v;
  }
  scores.set([text, image, video, music, speech, code, search, generate, edit, combine]);
  for (let k = 0; k < TASKS + MODES; k++) scores[k] = scores[k]! * scale[k]!;
  for (let k = 0; k < TASKS; k++) fromText[k] = scores[k]!;
  for (let k = 0; k < TASKS + MODES; k++) scores[k]! += bias[k]!;
}

/**
 * The sum of the first output, alone: the rows lie all over a table that no near cache holds, and this short loop fetches
 * many of them at a time. Behind ten sums each, which fill the processor's window, they would come one after another.
 */
function firstSum({ table, outputs }: ClassifierWeights): number {
  const { index, value, size } = features;
  let sum = 0;
  for (let f = 0; f < size; f++) sum += table[index[f]! * outputs]! * value[f]!;
  return sum;
}

/** What the nearest earlier turn that names anything asks for; null when none does, or the session knows what was done. Undefined without a turn. */
function earlierTaskOf({ earlierTurns, previousTask }: ClassifyInput, weights: ClassifierWeights): Task | null | undefined {
  if (earlierTurns === undefined || earlierTurns.length === 0) return undefined;
  if (previousTask !== undefined) return null;
  for (const turn of earlierTurns) {
    reading.read(turn);
    cues.find(reading, (hash) => isKnownWord(weights.knownWords, hash));
    if (namesNothing(cues)) continue;
    features.extract(reading, cues);
    weigh(weights);
    return tasks[likeliest()]!;
  }
  return null;
}

function likeliest(): number {
  let best = 0;
  for (let k = 1; k < TASKS; k++) if (scores[k]! > scores[best]!) best = k;
  return best;
}

function surroundings(input: ClassifyInput, verdict: Verdict, earlierTask: Surroundings['earlierTask']): ContextEffect[] {
  const around = input.modalities ?? input.hasTools ?? input.wantsJson ?? input.previousTask ?? input.earlierTurns ?? input.systemText;
  if (around === undefined) return [];
  const effects = contextEffects({ ...input, earlierTask }, { words: reading.words, asksAbout: verdict.task === 'text' && reading.asks, namesNothing: namesNothing(cues) });
  if (input.systemText !== undefined && input.systemText !== '') {
    systemReading.read(input.systemText.slice(0, SYSTEM_CHARS));
    systemCues.find(systemReading, () => true);
    effects.push(systemEffect(systemCues));
  }
  return effects;
}

interface Decided {
  readonly task: Task;
  readonly decision: string;
  readonly confidence: number;
}

function decide(input: ClassifyInput, weights: ClassifierWeights, verdict: Verdict, effects: readonly ContextEffect[]): Decided {
  for (const { task, effect } of effects) scores[tasks.indexOf(task)]! += effect * weights.temperature;
  for (let k = 0; k < TASKS; k++) scores[k]! /= weights.temperature;
  softmax(scores, 0, TASKS);
  if (input.taskHint !== undefined) return { task: input.taskHint, decision: 'hint', confidence: 1 };
  if (input.mode === 'regex') return { task: verdict.task, decision: 'regex', confidence: verdict.share };
  const best = likeliest();
  const agreed = verdict.sure && verdict.task === tasks[best];
  return { task: tasks[best]!, decision: agreed ? 'regex' : STATISTICAL_STAGE, confidence: scores[best]! };
}

function modeOf(input: ClassifyInput, task: Task): ContentMode {
  softmax(scores, TASKS, TASKS + MODES);
  if (task === 'text' || task === 'web_search') return 'generate';
  const attached = (input.modalities ?? []).some((modality) => modality === 'image' || modality === 'video' || modality === 'audio');
  if (attached) scores[TASKS]! *= 0.5;
  let best = 0;
  for (let k = 1; k < MODES; k++) if (scores[TASKS + k]! > scores[TASKS + best]!) best = k;
  return contentModes[best]!;
}

function alternatives(task: Task): { task: Task; p: number }[] {
  const others = tasks.map((other, k) => ({ task: other, p: round4(scores[k]!) })).filter((other) => other.task !== task && other.p >= 0.02);
  return others.sort((a, b) => b.p - a.p || tasks.indexOf(a.task) - tasks.indexOf(b.task)).slice(0, 2);
}

const perConcept = new Float64Array(concepts.length + 1);
const SHAPE = concepts.length;
/** Signals weaker than this (log-odds) are not worth a reader's time. */
const LEAST_EFFECT = 0.1;

/** Of the text, that is; what the surroundings did is always told. */
const MOST_SIGNALS = 5;

type Signal = Classification['evidence'][number];

/**
 * What spoke for (or against) the task: log-odds against the mean of the other tasks. Of the text the strongest few:
 * cues and shape are added up one by one; what the whole score holds beyond them is the wording.
 */
function evidenceFor(task: Task, weights: ClassifierWeights, effects: readonly ContextEffect[]): Signal[] {
  const { table, outputs, scale } = weights;
  const chosen = tasks.indexOf(task);
  perConcept.fill(0);
  const { index, value, wordsFrom, owner } = features;
  let wording = lead(chosen);
  for (let f = 0; f < wordsFrom; f++) {
    const row = index[f]! * outputs;
    let others = 0;
    for (let k = 0; k < TASKS; k++) others += table[row + k]! * scale[k]!;
    const own = table[row + chosen]! * scale[chosen]!;
    const effect = value[f]! * (own - (others - own) / (TASKS - 1));
    wording -= effect;
    perConcept[owner[f]! >= 0 ? owner[f]! : SHAPE]! += effect;
  }
  const found: Signal[] = [];
  const note = (signal: string, raw: number) => {
    const effect = round4(raw / weights.temperature);
    if (Math.abs(effect) >= LEAST_EFFECT) found.push({ signal, effect });
  };
  for (let slot = 0; slot < concepts.length; slot++) if (perConcept[slot] !== 0) note(concepts[slot]!, perConcept[slot]!);
  note('shape of the text', perConcept[SHAPE]!);
  note('wording', wording);
  const around = effects.map(({ signal, task: toward, effect }) => ({ signal, effect: toward === task || effect === 0 ? effect : -effect }));
  return [...found.sort(strongestFirst).slice(0, MOST_SIGNALS), ...around].sort(strongestFirst);
}

const strongestFirst = (a: Signal, b: Signal): number => Math.abs(b.effect) - Math.abs(a.effect) || (a.signal < b.signal ? -1 : 1);

/** By how much the text alone puts a task ahead of the mean of the others. */
function lead(chosen: number): number {
  let others = 0;
  for (let k = 0; k < TASKS; k++) if (k !== chosen) others += fromText[k]!;
  return fromText[chosen]! - others / (TASKS - 1);
}

const asks: Readonly<Record<Task, string>> = {
  text: 'an answer in words', image: 'a picture', video: 'a video', music: 'music', speech: 'spoken audio or its transcription', code: 'code', web_search: 'current or looked-up facts',
};

function reason(task: Task, decision: string, evidence: readonly Signal[], mode: ContentMode): string {
  if (decision === 'hint') return `The request names the task: ${task}.`;
  const signals = evidence.filter((item) => item.effect > 0).slice(0, 3).map((item) => item.signal);
  const verb = mode === 'edit' ? 'to edit' : mode === 'combine' ? 'to combine' : 'for';
  const because = signals.length === 0 ? 'nothing in it points elsewhere' : `signals: ${signals.join(', ')}`;
  return `The prompt asks ${verb} ${asks[task]} (${because}).`;
}
