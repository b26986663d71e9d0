import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { tasks } from '../../routing/domain/vocabulary.js';
import { catalogFromFacts, completed } from '../domain/catalog-from-facts.js';
import { benchmarks } from '../domain/benchmarks.js';
import type { Facts } from '../domain/facts.js';
import { barred, embeds, routable, tasksOf } from '../domain/model.js';
import { sandboxModels } from '../domain/sandbox-models.js';
import { priceTier } from '../domain/tiers.js';
import { shippedCatalog } from './shipped-catalog.js';

const models = [...shippedCatalog()].sort((a, b) => (a.id < b.id ? -1 : 1));
const schemaOf = (type: string) => JSON.parse(readFileSync(new URL(`../../../eventstore/schemas/${type}.v1.json`, import.meta.url), 'utf8')) as object;

it('the sandbox’s models can be written to the log beside it, hold what the rules would set, and are never chosen', () => {
  const fits = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schemaOf('ModelListed'));
  const sandbox = sandboxModels();
  for (const model of sandbox) expect([model.id, fits({ model, publisher: 'shipped' }), barred(model), priceTier(model.task_type, model.pricing)]).toEqual([model.id, true, 'long_tail', model.price_tier]);
  expect(new Set([...models, ...sandbox].flatMap(({ id, aliases }) => [id, ...aliases])).size).toBe([...models, ...sandbox].flatMap(({ id, aliases }) => [id, ...aliases]).length);
});

describe('the shipped catalogue', () => {
  it('can be written to the log: every model fits the schema of ModelListed', () => {
    const fits = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schemaOf('ModelListed'));
    const unfit = models.flatMap((model) => (fits({ model, publisher: 'shipped' }) ? [] : [[model.id, fits.errors]]));
    expect(unfit).toEqual([]);
  });

  it('serves every task with models the router may choose', () => {
    for (const task of tasks) {
      const choices = models.filter((model) => routable(model) && tasksOf(model).includes(task));
      expect([task, choices.length >= 10]).toEqual([task, true]);
    }
    expect(models.length).toBeGreaterThanOrEqual(600);
  });

  it('names every model and alias once', () => {
    const names = models.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(names.length).toBe(new Set(names).size);
  });

  it('never routes what has no price, is deprecated or of the long tail', () => {
    for (const model of models) {
      if (model.pricing === null) expect([model.id, barred(model), model.catalog_visibility]).toEqual([model.id, 'unpriced', 'long_tail']);
      if (model.status === 'deprecated') expect(routable(model)).toBe(false);
    }
  });

  it('holds nothing that the rules would set otherwise', () => {
    expect(completed(models)).toEqual(models);
    for (const model of models) expect([model.id, model.price_tier]).toEqual([model.id, priceTier(model.task_type, model.pricing)]);
  });

  it('names a source beside every score and speed', () => {
    for (const { id, benchmarks: scores, speed, attribution } of models) {
      const covered = attribution.flatMap(({ covers }) => covers);
      expect([id, [...covered].sort()]).toEqual([id, [...Object.keys(scores), ...(speed ? ['speed'] : [])].sort()]);
      for (const name of Object.keys(scores)) expect(benchmarks[name]).toBeDefined();
    }
  });

  it('has the embedding models of the project’s own facts, each with its source, and gives them no task', () => {
    const facts = readFileSync(new URL('../../../scripts/catalog/embedding-facts.jsonl', import.meta.url), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Facts);
    const { models: own, refused } = catalogFromFacts(facts);
    expect(refused).toEqual([]);
    expect(models.filter(embeds)).toEqual(own);
    for (const { id, provenance, ...model } of own) expect([id, provenance.sources[0], tasksOf({ ...model, id, provenance })]).toEqual([id, expect.stringContaining('public price page'), []]);
  });

  it('keeps and shows the doubt', () => {
    const doubtful = models.filter((model) => model.provenance.doubtful);
    expect(doubtful.length).toBeGreaterThan(50);
    for (const { id, provenance } of models) expect([id, provenance.sources.length > 0 || provenance.notes.length > 0]).toEqual([id, true]);
  });

  it('shows the exact price of the contract’s own example', () => {
    const llama = models.find(({ id }) => id === 'meta/llama-3.3-70b-instruct-fp8-fast')!;
    expect(llama.pricing).toEqual({ unit: 'token', rates: { input: '293000', output: '2253000' } });
  });
});
