/** A plain, valid model for tests; each test changes only what it is about. */
import type { ModelId } from '../../routing/domain/vocabulary.js';
import type { CatalogModel } from '../domain/model.js';
import { perMillionDollars, type TokenPricing } from '../domain/pricing.js';

export const perMillion = (input: string, output: string): TokenPricing => ({
  unit: 'token',
  rates: { input: perMillionDollars(input), output: perMillionDollars(output) },
});

export const aModel = (changes: Partial<Omit<CatalogModel, 'id'>> & { id?: string } = {}): CatalogModel => ({
  name: 'Sample One',
  provider: 'acme',
  creator: 'Acme',
  family: 'sample',
  catalog_family: 'llm/acme--sample',
  category: 'llm',
  task: 'text',
  also_tasks: [],
  task_type: 'text_generation',
  modalities: { input: ['text'], output: ['text'] },
  context_window: 128_000,
  max_output: 8_000,
  pricing: perMillion('1', '3'),
  price_tier: 'premium',
  capabilities: ['text_generation'],
  limits: {},
  tags: ['text-generation'],
  description: 'Sample One by Acme is a language model.',
  catalog_visibility: 'standard',
  type: 'proxied',
  released: '2026-05-01',
  knowledge_cutoff: null,
  open_weights: false,
  licence: 'proprietary',
  native_model_id: 'sample-1',
  aliases: [],
  hosts: [],
  parameters: null,
  weights_url: null,
  speed: null,
  benchmarks: {},
  attribution: [],
  status: 'active',
  provenance: { sources: ['acme price list'], price_basis: 'maker_list', price_sources: 3, doubtful: false, notes: [], checked: '2026-11-22' },
  ...changes,
  id: (changes.id ?? 'acme/sample-1') as ModelId,
});
