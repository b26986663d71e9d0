/** A what-if as it is asked for, checked and made into variants. Plain JSON, kept with the job. */
import type { Pricing, TokenRates } from '../../catalog/domain/pricing.js';
import { perMillionDollars } from '../../catalog/domain/pricing.js';
import { Refused } from '../../event-sourcing/domain/decider.js';
import { preferenceKeys, type Preference, type PreferenceKey } from '../../preferences/domain/preferences.js';
import type { Decider } from '../../routing/domain/deciding-code.js';
import { validPolicy, type PublishedPolicy } from '../../routing/domain/policy.js';
import { contentModes, optimizations, tasks, type ModelId } from '../../routing/domain/vocabulary.js';
import type { Variant } from './variant.js';

export interface ReplayRequest {
  readonly from?: string;
  readonly to?: string;
  readonly task?: string;
  readonly key_id?: string;
  readonly model?: string;
  readonly variants: readonly VariantRequest[];
}

export interface VariantRequest {
  readonly name?: string;
  /** A whole policy, or a published one by name and version. */
  readonly policy?: unknown;
  readonly preferences?: Readonly<Record<string, unknown>>;
  /** Dollars per million tokens, by model id. */
  readonly prices?: Readonly<Record<string, { readonly input_per_million_tokens: number | string; readonly output_per_million_tokens: number | string }>>;
  readonly catalog_as_of?: string;
  readonly model?: string;
  /** `present`, or a version this build brings, such as `1.e7f4780941`. */
  readonly decider?: string;
}

export const mostVariants = 5;

/** Finds a published policy; null when there is none of that name and version. */
export type FindPolicy = (name: string, version: number | null) => PublishedPolicy | null;

/** What a request is checked against. */
export interface Known {
  readonly policy: FindPolicy;
  /** By version, this build's own first. */
  readonly deciders: readonly Decider[];
  /** Commit position where the log ends. */
  readonly head: bigint;
}

/** @throws Refused naming the field. */
export function variantsOf(requests: readonly VariantRequest[], { policy: findPolicy, deciders, head }: Known): readonly Variant[] {
  if (requests.length < 1 || requests.length > mostVariants) throw new Refused('invalid_value', `variants must be 1 to ${mostVariants}`, 'variants');
  const variants = requests.map((request, i) => variantOf(request, i, { policy: findPolicy, deciders, head }));
  const names = new Set(variants.map(({ name }) => name));
  if (names.size < variants.length) throw new Refused('invalid_value', 'each variant needs a name of its own', 'variants');
  return variants;
}

function variantOf(asked: unknown, i: number, { policy: findPolicy, deciders, head }: Known): Variant {
  const request = fieldsOf(asked, variantFields, `variants.${i}`, 'a variant') as VariantRequest;
  const at = (field: string) => `variants.${i}.${field}`;
  return {
    name: request.name === undefined ? `variant ${i + 1}` : textOf(request.name, 100, at('name')),
    policy: request.policy === undefined ? null : policyOf(request.policy, findPolicy, at('policy')),
    preferences: Object.entries(objectOf(request.preferences ?? {}, at('preferences'))).map(([key, value]) => preferenceOf(key, value, at(`preferences.${key}`))),
    prices: Object.fromEntries(Object.entries(objectOf(request.prices ?? {}, at('prices'))).map(([model, price]) => [textOf(model, 300, at('prices')), pricingOf(price, at(`prices.${model}`))])),
    catalogAsOf: request.catalog_as_of === undefined ? null : positionOf(request.catalog_as_of, head, at('catalog_as_of')),
    model: request.model === undefined ? null : (textOf(request.model, 300, at('model')) as ModelId),
    decider: request.decider === undefined ? null : deciderOf(request.decider, deciders, at('decider')),
  };
}

const variantFields: readonly (keyof VariantRequest)[] = ['name', 'policy', 'preferences', 'prices', 'catalog_as_of', 'model', 'decider'];

function objectOf(value: unknown, param: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refused('invalid_value', `${param} must be an object`, param);
  return value;
}

