/** A multipart form as fields and files, for the endpoints whose contract is a form. */
import type { FastifyRequest } from 'fastify';
import type { Fields } from '../commands/measure-input.js';
import { ApiError, invalid } from '../../platform/http/api-error.js';
import { UploadedFile } from './given-file.js';

interface Part {
  readonly type: 'file' | 'field';
  readonly fieldname: string;
  readonly value?: unknown;
  readonly mimetype?: string;
  toBuffer?(): Promise<Buffer>;
}

type MultipartRequest = FastifyRequest & { isMultipart(): boolean; parts(): AsyncIterable<Part> };

/**
 * Files stand under their field's name, a list where there are several.
 * @throws ApiError 400 when the body is no form, 413 when a file is too large.
 */
export async function formOf(request: FastifyRequest): Promise<Fields> {
  const form = request as MultipartRequest;
  if (!form.isMultipart()) throw invalid(null, 'Send the body as multipart/form-data.', 'invalid_form');
  const fields: Record<string, unknown> = {};
  try {
    for await (const part of form.parts()) {
      const name = part.fieldname.replace(/\[\]$/, '');
      fields[name] = joined(fields[name], part.type === 'file' ? new UploadedFile(await part.toBuffer!(), part.mimetype ?? 'application/octet-stream') : plain(part.value));
    }
  } catch (error) {
    if ((error as { code?: string }).code === 'FST_REQ_FILE_TOO_LARGE') throw new ApiError(413, 'invalid_request_error', 'request_too_large', 'The file is too large.');
    throw invalid(null, 'The form could not be read.', 'invalid_form');
  }
  return fields;
}

/** Numbers and booleans of a form are text. */
function plain(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (/^-?\d+(?:\.\d+)?$/.test(value)) return Number(value);
  return value === 'true' ? true : value === 'false' ? false : value;
}

const joined = (before: unknown, value: unknown): unknown => (before === undefined ? value : Array.isArray(before) ? [...(before as unknown[]), value] : [before, value]);
