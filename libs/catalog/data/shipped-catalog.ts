/** The catalogue that ships with the product: one JSON file per task, made by scripts/catalog/build-catalog.js. */
import { readdirSync, readFileSync } from 'node:fs';
import type { CatalogModel } from '../domain/model.js';

const folder = new URL('.', import.meta.url);

export function shippedCatalog(): readonly CatalogModel[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as CatalogModel[]);
}
