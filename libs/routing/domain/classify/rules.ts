/**
 * The rule stage: what a request says outright, by the cues it holds. Rules alone answer in `regex` mode; in `auto`
 * mode a rule that is sure answers and the statistical stage is heard on the rest.
 */
import { conceptId, type Concept } from './concepts.js';
import type { Cues } from './lexicon.js';
import type { Reading } from './reading.js';
import { tasks, type Task } from '../vocabulary.js';

export interface Verdict {
  readonly task: Task;
  readonly sure: boolean;
  readonly because: string;
  readonly share: number;
}

/** How much a cue speaks for a task when it is what the request asks for. */
const weights: readonly (readonly [Task, number, readonly Concept[]])[] = [
  ['image', 3, ['draw', 'image', 'logo', 'poster', 'meme', 'image-file']],
  ['image', 1.5, ['photo-style', 'art-style', 'mask', 'background', 'image-tool', 'recolour', 'crop', 'retouch', 'collage', 'figure']],
  ['image', 0.6, ['camera', 'remove', 'replace', 'enhance', 'restyle', 'with-colour', 'design']],
  ['video', 3.5, ['video', 'animate', 'animation', 'video-file', 'video-tool', 'film-verb']],
  ['video', 1.6, ['film', 'video-style', 'stabilise', 'trim', 'duration']],
  ['music', 3.2, ['music', 'song', 'beat', 'jingle', 'compose', 'music-tool']],
  ['music', 1.3, ['instrument', 'genre', 'tempo', 'singing', 'sing']],
  ['speech', 3.2, ['speak', 'speech-out', 'voice', 'transcribe', 'subtitles', 'speech-tool', 'dub']],
  ['speech', 1.5, ['audio', 'audio-file', 'pitch', 'accent', 'denoise']],
  ['code', 3, ['code-verb', 'debug', 'code', 'language', 'sql', 'regex', 'bug', 'code-file', 'test', 'devops', 'web-tech', 'shell']],
  ['code', 2, ['function', 'algorithm', 'data-structure', 'program']],
  ['web_search', 3, ['news', 'weather', 'search', 'stock', 'sport-result', 'rate', 'time-now', 'traffic']],
  ['web_search', 1.6, ['recency', 'near', 'price', 'schedule', 'web', 'link', 'shop', 'travel']],
  ['text', 3, ['summarise', 'translate', 'rewrite', 'roleplay', 'essay', 'story', 'poem', 'lyrics', 'letter', 'prompt-for', 'slogan', 'resume', 'script-play', 'talk']],
  ['text', 1.5, ['explain', 'write', 'list', 'suggest', 'teach', 'solve', 'compare', 'classify', 'recipe', 'word', 'text-doc', 'why', 'how-to', 'what-is', 'who', 'plan', 'chat', 'analyse', 'count', 'name-idea', 'about', 'maths']],
];

const taskOf = new Int8Array(512).fill(-1);
const weightOf = new Float32Array(512);
for (const [task, weight, members] of weights) {
  for (const concept of members) {
    taskOf[conceptId(concept)] = tasks.indexOf(task);
    weightOf[conceptId(concept)] = weight;
  }
}

const writesText = new Set((['write', 'summarise', 'translate', 'rewrite', 'explain'] as const).map(conceptId));
const textWork = new Set((['essay', 'story', 'poem', 'lyrics', 'letter', 'prompt-for', 'slogan', 'resume', 'script-play', 'talk', 'name-idea'] as const).map(conceptId));
const tally = new Float32Array(tasks.length);

/** What comes early in a request decides more than what comes late: the weight of a cue halves every ten words. */
const HALF_LIFE_WORDS = 10;
const SURE_SHARE = 0.8;
const SURE_WEIGHT = 5;

export function judge(reading: Reading, cues: Cues): Verdict {
  tally.fill(0);
  let text = false;
  for (let i = 0; i < cues.count; i++) {
    const concept = cues.concept[i]!;
    const task = taskOf[concept]!;
    if (task < 0) continue;
    tally[task]! += weightOf[concept]! * (HALF_LIFE_WORDS / (HALF_LIFE_WORDS + cues.word[i]!));
    text ||= textWork.has(concept) && cues.word[i]! < 14;
  }
  if (reading.backticks >= 3 || (reading.braces >= 2 && reading.semicolons >= 2)) tally[tasks.indexOf('code')]! += 4;
  // "Write an essay about photography", "a prompt for an image": what is asked for is words.
  const firstIsWriting = cues.count > 0 && writesText.has(cues.concept[0]!);
  if (text || firstIsWriting) tally[0]! += text ? 3 : 1;
  let best = 0;
  let total = 0.5;
  for (let task = 0; task < tasks.length; task++) {
    total += tally[task]!;
    if (tally[task]! > tally[best]!) best = task;
  }
  const share = tally[best]! / total;
  return { task: tasks[best]!, sure: share >= SURE_SHARE && tally[best]! >= SURE_WEIGHT, because: total === 0.5 ? 'no cue found' : 'cues', share };
}
