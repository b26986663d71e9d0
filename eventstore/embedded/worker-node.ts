/** Starts a node in a worker thread and stands for it in this one. */
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { giveUp } from './lock.js';
import { addressOf, type NodeOptions, type RunningNode } from './node.js';
import type { OnProgress, Operations } from './operations/operations.js';
import type { Operation, WorkerInput, WorkerMessage, WorkerRequest } from './worker.js';

/** The node's thread ended, by itself or while it was asked something. */
export class NodeStopped extends Error {
  override name = 'NodeStopped';
}

type Listening = Extract<WorkerMessage, { kind: 'listening' }>;

export async function startWorkerNode(options: NodeOptions): Promise<RunningNode> {
  addressOf(options);
  const token = randomUUID();
  const input: WorkerInput = { options, token };
  // Flags of the application's own entry (`--input-type`, `-e`) would not fit the worker's.
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: input, execArgv: [] });
  const remote = new RemoteOperations(worker);
  let stop: (reason: Error | undefined) => void = () => undefined;
  const stopped = new Promise<Error | undefined>((resolve) => (stop = resolve));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let closing = false;
  const ended = exited.then(() => {
    giveUp(token);
    const reason = closing ? undefined : new NodeStopped('the thread of the event log ended');
    remote.fail(reason ?? new NodeStopped('the node was closed'));
    stop(reason);
  });
  const { host, port, connectionString } = await new Promise<Listening>((resolve, reject) => {
    worker.on('error', (error) => {
      stop(error as Error);
      reject(error as Error);
    });
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'listening') resolve(message);
      else if (message.kind === 'refused') reject(named(message));
      else if (message.kind === 'stopped') stop(message.reason === undefined ? undefined : new NodeStopped(message.reason));
      else remote.hear(message);
    });
  });
  const close = async () => {
    closing = true;
    worker.postMessage({ kind: 'close' } satisfies WorkerRequest);
    await ended;
  };
  return { ...remote.operations, host, port, connectionString, stopped, close };
}

const named = ({ name, message }: { name: string; message: string }): Error => Object.assign(new Error(message), { name });

interface Asked {
  readonly progress: OnProgress | undefined;
  readonly resolve: (report: never) => void;
  readonly reject: (error: Error) => void;
}

/** The operations of the node in the other thread. */
class RemoteOperations {
  private readonly asked = new Map<number, Asked>();
  private nextId = 1;

  constructor(private readonly worker: Worker) {}

  readonly operations: Operations = {
    stats: () => this.ask('stats'),
    verify: (progress) => this.ask('verify', progress),
    backup: (target, progress) => this.ask('backup', progress, target),
    scavenge: (progress) => this.ask('scavenge', progress),
  };

  hear(message: Extract<WorkerMessage, { id: number }>): void {
    const asked = this.asked.get(message.id);
    if (asked === undefined) return;
    if (message.kind === 'progress') return asked.progress?.(message.done, message.total);
    this.asked.delete(message.id);
    if (message.kind === 'done') asked.resolve(message.report as never);
    else asked.reject(named(message));
  }

  fail(error: Error): void {
    for (const { reject } of this.asked.values()) reject(error);
    this.asked.clear();
  }

  private ask<Report>(operation: Operation, progress?: OnProgress, target?: string): Promise<Report> {
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      this.asked.set(id, { progress, resolve, reject });
      this.worker.postMessage({ kind: 'operate', id, operation, ...(target !== undefined && { target }) } satisfies WorkerRequest);
    });
  }
}
