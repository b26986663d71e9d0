/** The pipe for every DTO: unknown fields, wrong types and bad values are a 400 that names the field and what is allowed. */
import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { invalid } from './api-error.js';

/** No path or query has a use for NUL, and PostgreSQL takes none in a text: there it would be an error of the server. */
class RequestValidation extends ValidationPipe {
  override transform(value: unknown, about: ArgumentMetadata): Promise<unknown> {
    if (about.type === 'query' || about.type === 'param') refuseNul(value, about.data);
    return super.transform(value, about);
  }
}

function refuseNul(value: unknown, name: string | undefined): void {
  const named: readonly (readonly [string, unknown])[] = name === undefined ? Object.entries(value ?? {}) : [[name, value]];
  const [wrong] = named.find(([, text]) => [text].flat().some((each) => typeof each === 'string' && each.includes('\0'))) ?? [];
  if (wrong !== undefined) throw invalid(wrong, `${wrong} must not contain the character NUL.`);
}

export const dtoValidation = () =>
  new RequestValidation({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    forbidUnknownValues: true,
    exceptionFactory: (errors) => {
      const { path, message, code } = first(errors);
      return invalid(path, message, code);
    },
  });

interface Mistake {
  readonly path: string;
  readonly message: string;
  readonly code: string;
}

/** What is no number is told so, rather than that it is too large: a value of the wrong type breaks the other rules too. */
const ofType = /^is(?:Int|Number|String|Boolean|Array|Object)$/;

function first(errors: readonly ValidationError[], above = ''): Mistake {
  const error = errors[0];
  if (!error) return { path: above, message: 'The request is not valid.', code: 'invalid_value' };
  const path = above ? `${above}.${error.property}` : error.property;
  const broken = Object.entries(error.constraints ?? {});
  const [rule, message] = broken.find(([name]) => ofType.test(name)) ?? broken[0] ?? [];
  if (!rule) return first(error.children ?? [], path);
  if (rule === 'whitelistValidation') return { path, message: `Unknown field: ${path}.`, code: 'unknown_field' };
  if (error.value === undefined) return { path, message: `${path} is required: ${message}.`, code: 'missing_field' };
  return { path, message: `${message}.`, code: 'invalid_value' };
}
