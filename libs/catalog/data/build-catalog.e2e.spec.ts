import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newFolder, removeFolder } from '../../platform/testing/folder.js';

const script = fileURLToPath(new URL('../../../scripts/catalog/build-catalog.js', import.meta.url));
const row = {
  id: 'acme/one', provider: 'acme', creator: 'Acme', name: 'One', family: 'one', catalog_family: 'llm/acme--one', category: 'llm',
  task: 'text', task_type: 'text_generation', also_tasks: [], modalities: { input: ['text'], output: ['text'] },
  context_window: 1000, max_output: 500, pricing: { unit: 'per_million_tokens', input: 1, output: 2 }, price_basis: 'maker_list',
  price_sources: 1, capabilities: ['text_generation'], released: '2026-01-01', knowledge_cutoff: null, open_weights: null, licence: null,
  native_model_id: null, benchmarks: {}, status: 'active', doubtful: false, sources: ['acme'], checked: '2026-11-22',
};

let dir: string;
beforeEach(async () => {
  dir = await newFolder('build-catalog');
  await mkdir(join(dir, 'libs/catalog/data'), { recursive: true });
});
afterEach(() => removeFolder(dir));

async function build(rows: readonly object[], ...flags: string[]) {
  await writeFile(join(dir, 'facts.jsonl'), rows.map((facts) => JSON.stringify(facts)).join('\n'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'facts.jsonl', ...flags], { cwd: dir, encoding: 'utf8' });
  return { status, stdout, stderr };
}
const written = () => readdir(join(dir, 'libs/catalog/data'));
const text = () => readFile(join(dir, 'libs/catalog/data/text.json'), 'utf8');

it('writes the same bytes from the same facts, and says what changed by model and price', async () => {
  const two = { ...row, id: 'acme/two', pricing: { unit: 'per_million_tokens', input: 2, output: 4 } };
  expect((await build([row, two])).stdout).toContain('+ acme/two  token: input 2, output 4');
  const before = await text();
  expect((await build([two, row], '--check')).status).toBe(0);
  expect(await text()).toBe(before);

  const dearer = { ...row, pricing: { unit: 'per_million_tokens', input: 1.5, output: 2 } };
  const stale = await build([dearer], '--check');
  expect([stale.status, await text()]).toEqual([1, before]);
  expect(stale.stdout).toContain('$ acme/one  token: input 1, output 2 -> token: input 1.5, output 2');
  expect(stale.stdout).toContain('- acme/two');
});

it('writes nothing while one row is unfit, and names the check', async () => {
  const { status, stderr } = await build([row, { ...row, id: 'acme/bad', max_output: 2000 }]);
  expect([status, await written()]).toEqual([1, []]);
  expect(stderr).toContain('refused  acme/bad  max_output: output of 2000 tokens in a context of 1000');
});

it('says which line is no JSON', async () => {
  await writeFile(join(dir, 'facts.jsonl'), '{"id":');
  const { status, stderr } = spawnSync(process.execPath, [script, 'facts.jsonl'], { cwd: dir, encoding: 'utf8' });
  expect([status, stderr.trim()]).toEqual([1, 'line 1 of facts.jsonl is no JSON']);
});
