/** What a request needs of a model: the request and its classification, boiled down to what the filter asks. */
import type { Classification } from './decision.js';
import { modalityBit, traitBit } from './model-table.js';
import type { RoutingRequest } from './request.js';
import type { Skill } from './ability-scale.js';
import { skillsOf, type SkillMix } from './skill-of-work.js';
import type { Task } from './vocabulary.js';
import { workOf, type WorkVector } from './work.js';

export interface Needs {
  readonly task: Task;
  readonly skills: SkillMix;
  /** Whether the answer is told by a language model. */
  readonly language: boolean;
  /** 0 to 1, before the policy's caution. */
  readonly complexity: number;
  readonly work: WorkVector;
  /** Tokens of the answer without and with thinking, before what is learnt of a model's length. */
  readonly answerTokens: number;
  readonly thinkingTokens: number;
  /** Bits of the modalities that must be read, and of the traits that must be there or must not. */
  readonly inputs: number;
  readonly traits: number;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** Seconds asked for; null when the request does not say. */
  readonly seconds: number | null;
  readonly tools: boolean;
  readonly jsonSchema: boolean;
}

/** The share of difficulty that comes from how the prompt reads; the rest is what a strong model is expected to gain. */
const readShare = 0.8;

export function needsOf(request: RoutingRequest, classification: Classification): Needs {
  const { task, complexity_score, needs_strong } = classification;
  const { profile } = request;
  const language = task === 'text' || task === 'code' || task === 'web_search';
  const complexity = readShare * complexity_score + (1 - readShare) * needs_strong;
  const answerTokens = Math.min(usualAnswer(task, complexity), profile.maxOutputTokens ?? Infinity);
  const skills = skillsOf(request, classification);
  return {
    task,
    skills,
    language,
    complexity,
    work: workOf(task, profile, answerTokens),
    answerTokens,
    thinkingTokens: language ? Math.min(answerTokens * thinkingAtMost * complexity, (profile.maxOutputTokens ?? Infinity) - answerTokens) : 0,
    inputs: profile.modalities.reduce((bits, modality) => (modality === 'text' && !readsWishes(skills[0]!.skill, request) ? bits : bits | modalityBit(modality)), 0),
    traits: traitsFor(skills[0]!.skill, request),
    contextTokens: language ? profile.inputTokens + (profile.maxOutputTokens ?? answerTokens) : 0,
    maxOutputTokens: language ? (profile.maxOutputTokens ?? 0) : 0,
    seconds: task === 'video' || task === 'music' ? profile.seconds : null,
    tools: profile.tools > 0,
    jsonSchema: profile.wantsJsonSchema,
  };
}

/** A transcriber hears and an actor is shown: neither reads a wish beside what is sent. */
const readsWishes = (skill: Skill, { hints }: RoutingRequest): boolean => skill !== 'speech_to_text' && hints.taskType !== 'character_performance';

/** Tokens a reasoning model thinks, for one it writes, at the hardest. After the cost tables of LLMRouterBench (arXiv 2601.07206). */
const thinkingAtMost = 4;

/** Tokens of an answer at the least and the hardest. */
const answers: Readonly<Record<Task, readonly [number, number]>> = {
  text: [150, 1_200], code: [300, 1_800], web_search: [350, 900],
  image: [0, 0], video: [0, 0], music: [0, 0], speech: [0, 0],
};

function usualAnswer(task: Task, complexity: number): number {
  const [least, most] = answers[task];
  return Math.ceil(least + (most - least) * complexity);
}

/** A picture to be set in motion needs a model for that, unless the kind of video is asked for by name. */
function traitsFor(skill: Skill, { hints, profile }: RoutingRequest): number {
  switch (skill) {
    case 'image_edit': return traitBit('image_editing');
    case 'image_to_video': return profile.modalities.includes('image') && hints.taskType === null ? traitBit('image_to_video') : 0;
    default: return 0;
  }
}
