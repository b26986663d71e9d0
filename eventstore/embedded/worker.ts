/** The node in a worker thread: its event loop is its own, so a busy application does not delay appends or keepalives. */
import { parentPort, workerData } from 'node:worker_threads';
import { startNode, type NodeOptions, type RunningNode } from './node.js';

export interface WorkerInput {
  readonly options: NodeOptions;
  readonly token: string;
}

export type Operation = 'stats' | 'verify' | 'backup' | 'scavenge';

/** What the application's thread asks of the node's. */
export type WorkerRequest = { readonly kind: 'close' } | { readonly kind: 'operate'; readonly id: number; readonly operation: Operation; readonly target?: string };

export type WorkerMessage =
  | { readonly kind: 'listening'; readonly host: string; readonly port: number; readonly connectionString: string }
  | { readonly kind: 'refused'; readonly name: string; readonly message: string }
  | { readonly kind: 'stopped'; readonly reason: string | undefined }
  | { readonly kind: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly id: number; readonly report: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly name: string; readonly message: string };

const port = parentPort!;
const say = (message: WorkerMessage): void => port.postMessage(message);
const { options, token } = workerData as WorkerInput;

async function operate(node: RunningNode, { id, operation, target }: Extract<WorkerRequest, { kind: 'operate' }>): Promise<void> {
  const progress = (done: number, total: number) => say({ kind: 'progress', id, done, total });
  try {
    const report = await (operation === 'backup' ? node.backup(target!, progress) : node[operation](progress));
    say({ kind: 'done', id, report });
  } catch (error) {
    const { name, message } = error as Error;
    say({ kind: 'failed', id, name, message });
  }
}

try {
  const node = await startNode(options, token);
  say({ kind: 'listening', host: node.host, port: node.port, connectionString: node.connectionString });
  port.on('message', (request: WorkerRequest) => void (request.kind === 'close' ? node.close() : operate(node, request)));
  const reason = await node.stopped;
  say({ kind: 'stopped', reason: reason?.message });
} catch (error) {
  const { name, message } = error as Error;
  say({ kind: 'refused', name, message });
}
port.close();
