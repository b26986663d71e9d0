/** Why a model is not a candidate, in the order in which it is asked: each excluded model is counted once, by the first. */
export const exclusions = [
  'task', 'deprecated', 'unpriced', 'long_tail', 'key_scope', 'preference', 'taxonomy', 'provider', 'catalog_family', 'task_type', 'price_tier',
  'capability', 'kind_of_work', 'modality', 'tools', 'json_schema', 'context_length', 'max_output', 'duration', 'dimensions', 'input_schema', 'not_callable', 'degraded', 'budget',
] as const;
export type Exclusion = (typeof exclusions)[number];

/** Each as the end of the sentence "it ...". */
export const exclusionInWords: Readonly<Record<Exclusion, string>> = {
  task: 'is not made for this task',
  deprecated: 'is retired or deprecated',
  unpriced: 'has no known price',
  long_tail: 'is listed for reference only (long tail)',
  key_scope: 'is outside the scope of the API key',
  preference: 'is excluded by the organization',
  taxonomy: 'is not in the taxonomy asked for',
  provider: 'is not of the provider asked for',
  catalog_family: 'is not of the model line asked for',
  task_type: 'is not of the task type asked for',
  price_tier: 'is above the price tier asked for',
  capability: 'lacks a capability asked for',
  kind_of_work: 'does another kind of this work',
  modality: 'cannot read every attachment',
  tools: 'does not call tools',
  json_schema: 'does not answer by a JSON schema',
  context_length: 'cannot hold the input',
  max_output: 'cannot write as many tokens as asked',
  duration: 'cannot make that length',
  dimensions: 'cannot make vectors of that length',
  input_schema: 'does not take this input',
  not_callable: 'is served by no provider that this installation has an adapter and a key for',
  degraded: 'is degraded at the moment',
  budget: 'would cost more than the budget',
};
