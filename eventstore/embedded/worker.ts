/** The node in a worker thread: its event loop is its own, so a busy application does not delay appends or keepalives. */
import { parentPort, workerData } from 'node:worker_threads';
import { startNode, type NodeOptions } from './node.js';

export interface WorkerInput {
  readonly options: NodeOptions;
  readonly token: string;
}

export type WorkerMessage =
  | { readonly kind: 'listening'; readonly host: string; readonly port: number; readonly connectionString: string }
  | { readonly kind: 'refused'; readonly name: string; readonly message: string }
  | { readonly kind: 'stopped'; readonly reason: string | undefined };

const port = parentPort!;
const say = (message: WorkerMessage): void => port.postMessage(message);
const { options, token } = workerData as WorkerInput;

try {
  const node = await startNode(options, token);
  say({ kind: 'listening', host: node.host, port: node.port, connectionString: node.connectionString });
  port.once('message', () => void node.close());
  const reason = await node.stopped;
  say({ kind: 'stopped', reason: reason?.message });
} catch (error) {
  const { name, message } = error as Error;
  say({ kind: 'refused', name, message });
}
port.close();
