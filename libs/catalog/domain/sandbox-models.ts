/**
 * The models of the built-in sandbox: each shows the one kind of trouble it is named after, for whoever tests how a
 * client takes it. They cost nothing, no router ever chooses them, and docs/sandbox.md says what each does.
 */
import { completed } from './catalog-from-facts.js';
import type { CatalogModel } from './model.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';
import type { PicoDollars } from '../../money/money.js';

/** The words of docs/sandbox.md. */
export const sandboxWords = [
  'once', 'rate', 'delay', 'slow', 'tokens', 'tool-calls', 'no-usage', 'no-done', 'rate-limited', 'overloaded', 'server-error', 'unauthorized', 'bad-request',
  'context-length', 'content-policy', 'reset', 'no-response', 'cut', 'stall', 'malformed', 'error-in-stream',
] as const;
export type SandboxWord = (typeof sandboxWords)[number];

export const sandboxProvider = 'sandbox';

const free = '0' as PicoDollars;

export const sandboxModels = (): readonly CatalogModel[] => completed(sandboxWords.map(sandboxModel));

const sandboxModel = (word: SandboxWord): CatalogModel => ({
  id: `${sandboxProvider}/${word}` as ModelId,
  name: `Sandbox ${word}`,
  provider: sandboxProvider,
  creator: 'GreatRouter',
  family: 'sandbox',
  catalog_family: `llm/${sandboxProvider}--sandbox`,
  category: 'llm',
  task: 'text',
  also_tasks: ['code'],
  task_type: 'text_generation',
  modalities: { input: ['image', 'text'], output: ['text'] },
  context_window: 128_000,
  max_output: 16_384,
  pricing: { unit: 'token', rates: { input: free, output: free } },
  price_tier: 'economy',
  capabilities: ['text_generation', 'vision', 'tool_use', 'structured_output'],
  limits: {},
  tags: [],
  description: '',
  catalog_visibility: 'long_tail',
  type: 'proxied',
  released: null,
  knowledge_cutoff: null,
  open_weights: false,
  licence: null,
  native_model_id: word,
  aliases: [],
  hosts: [],
  parameters: null,
  weights_url: null,
  speed: null,
  benchmarks: {},
  attribution: [],
  status: 'active',
  // One listing that nothing confirms: long tail by rule.
  provenance: { sources: ['GreatRouter'], price_basis: 'host', price_sources: 1, doubtful: false, notes: [], checked: '2026-11-25' },
});
