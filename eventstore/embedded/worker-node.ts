/** Starts a node in a worker thread and stands for it in this one. */
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { giveUp } from './lock.js';
import { addressOf, type NodeOptions, type RunningNode } from './node.js';
import type { WorkerInput, WorkerMessage } from './worker.js';

/** The node's thread ended although nobody closed it. */
export class NodeStopped extends Error {
  override name = 'NodeStopped';
}

export async function startWorkerNode(options: NodeOptions): Promise<RunningNode> {
  addressOf(options);
  const token = randomUUID();
  const input: WorkerInput = { options, token };
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: input });
  let stop: (reason: Error | undefined) => void = () => undefined;
  const stopped = new Promise<Error | undefined>((resolve) => (stop = resolve));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let closing = false;
  void exited.then(() => {
    giveUp(token);
    stop(closing ? undefined : new NodeStopped('the thread of the event log ended'));
  });
  const listening = await new Promise<Extract<WorkerMessage, { kind: 'listening' }>>((resolve, reject) => {
    worker.on('error', (error) => {
      stop(error as Error);
      reject(error as Error);
    });
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'listening') resolve(message);
      else if (message.kind === 'refused') reject(Object.assign(new Error(message.message), { name: message.name }));
      else stop(message.reason === undefined ? undefined : new NodeStopped(message.reason));
    });
  });
  const { host, port, connectionString } = listening;
  const close = async () => {
    closing = true;
    worker.postMessage('close');
    await exited;
  };
  return { host, port, connectionString, stopped, close };
}
