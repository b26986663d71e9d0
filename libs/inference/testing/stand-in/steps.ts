/** Short words for scripts: whole answers, streams, refusals. */
import type { Step } from './stand-in.js';

export const head = (status = 200, headers: Readonly<Record<string, string>> = { 'content-type': 'text/event-stream' }): Step => ({ do: 'head', status, headers });
export const write = (bytes: string | Buffer): Step => ({ do: 'write', bytes });
export const wait = (ms: number): Step => ({ do: 'wait', ms });
export const end: Step = { do: 'end' };
export const close: Step = { do: 'close' };
export const reset: Step = { do: 'reset' };
export const hang: Step = { do: 'hang' };

/** A whole JSON answer with its length. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Step[] {
  const body = Buffer.from(JSON.stringify(value));
  return [
    { do: 'head', status, chunked: false, headers: { 'content-type': 'application/json', 'content-length': String(body.length), ...headers } },
    write(body),
  ];
}

/** A refusal in OpenAI's shape. */
export const refusal = (status: number, code: string | null, message: string, headers: Readonly<Record<string, string>> = {}): Step[] =>
  json(status, { error: { message, type: 'error', param: null, code } }, headers);

/** One server-sent event with JSON data. */
export const event = (value: unknown, name?: string): string => `${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(value)}\n\n`;
