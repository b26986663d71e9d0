/**
 * What people type, written by hand in sixteen languages: short, misspelt, chatty, indirect. Nothing of it is in the
 * training data. Of each language the `tuned` part has been looked at when the lexicons grew; of `kept` and `later` the
 * misses have been read, so that they too say a little more than a stranger's prompts would.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { ContentMode, Task } from '../domain/vocabulary.js';

export type Part = 'tuned' | 'kept' | 'later';

export interface Asked {
  readonly lang: string;
  readonly part: Part;
  readonly prompt: string;
  readonly task: Task;
  /** Null where there is nothing to make or to change. */
  readonly mode: ContentMode | null;
}

const folder = new URL('asked/', import.meta.url);

/** One file per language: `# part`, then lines of a task, a mode, a tab and a prompt. */
export function askedPrompts(): Asked[] {
  return readdirSync(folder).sort().flatMap((file) => {
    let part: Part = 'tuned';
    return readFileSync(new URL(file, folder), 'utf8').split('\n').flatMap((line) => {
      if (line.startsWith('# ')) part = line.slice(2) as Part;
      const [label, prompt] = line.split('\t');
      if (prompt === undefined) return [];
      const [task, mode] = label!.split(' ') as [Task, ContentMode | undefined];
      return [{ lang: file.slice(0, 2), part, prompt, task, mode: mode ?? null }];
    });
  });
}
