/** The kind of work a prompt is, for looking up what a model is good at. Finer than the task, coarser than a topic. */
import { conceptId, type Concept } from './concepts.js';
import type { Cues } from './lexicon.js';
import type { Reading } from './reading.js';
import type { Task } from '../vocabulary.js';

export const skills = ['chat', 'knowledge', 'writing', 'roleplay', 'translation', 'extraction', 'reasoning', 'math', 'science', 'coding', 'vision', 'image', 'video', 'music', 'speech', 'search'] as const;
export type Skill = (typeof skills)[number];

const ofTask: Readonly<Record<Exclude<Task, 'text'>, Skill>> = { image: 'image', video: 'video', music: 'music', speech: 'speech', code: 'coding', web_search: 'search' };

/** Cues that speak for a kind of text work, and how strongly. */
const votes: readonly (readonly [Skill, number, readonly Concept[]])[] = [
  ['translation', 3, ['translate']],
  ['extraction', 2, ['summarise', 'classify', 'count']],
  ['extraction', 0.8, ['data-structure', 'following']],
  ['roleplay', 2, ['roleplay']],
  ['writing', 1.5, ['write', 'essay', 'story', 'poem', 'lyrics', 'letter', 'slogan', 'script-play', 'talk', 'rewrite', 'resume', 'name-idea', 'prompt-for']],
  ['math', 1, ['maths', 'geometry', 'algebra', 'number-theory', 'probability', 'calculus', 'solve', 'proof']],
  ['math', 0.5, ['quantity', 'each', 'money-word', 'remain', 'share', 'how-many']],
  ['science', 1, ['physics', 'chemistry', 'biology', 'medicine']],
  ['reasoning', 1.2, ['logic', 'compare', 'plan', 'step', 'why', 'analyse', 'law', 'philosophy', 'economics', 'moral']],
  ['knowledge', 1, ['who', 'what-is', 'when', 'where', 'explain', 'history', 'list', 'how-to']],
  ['chat', 1.5, ['chat', 'conversation', 'greeting']],
];

const skillOf = new Int8Array(512).fill(-1);
const voteOf = new Float32Array(512);
for (const [skill, vote, members] of votes) {
  for (const concept of members) {
    skillOf[conceptId(concept)] = skills.indexOf(skill);
    voteOf[conceptId(concept)] = vote;
  }
}
const tally = new Float32Array(skills.length);
const MATH = skills.indexOf('math');
const KNOWLEDGE = skills.indexOf('knowledge');
const CHAT = skills.indexOf('chat');
const ROLEPLAY = skills.indexOf('roleplay');
const REASONING = skills.indexOf('reasoning');
/** A greeting opens long requests too. */
const SMALL_TALK_WORDS = 14;

/** `seesPicture`: a picture is attached and the answer is text. */
export function skillOfPrompt(task: Task, cues: Cues, reading: Reading, seesPicture: boolean): Skill {
  if (task !== 'text') return ofTask[task];
  if (seesPicture) return 'vision';
  tally.fill(0);
  for (let i = 0; i < cues.count; i++) {
    const skill = skillOf[cues.concept[i]!]!;
    if (skill >= 0) tally[skill]! += voteOf[cues.concept[i]!]!;
  }
  if (reading.dollars >= 1 && reading.operators + reading.backslashes >= 2) tally[MATH]! += 4;
  if (reading.numbers >= 3) tally[MATH]! += 1;
  if (reading.words > SMALL_TALK_WORDS) tally[CHAT] = 0;
  // "Imagine you are in a race and overtake the second runner. What is your position?" is a riddle in costume.
  if (tally[ROLEPLAY]! > 0 && reading.asks) {
    tally[REASONING]! += tally[ROLEPLAY]!;
    tally[ROLEPLAY] = 0;
  }
  let best = KNOWLEDGE;
  for (let skill = 0; skill < skills.length; skill++) if (tally[skill]! > tally[best]!) best = skill;
  return skills[best]!;
}
