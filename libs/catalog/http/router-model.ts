/** The router as an entry of OpenAI's list of models: what a client may put where a model id is asked for. */
import { routerNames } from '../../routing/domain/vocabulary.js';

const [id, ...aliases] = routerNames;

export const routerModel = {
  id: id!,
  object: 'model' as const,
  created: 0,
  owned_by: 'greatrouter',
  name: 'Router',
  provider: 'greatrouter',
  creator: 'GreatRouter',
  description: 'Chooses the best model for each request, and says which and why.',
  aliases,
  category: null,
  task: null,
  also_tasks: [],
  task_type: null,
  modalities: { input: ['audio', 'file', 'image', 'text', 'video'], output: ['audio', 'image', 'text', 'video'] },
  capabilities: [],
  tags: [],
  context_window: null,
  max_output: null,
  pricing: null,
  price_tier: null,
  catalog_family: null,
  catalog_visibility: null,
  type: null,
  routable: false,
  released: null,
  knowledge_cutoff: null,
  open_weights: null,
  license: null,
  status: 'active' as const,
};

/** By any of its names, as it was asked for. Null for any other name. */
export const routerModelBy = (name: string) => (routerNames.includes(name) ? { ...routerModel, id: name } : null);
