/** Validates a value against the input or output schema of a model, and says precisely what is wrong and where. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { LRUCache } from 'lru-cache';
import { closest } from '../domain/closest.js';
import { inputSchema } from '../domain/input-schema.js';
import type { CatalogModel } from '../domain/model.js';
import { outputSchema } from '../domain/output-schema.js';
import type { JsonSchema } from '../domain/schema-parts.js';

export interface SchemaProblem {
  /** Where, as a path: `messages[0].content`. Empty for the value as a whole. */
  readonly path: string;
  readonly message: string;
  /** The keyword of JSON Schema that failed. */
  readonly keyword: string;
  /** The values it could have had, when they can be listed. */
  readonly allowed?: readonly unknown[];
}

export interface SchemaReport {
  readonly valid: boolean;
  readonly errors: readonly SchemaProblem[];
  /** Fields the schema does not know: passed on, but perhaps misspelt. */
  readonly warnings: readonly SchemaProblem[];
}

/** Models of one kind often share a schema, so compiled ones are kept by their text. */
const compiledKept = 200;

export class SchemaCheck {
  private readonly ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
  /** Of the models that were asked before: telling two schemas apart costs more than checking by one. */
  private readonly inputs = new WeakMap<CatalogModel, Checked>();
  private readonly compiled = new LRUCache<string, ValidateFunction>({ max: compiledKept });

  input(model: CatalogModel, value: unknown): SchemaReport {
    let checked = this.inputs.get(model);
    if (!checked) this.inputs.set(model, (checked = this.checked(inputSchema(model))));
    return report(checked, value);
  }

  output(model: CatalogModel, value: unknown): SchemaReport {
    return report(this.checked(outputSchema(model)), value);
  }

  private checked({ title: _title, ...schema }: JsonSchema): Checked {
    return { schema, validate: this.compile(schema) };
  }

  private compile(schema: JsonSchema): ValidateFunction {
    const key = JSON.stringify(schema);
    const known = this.compiled.get(key);
    if (known) return known;
    const validate = this.ajv.compile(schema);
    this.ajv.removeSchema(schema);
    this.compiled.set(key, validate);
    return validate;
  }
}

interface Checked {
  readonly schema: JsonSchema;
  readonly validate: ValidateFunction;
}

function report({ schema, validate }: Checked, value: unknown): SchemaReport {
  const valid = validate(value);
  return { valid, errors: problems(validate.errors ?? []), warnings: strangers(schema, value) };
}

/** One problem per place and cause: the branches of an `anyOf` that asks for one of several fields become one line. */
function problems(errors: readonly ErrorObject[]): readonly SchemaProblem[] {
  const alternatives = errors.filter(({ keyword }) => keyword === 'anyOf');
  const inAlternative = (error: ErrorObject) =>
    alternatives.some((parent) => error !== parent && error.schemaPath.startsWith(`${parent.schemaPath}/`));
  return errors.filter((error) => error.keyword !== 'if' && !inAlternative(error)).map(problem);
}

function problem(error: ErrorObject): SchemaProblem {
  const path = pathOf(error.instancePath);
  const at = (message: string, more: Partial<SchemaProblem> = {}): SchemaProblem => ({ path, message, keyword: error.keyword, ...more });
  const { params } = error as { params: Record<string, unknown> };
  switch (error.keyword) {
    case 'required':
      return at(`${path === '' ? '' : `${path}.`}${String(params['missingProperty'])} is required`, { path: join(path, String(params['missingProperty'])) });
    case 'enum':
      return at(`${path} must be one of ${(params['allowedValues'] as unknown[]).map(String).join(', ')}, not ${said(error.data)}`, { allowed: params['allowedValues'] as unknown[] });
    case 'type':
      return at(`${path || 'the value'} must be ${String(params['type']).replace(',', ' or ')}, not ${kind(error.data)}`);
    case 'minimum':
    case 'maximum':
      return at(`${path} must be ${params['comparison'] === '>=' ? 'at least' : 'at most'} ${String(params['limit'])}, not ${said(error.data)}`);
    case 'anyOf':
      return at(alternativesOf(error, path));
    case 'pattern':
      return at(`${path} must look like ${String(params['pattern'])}, not ${said(error.data)}`);
    default:
      return at(`${path || 'the value'} ${error.message ?? 'does not fit'}`);
  }
}

function alternativesOf(error: ErrorObject, path: string): string {
  const choices = (error.schema as readonly JsonSchema[]).map((schema) => ((schema['required'] as readonly string[] | undefined) ?? []).join(' with '));
  if (choices.some((choice) => choice === '')) return `${path} has none of the shapes it may have`;
  return `one of these is required${path ? ` in ${path}` : ''}: ${[...new Set(choices)].join(', ')}`;
}

/** Fields at the top that the schema does not name, with the name they may have meant. */
function strangers(schema: JsonSchema, value: unknown): readonly SchemaProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const known = Object.keys((schema['properties'] as object | undefined) ?? {});
  return Object.keys(value)
    .filter((field) => !known.includes(field))
    .map((field) => {
      const meant = closest(field, known);
      return { path: field, message: `${field} is not a field of this model${meant ? `; did you mean ${meant}?` : ''}`, keyword: 'unknown_field' };
    });
}

const pathOf = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : join(path, step)), '');

const join = (path: string, field: string) => (path === '' ? field : `${path}.${field}`);
const kind = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
/** A value in an error, cut short: an error must not carry a whole prompt. */
const said = (value: unknown) => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};
