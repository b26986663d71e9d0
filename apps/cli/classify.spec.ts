import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { classifyFile } from './classify.js';
import { newFolder, removeFolder } from '../../libs/platform/testing/folder.js';

let folder: string;
beforeAll(async () => {
  folder = await newFolder('classify');
});
afterAll(() => removeFolder(folder));

async function run(lines: readonly string[]): Promise<string> {
  const file = join(folder, 'prompts.jsonl');
  writeFileSync(file, lines.join('\n'));
  let text = '';
  await classifyFile(file, new Writable({ write: (chunk: Buffer, _, done) => ((text += chunk.toString()), done()) }));
  return text;
}

describe('greatrouter classify', () => {
  it('prints a line per prompt, in order, with exactly the fields it promises', async () => {
    const out = (await run(['{"id":"a","prompt":"draw a cat"}', '', '{"id":7,"prompt":"what is the capital of Peru"}'])).trimEnd().split('\n').map((line) => JSON.parse(line));
    expect(out.map((row) => [row.id, row.task])).toEqual([['a', 'image'], [7, 'text']]);
    expect(Object.keys(out[0])).toEqual(['id', 'task', 'confidence', 'decision', 'content_mode', 'complexity_tier', 'complexity_score', 'needs_strong']);
  });

  it('names the line it cannot read', async () => {
    await expect(run(['{"id":1,"prompt":"hi"}', 'nonsense'])).rejects.toThrow('Line 2 is not JSON');
    await expect(run(['{"id":1}'])).rejects.toThrow('Line 1 has no "prompt" text');
  });
});
