// Compiles every TypeScript source into dist/ and copies the data files beside them.
// Only what changed since the last build is compiled, so that a second start costs milliseconds.
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';

const roots = ['apps', 'libs', 'eventstore', 'migrations', 'bench'];
const out = 'dist';
const isTest = (path) => /\.(spec|d)\.ts$/.test(path);
const isAsset = (path) => /\.(json|jsonl|gz|bin|sql|txt|html|css|svg|proto|mjs|js)$/.test(path);
const target = (path) => join(out, path.replace(/\.ts$/, '.js'));

async function* filesBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') yield* filesBelow(path);
    } else if ((path.endsWith('.ts') && !isTest(path)) || isAsset(path)) yield path;
  }
}

const modified = async (path) => (await stat(path).catch(() => ({ mtimeMs: 0 }))).mtimeMs;

async function build(path) {
  const to = target(path);
  if ((await modified(to)) > (await modified(path))) return 0;
  await mkdir(dirname(to), { recursive: true });
  if (!path.endsWith('.ts')) return copyFile(path, to).then(() => 1);
  const { code, map } = await transformFile(path, { swcrc: true });
  // Whole or not at all: a build that is broken off must not leave a file that looks fresh.
  await writeFile(`${to}.new`, `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map ?? '').toString('base64')}\n`);
  await rename(`${to}.new`, to);
  return 1;
}

/** A file whose source is gone must not be found by whoever lists a folder of dist/ (migrations do). */
async function prune(kept) {
  for (const root of roots) {
    for await (const path of walk(join(out, root))) if (!kept.has(path)) await rm(path);
  }
}
async function* walk(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}

const started = Date.now();
const sources = [];
for (const root of roots) for await (const path of filesBelow(root)) sources.push(path);
await mkdir(out, { recursive: true });
// A changed compiler setting makes every earlier output stale.
const settings = await readFile('.swcrc', 'utf8');
if ((await readFile(join(out, '.settings'), 'utf8').catch(() => '')) !== settings) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await writeFile(join(out, '.settings'), settings);
}
const compiled = (await Promise.all(sources.map(build))).reduce((sum, n) => sum + n, 0);
await prune(new Set(sources.map(target)));
if (compiled > 0) console.log(`built ${compiled} of ${sources.length} files in ${Date.now() - started} ms`);
