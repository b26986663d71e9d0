/**
 * What surrounds the prompt and moves the odds of a task: attachments, tools, the session, earlier turns, the system prompt. Each
 * effect is a documented number of log-odds, so it can be shown, and none is large enough to overrule a clear request.
 */
import { conceptId, concepts, type Concept } from './concepts.js';
import type { Cues } from './lexicon.js';
import { tasks, type Modality, type Task } from '../vocabulary.js';

/** A short follow-up says little by itself ("now in blue") or nothing ("another one"): what was asked for before says more. */
const BEFORE_BARE = 5;
const BEFORE_SHORT = 1.2;
const BEFORE_LONG = 0.3;
const SHORT_WORDS = 8;
const TOOLS = 0.5;
const JSON_WANTED = 0.7;
const SYSTEM_PROMPT = 0.5;
/** An attached picture makes "make it brighter" about pictures. */
const ATTACHMENT = 1;

export interface Surroundings {
  readonly modalities?: readonly Modality[];
  readonly hasTools?: boolean;
  readonly wantsJson?: boolean;
  /** What the session did last. */
  readonly previousTask?: Task;
  /** What the turns before ask for, where no session tells; null when that is not to be heard. */
  readonly earlierTask?: Task | null | undefined;
}

export interface ContextEffect {
  readonly signal: string;
  readonly task: Task;
  readonly effect: number;
}

const ofModality: Readonly<Partial<Record<Modality, Task>>> = { image: 'image', video: 'video', audio: 'speech' };

const lastOfGeneral = conceptId('convert');
const firstCircumstance = conceptId('mine');
const greeting = conceptId('greeting');

/** Whether a prompt says neither what is to be done nor to what: "another one", "make it again please". */
export function namesNothing(cues: Cues): boolean {
  for (let i = 0; i < cues.count; i++) {
    const concept = cues.concept[i]!;
    if ((concept > lastOfGeneral && concept < firstCircumstance) || concept === greeting) return false;
  }
  return true;
}

export interface PromptOutline {
  readonly words: number;
  /** The prompt is a question, so an attachment is its subject and not its material. */
  readonly asksAbout: boolean;
  readonly namesNothing: boolean;
}

export function contextEffects(around: Surroundings, { words, asksAbout, namesNothing }: PromptOutline): ContextEffect[] {
  const effects: ContextEffect[] = [];
  for (const modality of around.modalities ?? []) {
    const task = ofModality[modality];
    if (task !== undefined) effects.push({ signal: `attached ${modality}`, task: asksAbout ? 'text' : task, effect: ATTACHMENT });
  }
  if (around.hasTools === true) effects.push({ signal: 'tools offered', task: 'text', effect: TOOLS });
  if (around.wantsJson === true) effects.push({ signal: 'JSON wanted', task: 'text', effect: JSON_WANTED });
  const before = words > SHORT_WORDS ? BEFORE_LONG : namesNothing ? BEFORE_BARE : BEFORE_SHORT;
  if (around.previousTask !== undefined) effects.push({ signal: 'session so far', task: around.previousTask, effect: before });
  if (around.earlierTask !== undefined) effects.push({ signal: 'earlier turns', task: around.earlierTask ?? 'text', effect: around.earlierTask === null ? 0 : before });
  return effects;
}

const ofConcept = new Map<Concept, Task>([
  ['image', 'image'], ['logo', 'image'], ['image-tool', 'image'], ['video', 'video'], ['video-tool', 'video'], ['music', 'music'], ['song', 'music'],
  ['speech-out', 'speech'], ['voice', 'speech'], ['code', 'code'], ['language', 'code'], ['web-tech', 'code'], ['program', 'code'], ['news', 'web_search'], ['search', 'web_search'],
]);

/** The task a system prompt speaks of most, as a slight push: it says what the assistant is for, not what was asked. Without one, none. */
export function systemEffect(cues: Cues): ContextEffect {
  const counts = new Map<Task, number>();
  for (let i = 0; i < cues.count; i++) {
    const task = ofConcept.get(concepts[cues.concept[i]!]!);
    if (task !== undefined) counts.set(task, (counts.get(task) ?? 0) + 1);
  }
  let best: Task | undefined;
  for (const task of tasks) if ((counts.get(task) ?? 0) > (best === undefined ? 1 : counts.get(best)!)) best = task;
  return { signal: 'system prompt', task: best ?? 'text', effect: best === undefined ? 0 : SYSTEM_PROMPT };
}
