/**
 * `greatrouter classify --file prompts.jsonl`: one JSON line per prompt, so that anyone can score the classifier on
 * their own set. Needs no store and no server.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { classify } from '../../libs/routing/domain/classify/classify.js';
import { loadClassifierWeights } from '../../libs/routing/weights.js';

const FLUSH_CHARS = 1 << 16;

/** Reads lines `{id, prompt}`, writes a line each. Throws, naming the line, when one is not of that form. */
export async function classifyFile(path: string, out: Writable): Promise<number> {
  const weights = loadClassifierWeights();
  let pending = '';
  let line = 0;
  let classified = 0;
  for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
    line++;
    if (text.trim() === '') continue;
    const { id, prompt } = parse(text, line);
    const { task, confidence, decision, content_mode, complexity_tier, complexity_score, needs_strong } = classify({ text: prompt, mode: 'auto' }, weights);
    pending += `${JSON.stringify({ id, task, confidence, decision, content_mode, complexity_tier, complexity_score, needs_strong })}\n`;
    classified++;
    if (pending.length > FLUSH_CHARS) {
      await write(out, pending);
      pending = '';
    }
  }
  if (pending !== '') await write(out, pending);
  return classified;
}

function parse(text: string, line: number): { id: unknown; prompt: string } {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    throw new Error(`Line ${line} is not JSON.`);
  }
  const { id, prompt } = (row ?? {}) as { id?: unknown; prompt?: unknown };
  if (typeof prompt !== 'string') throw new Error(`Line ${line} has no "prompt" text.`);
  return { id: id ?? line, prompt };
}

const write = (out: Writable, text: string) => new Promise<void>((done, fail) => out.write(text, (error) => (error ? fail(error) : done())));
