/** One exchange with a media provider: whole, with a deadline. Media are few and large; nothing here is a hot path. */
import { request as httpRequest, FormData } from 'undici';
import type { ConfiguredHost } from '../upstream/keys.js';
import type { MediaRequest, MediaResponse } from './media-format.js';

/** Larger answers than this are not taken into memory. */
const largestAnswer = 64 * 1024 * 1024;

/** @throws Error when the connection fails, the deadline passes, or the answer is too large. */
export async function exchange({ host, keys }: ConfiguredHost, wanted: MediaRequest, signal: AbortSignal): Promise<MediaResponse> {
  const address = /^https?:\/\//.test(wanted.path) ? sameOrigin(wanted.path, host.baseUrl) : host.baseUrl + wanted.path;
  const isJson = wanted.body !== undefined && !(wanted.body instanceof FormData) && !Buffer.isBuffer(wanted.body);
  const { statusCode, headers, body } = await httpRequest(address, {
    method: wanted.method,
    headers: {
      'user-agent': 'GreatRouter',
      ...(isJson && { 'content-type': 'application/json' }),
      ...(host.auth === 'bearer' ? { authorization: `Bearer ${keys[0]!}` } : { [host.auth]: keys[0]! }),
      ...host.headers,
      ...wanted.headers,
    },
    body: isJson ? JSON.stringify(wanted.body) : ((wanted.body as FormData | Buffer | undefined) ?? null),
    signal,
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestAnswer) throw new Error('the answer of the provider is too large');
    chunks.push(chunk);
  }
  return {
    status: statusCode,
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: Buffer.concat(chunks),
  };
}

/** A key goes to the host it belongs to and nowhere else, whatever address the provider's answer names. */
function sameOrigin(address: string, baseUrl: string): string {
  if (new URL(address).origin !== new URL(baseUrl).origin) throw new Error('the provider named an address of another host');
  return address;
}
