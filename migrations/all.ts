/** Every migration of this folder, in the order of its number. */
import { readdir } from 'node:fs/promises';
import type { MigrationInterface } from 'typeorm';

export type MigrationClass = new () => MigrationInterface;

export async function allMigrations(): Promise<MigrationClass[]> {
  const here = new URL('.', import.meta.url);
  const files = (await readdir(here)).filter((name) => /^\d{4}-[a-z0-9-]+\.(ts|js)$/.test(name)).sort();
  const modules = (await Promise.all(files.map((name) => import(new URL(name, here).href)))) as Record<string, MigrationClass>[];
  return modules.flatMap((exports) => Object.values(exports).filter((value) => typeof value === 'function'));
}
