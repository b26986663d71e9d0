// Builds libs/catalog/data/*.json from files of facts: node scripts/catalog/build-catalog.js <facts.jsonl>... [--check]
// The facts of embedding models are the project's own: scripts/catalog/embedding-facts.jsonl goes with every build.
// Every row is checked first; one refused row and nothing is written. Prints the difference by model and price.
// --check writes nothing and fails when the committed files are not what the facts give.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogFromFacts } from '../../dist/libs/catalog/domain/catalog-from-facts.js';
import { difference, summary } from '../../dist/libs/catalog/domain/difference.js';

const folder = 'libs/catalog/data';
const factsFiles = process.argv.slice(2).filter((argument) => argument !== '--check');
const onlyChecks = process.argv.includes('--check');
if (factsFiles.length === 0) fail('usage: node scripts/catalog/build-catalog.js <facts.jsonl>... [--check]');

const rows = (await Promise.all(factsFiles.map(rowsOf))).flat();
const { models, refused } = catalogFromFacts(rows);
for (const { id, check, detail } of refused) console.error(`refused  ${id}  ${check}: ${detail}`);
if (refused.length > 0) fail(`${refused.length} refusals in ${rows.length} rows; nothing was written`);

const files = new Map();
for (const model of models) {
  const name = `${(model.category === 'embedding' ? model.category : model.task).replace('_', '-')}.json`;
  files.set(name, [...(files.get(name) ?? []), model]);
}

const committed = [];
for (const name of await readdir(folder)) if (name.endsWith('.json')) committed.push(...JSON.parse(await readFile(join(folder, name), 'utf8')));
for (const line of difference(committed, models)) console.log(line);
console.log(summary(models));

let stale = 0;
for (const [name, ofTask] of files) {
  const path = join(folder, name);
  const text = `[\n${ofTask.map((model) => JSON.stringify(model)).join(',\n')}\n]\n`;
  if (text === (await readFile(path, 'utf8').catch(() => ''))) continue;
  stale += 1;
  if (!onlyChecks) await writeFile(path, text);
}
if (onlyChecks && stale > 0) fail(`${stale} files of ${folder} are not what the facts give`);

async function rowsOf(file) {
  return (await readFile(file, 'utf8')).split('\n').filter(Boolean).map((line, index) => {
    try {
      return JSON.parse(line);
    } catch {
      return fail(`line ${index + 1} of ${file} is no JSON`);
    }
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
