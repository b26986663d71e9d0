import { createHash } from 'node:crypto';

/** Salted by the request id and length-prefixed, so that equal prompts cannot be linked and no two texts collide. */
export const promptHash = (requestId: string, prompt: string): string =>
  createHash('sha256').update(`${requestId.length}:${requestId}${Buffer.byteLength(prompt)}:`).update(prompt).digest('hex');
