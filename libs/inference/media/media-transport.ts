/** One exchange with a media provider: whole, with a deadline. Media are few and large; nothing here is a hot path. */
import { FormData, request as httpRequest, type Dispatcher } from 'undici';
import type { ConfiguredHost } from '../upstream/keys.js';
import { InvalidAnswer, type MediaRequest, type MediaResponse } from './media-format.js';
import { publicAddresses } from '../../platform/public-address.js';

/** Larger answers than this are not taken into memory. */
export const largestAnswer = 64 * 1024 * 1024;
const mostRedirects = 3;

const publicOnly = publicAddresses();

/** @throws Error when the connection fails, the deadline passes, or the answer is too large. */
export async function exchange(configured: ConfiguredHost, wanted: MediaRequest, signal: AbortSignal): Promise<MediaResponse> {
  const { host } = configured;
  const address = /^https?:\/\//.test(wanted.path) ? ofHost(wanted.path, host) : host.baseUrl + wanted.path;
  const isJson = wanted.body !== undefined && !(wanted.body instanceof FormData) && !Buffer.isBuffer(wanted.body);
  const answer = await httpRequest(address, {
    method: wanted.method,
    headers: { 'user-agent': 'GreatRouter', accept: '*/*', ...(isJson && { 'content-type': 'application/json' }), ...keyHeader(configured), ...host.headers, ...wanted.headers },
    body: isJson ? JSON.stringify(wanted.body) : ((wanted.body as FormData | Buffer | undefined) ?? null),
    signal,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return whole(answer);
}

/**
 * Fetches what a provider made from the address it gave. Elsewhere than at the host itself, no key is sent, and only
 * public addresses are asked: the answer of a provider must not open a door into the operator's own network.
 * @throws Error as `exchange` does; InvalidAnswer for an address that may not be asked.
 */
export async function fetchMade(configured: ConfiguredHost, address: string, signal: AbortSignal): Promise<MediaResponse> {
  let at = address;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const isOwn = new URL(at).origin === new URL(configured.host.baseUrl).origin;
    if (!isOwn && !at.startsWith('https://')) throw new InvalidAnswer('the provider keeps the result at an address that is not safe to ask');
    const answer = await httpRequest(at, {
      method: 'GET',
      headers: { 'user-agent': 'GreatRouter', ...(isOwn && { ...keyHeader(configured), ...configured.host.headers }) },
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(!isOwn && { dispatcher: publicOnly.dispatcher }),
    });
    const next = answer.statusCode >= 300 && answer.statusCode < 400 ? answer.headers['location'] : undefined;
    if (typeof next !== 'string') return whole(answer);
    await answer.body.dump();
    at = new URL(next, at).href;
  }
  throw new InvalidAnswer('the provider sends from one address of the result to the next');
}

async function whole({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<MediaResponse> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestAnswer) {
      body.destroy();
      throw new InvalidAnswer('the answer of the provider is too large', 'result_too_large');
    }
    chunks.push(chunk);
  }
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return { status: statusCode, header, body: Buffer.concat(chunks) };
}

const schemes = { bearer: 'Bearer', key: 'Key', token: 'Token' } as const;

function keyHeader({ host, keys }: ConfiguredHost): Record<string, string> {
  const key = keys[0]!;
  if (key === '') return {};
  return host.auth in schemes ? { authorization: `${schemes[host.auth as keyof typeof schemes]} ${key}` } : { [host.auth]: key };
}

/** A key goes to the host it belongs to and nowhere else, whatever address the provider's answer names. */
function ofHost(address: string, { baseUrl, site }: ConfiguredHost['host']): string {
  const asked = new URL(address);
  const isOwn = asked.origin === new URL(baseUrl).origin || (site !== undefined && asked.protocol === 'https:' && asked.hostname.endsWith(`.${site}`));
  if (!isOwn) throw new InvalidAnswer('the provider named an address of another host');
  return address;
}
