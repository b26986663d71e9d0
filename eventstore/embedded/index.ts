/**
 * An event log that any official EventStoreDB client can use as a single insecure node, durable in one folder.
 *
 *     const node = await create({ dir: './log' }).listen();
 *     const client = EventStoreDBClient.connectionString(node.connectionString);
 *     ...
 *     await node.close();
 */
import { startNode, type NodeOptions, type RunningNode } from './node.js';
import { startWorkerNode } from './worker-node.js';

export interface CreateOptions extends NodeOptions {
  /** `worker` (the default): a thread of its own. `same-thread`: for unit tests. Its own process: the command of this package. */
  readonly mode?: 'worker' | 'same-thread';
}

/** Prepares a node; nothing is opened before `listen`. */
export function create({ mode = 'worker', ...options }: CreateOptions): { listen(): Promise<RunningNode> } {
  return { listen: () => (mode === 'worker' ? startWorkerNode(options) : startNode(options)) };
}

export { LogLocked } from './lock.js';
export { PublicAddressRefused, type NodeOptions, type RunningNode } from './node.js';
export { LogDamaged, UnknownFormat } from './store/event-store.js';
export type { OnProgress, Operations } from './operations/operations.js';
