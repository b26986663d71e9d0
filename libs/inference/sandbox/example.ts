/** The smallest instance of a JSON Schema, always the same: arguments of tool calls and structured answers. */
import { isObject } from '../domain/json.js';

const deepest = 12;

export function exampleOf(schema: unknown, root: unknown = schema, depth = 0): unknown {
  if (!isObject(schema) || depth > deepest) return null;
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'][0];
  if ('default' in schema) return schema['default'];
  if (typeof schema['$ref'] === 'string') return exampleOf(referred(schema['$ref'], root), root, depth + 1);
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(alternatives)) return exampleOf(alternatives[0], root, depth + 1);
  if (Array.isArray(schema['allOf'])) return Object.assign({}, ...schema['allOf'].map((each) => exampleOf(each, root, depth + 1)));
  return ofType(schema, root, depth);
}

function ofType(schema: Record<string, unknown>, root: unknown, depth: number): unknown {
  const type = Array.isArray(schema['type']) ? schema['type'][0] : (schema['type'] ?? ('properties' in schema ? 'object' : 'string'));
  switch (type) {
    case 'object':
      return objectOf(schema, root, depth);
    case 'array':
      return Array.from({ length: number(schema['minItems']) ?? 1 }, () => exampleOf(schema['items'] ?? { type: 'string' }, root, depth + 1));
    case 'integer':
      return Math.ceil(number(schema['minimum']) ?? Math.min(1, number(schema['maximum']) ?? 1));
    case 'number':
      return number(schema['minimum']) ?? Math.min(1.5, number(schema['maximum']) ?? 1.5);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return stringOf(schema);
  }
}

function objectOf(schema: Record<string, unknown>, root: unknown, depth: number): Record<string, unknown> {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, exampleOf(value, root, depth + 1)]));
}

function stringOf(schema: Record<string, unknown>): string {
  switch (schema['format']) {
    case 'date': return '2026-01-01';
    case 'date-time': return '2026-01-01T00:00:00Z';
    case 'email': return 'sandbox@example.com';
    case 'uri': return 'https://example.com/';
    case 'uuid': return '00000000-0000-4000-8000-000000000000';
    default: return 'sandbox'.padEnd(number(schema['minLength']) ?? 0, '.').slice(0, number(schema['maxLength']) ?? undefined);
  }
}

/** A reference inside the same schema, `#/$defs/name`. */
function referred(reference: string, root: unknown): unknown {
  if (!reference.startsWith('#')) return null;
  return reference.split('/').slice(1).reduce<unknown>((at, step) => (isObject(at) ? at[step.replaceAll('~1', '/').replaceAll('~0', '~')] : null), root);
}

const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
