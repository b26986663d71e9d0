import { hash } from 'node:crypto';

/** Salted by the request id and length-prefixed, so that equal prompts cannot be linked and no two texts collide. */
export const promptHash = (requestId: string, prompt: string): string =>
  hash('sha256', `${requestId.length}:${requestId}${Buffer.byteLength(prompt)}:${prompt}`, 'hex');
