/**
 * Which log a checkpoint speaks of: the id of its very first event. A database pointed at another log would otherwise
 * skip that log's beginning without a word.
 */
import type { Recorded } from '../domain/event.js';

export async function storeIdOf(log: { readAll(): AsyncIterable<Recorded> }): Promise<string | null> {
  for await (const first of log.readAll()) return first.id;
  return null;
}
