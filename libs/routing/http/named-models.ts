/** The models a client names: one, or one and those that stand in for it (`models`, as clients of OpenRouter send it). */
import { invalid } from '../../platform/http/api-error.js';
import type { RoutingHints } from '../domain/request.js';
import { routerNames, type ModelId } from '../domain/vocabulary.js';

export const mostFallbackModels = 8;

/**
 * `router` and its like, or no name, ask for the best model; anything else names one. A list without `model` begins with it.
 * @throws ApiError 400.
 */
export function namedModels(model: unknown, models: unknown): Pick<RoutingHints, 'model' | 'fallbackModels'> {
  if (model !== undefined && !isName(model)) throw invalid('model', 'model must be "router" or a model id such as "openai/gpt-5".');
  const listed = listOf(models);
  const named = model !== undefined && !routerNames.includes(model) ? [model, ...listed] : listed;
  if (model !== undefined && routerNames.includes(model) && listed.length > 0) {
    throw invalid('models', `models stand in for a model that is named; "${model}" has a fallback chain of its own.`);
  }
  const [first, ...fallbacks] = [...new Set(named)] as ModelId[];
  return { model: first ?? null, ...(fallbacks.length > 0 && { fallbackModels: fallbacks }) };
}

function listOf(models: unknown): readonly string[] {
  if (models === undefined || models === null) return [];
  if (!Array.isArray(models) || models.length > mostFallbackModels || !models.every(isName)) {
    throw invalid('models', `models must be a list of at most ${mostFallbackModels} model ids.`);
  }
  return models;
}

const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';
