/** What the formats have in common: JSON read with care, forms, files, and pictures written as addresses. */
import { FormData } from 'undici';
import { isObject, type Json } from '../../domain/json.js';
import type { Artefact, MediaSource } from '../../domain/media.js';
import { InvalidAnswer, type MediaResponse } from '../media-format.js';

/** Only what the format knows: strict hosts refuse the rest. */
export const picked = (parameters: Readonly<Json>, names: readonly string[]): Json =>
  Object.fromEntries(names.filter((name) => parameters[name] !== undefined).map((name) => [name, parameters[name]]));

/** All but these. */
export const without = (parameters: Readonly<Json>, names: readonly string[]): Json => Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.includes(name)));

/** Without what is undefined or null. */
export const present = (fields: Readonly<Json>): Json => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

/** @throws InvalidAnswer */
export function json({ body }: MediaResponse): Json {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new InvalidAnswer('the provider did not answer in JSON');
}

export function formOf(fields: Json): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  return form;
}

/** @throws InvalidAnswer for a file that is only an address. */
export function fileOf({ bytes, mime }: MediaSource): Blob {
  return new Blob([new Uint8Array(bytesOf(bytes))], { type: mime });
}

export function bytesOf(bytes: Buffer | null): Buffer {
  if (bytes === null) throw new InvalidAnswer('bad request: this provider takes files as bytes only', 'unsupported_source', true);
  return bytes;
}

/** A picture as an address: its own, or a `data:` URL. */
export const addressOf = ({ url, bytes, mime }: MediaSource): string => url ?? `data:${mime};base64,${bytes!.toString('base64')}`;

export const keptAt = (url: string, mime: string, seconds: number | null = null): Artefact => ({ mime, bytes: null, url, seconds });

/** Sent bytes of sound. @throws InvalidAnswer when the body is empty or is a text, whatever its status said. */
export function soundIn({ body, header }: MediaResponse, usual: string, seconds: number | null = null): Artefact {
  const said = header('content-type')?.split(';')[0]!.trim() ?? '';
  if (body.length === 0) throw new InvalidAnswer('the provider sent no audio');
  if (/^(?:text|application\/(?:json|xml))/.test(said)) throw new InvalidAnswer(`the provider sent ${said} instead of audio`);
  return { mime: said.startsWith('audio/') ? said : usual, bytes: body, url: null, seconds };
}