/** A misspelt field must not be taken for one that was left out: the answer would be to another question. */
function fieldsOf(value: unknown, fields: readonly string[], param: string, of: string): object {
  const found = objectOf(value, param);
  const unknown = Object.keys(found).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw new Refused('invalid_value', `${unknown.slice(0, 80)} is no field of ${of}; there are ${fields.join(', ')}`, `${param}.${unknown.slice(0, 80)}`);
  return found;
}

const isText = (value: unknown, most: number): value is string => typeof value === 'string' && value.length >= 1 && value.length <= most && !/[\p{Cc}]/u.test(value);

/** Names are kept in columns that take no NUL, and shown on terminals, which obey control characters. */
function textOf(value: unknown, most: number, param: string): string {
  if (!isText(value, most)) throw new Refused('invalid_value', `${param} must be a text of 1 to ${most} characters without control characters`, param);
  return value;
}

function policyOf(asked: unknown, find: FindPolicy, param: string): PublishedPolicy {
  const named = typeof asked === 'string' ? /^([a-z0-9][a-z0-9-]{0,39})(?:@(\d{1,9}))?$/.exec(asked) : null;
  if (typeof asked === 'string') {
    const found = named && find(named[1]!, named[2] === undefined ? null : Number(named[2]));
    if (!found) throw new Refused('policy_not_found', `there is no policy ${asked.slice(0, 80)}`, param);
    return found;
  }
  try {
    return { name: 'what-if', version: 0, policy: validPolicy(asked) };
  } catch (error) {
    if (error instanceof Refused) throw new Refused('invalid_policy', error.message, error.param === null ? param : `${param}.${error.param}`);
    if (error instanceof RangeError) throw new Refused('invalid_policy', 'a policy is not nested that deep', param);
    throw error;
  }
}

function deciderOf(asked: unknown, deciders: readonly Decider[], param: string): Decider {
  const found = asked === 'present' ? deciders[0] : deciders.find(({ code, id }) => code.version === asked || id === asked);
  if (!found) throw new Refused('decider_not_found', `there is no decider ${String(asked).slice(0, 80)} in this build; there are present, ${deciders.map(({ code }) => code.version).join(', ')}`, param);
  return found;
}

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.length <= 1_000 && value.every((each) => isText(each, 300));

const fits: Readonly<Record<PreferenceKey, (value: unknown) => boolean>> = {
  default_optimization: (value) => optimizations.includes(value as never),
  default_task: (value) => tasks.includes(value as never),
  content_mode_default: (value) => contentModes.includes(value as never),
  excluded_providers: isTexts,
  preferred_providers: isTexts,
  excluded_models: isTexts,
};

function preferenceOf(key: string, value: unknown, param: string): Preference {
  if (!(preferenceKeys as readonly string[]).includes(key)) throw new Refused('invalid_value', `${key} is no preference; there are ${preferenceKeys.join(', ')}`, param);
  if (!fits[key as PreferenceKey](value)) throw new Refused('invalid_value', `this is no value of ${key}`, param);
  return { key, value } as Preference;
}

function pricingOf(price: unknown, param: string): Pricing {
  const { input_per_million_tokens: input, output_per_million_tokens: output } = fieldsOf(price, ['input_per_million_tokens', 'output_per_million_tokens'], param, 'a price') as Record<string, unknown>;
  try {
    const rates: TokenRates = { input: perMillionDollars(String(input)), output: perMillionDollars(String(output)) };
    if (Object.values(rates).some((rate) => rate.startsWith('-'))) throw new RangeError('below zero');
    return { unit: 'token', rates };
  } catch {
    throw new Refused('invalid_value', 'a price needs input_per_million_tokens and output_per_million_tokens, in dollars', param);
  }
}

function positionOf(text: unknown, head: bigint, param: string): bigint {
  if (typeof text !== 'string' || !/^\d{1,19}$/.test(text)) throw new Refused('invalid_value', 'catalog_as_of must be a commit position, such as "1234"', param);
  if (BigInt(text) > head) throw new Refused('invalid_value', `catalog_as_of ${text} lies ahead of the log, which is at ${head}`, param);
  return BigInt(text);
}
