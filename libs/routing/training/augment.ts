/**
 * Fills the frames of every language with content: their own, and content of the data that fits a slot of any task,
 * so that what is read aloud may well be "draw a cat".
 */
import type { ContentMode, Task } from '../domain/vocabulary.js';
import { chance } from './chance.js';
import { allFrames } from './frames/index.js';
import type { LanguageFrames, Slot } from './frames/frames.js';

export interface AuthoredRow {
  readonly prompt: string;
  readonly task: Task;
  readonly lang: string;
  readonly content_mode?: ContentMode;
}

/** Rows per frame, before duplicates go. */
const ENGLISH_FILLS = 6;
const OTHER_FILLS = 4;

/** File names and code look alike in every language. */
const everywhere: Readonly<Partial<Record<Slot, readonly string[]>>> = {
  imagefile: ['IMG_2034.jpg', 'photo.png', '83c1f0_image.png', 'portrait.jpeg', 'cat.webp', 'scan_07.png', 'beach.jpg', 'aa91_photo.jpg', "'sample.jpg'", 'image_512.png'],
  videofile: ['clip.mp4', 'holiday.mov', "'sample.mp4'", 'video_31.mp4', 'MVI_0092.avi', 'intro.webm', 'footage.mkv'],
  audiofile: ['voice.wav', 'interview.mp3', "'sample.wav'", 'rec_11.m4a', 'narration.ogg', 'memo.flac'],
  snippet: ['def add(a, b):\n  return a - b', 'for (let i = 0; i <= items.length; i++) {\n  console.log(items[i]);\n}', 'int[] n = {1, 2, 3};\nfor (int i : n) { sum += i; }', 'SELECT name FROM users WHERE age > 30', 'public class Main {\n  public static void main(String[] args) { }\n}', 'x = [1,2,3]\nprint(x[3])', '#!/bin/bash\nfor f in *.txt; do echo $f; done'],
};

type FrameKind = Exclude<keyof LanguageFrames, 'lang' | 'contents'>;
const meaning: Readonly<Record<FrameKind, { task: Task; content_mode?: ContentMode }>> = {
  image: { task: 'image', content_mode: 'generate' },
  imageEdit: { task: 'image', content_mode: 'edit' },
  imageCombine: { task: 'image', content_mode: 'combine' },
  video: { task: 'video', content_mode: 'generate' },
  videoEdit: { task: 'video', content_mode: 'edit' },
  videoCombine: { task: 'video', content_mode: 'combine' },
  music: { task: 'music', content_mode: 'generate' },
  musicEdit: { task: 'music', content_mode: 'edit' },
  speech: { task: 'speech', content_mode: 'generate' },
  speechEdit: { task: 'speech', content_mode: 'edit' },
  code: { task: 'code', content_mode: 'generate' },
  codeEdit: { task: 'code', content_mode: 'edit' },
  web_search: { task: 'web_search' },
  text: { task: 'text' },
};

/** `borrowed`: content of the data, by language and slot; English captions also stand in for a scene elsewhere. */
export function authoredRows(borrowed: ReadonlyMap<string, readonly string[]>, seed: number): AuthoredRow[] {
  const random = chance(seed);
  const rows = new Map<string, AuthoredRow>();
  for (const language of allFrames) {
    const fills = language.lang === 'en' ? ENGLISH_FILLS : OTHER_FILLS;
    for (const kind of Object.keys(meaning) as FrameKind[]) {
      for (const frame of language[kind]) {
        for (let n = 0; n < (frame.includes('{') ? fills : 1); n++) {
          const prompt = typed(fill(frame, language, borrowed, random), random);
          rows.set(prompt, { prompt, lang: language.lang, ...meaning[kind] });
        }
      }
    }
  }
  return [...rows.values()];
}

function fill(frame: string, language: LanguageFrames, borrowed: ReadonlyMap<string, readonly string[]>, random: () => number): string {
  return frame.replace(/\{(\w+)\}/g, (_, name: string) => {
    const own = language.contents[name as Slot] ?? everywhere[name as Slot] ?? [];
    const other = borrowed.get(`${language.lang}:${name}`) ?? [];
    const pool = other.length > 0 && random() < 0.5 ? other : own;
    return pool[Math.floor(random() * pool.length)]!;
  });
}

/** People leave out capitals and full stops, and are polite or not. */
function typed(prompt: string, random: () => number): string {
  const dice = random();
  if (dice < 0.35) return prompt.toLowerCase();
  if (dice < 0.6) return prompt.charAt(0).toUpperCase() + prompt.slice(1);
  if (dice < 0.75) return `${prompt.charAt(0).toUpperCase()}${prompt.slice(1)}.`;
  return prompt;
}
