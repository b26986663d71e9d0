/** One node: a locked log and the server in front of it. Runs in whatever thread calls `startNode`. */
import { operationsOf, type Operations } from './operations/operations.js';
import { NodeServer } from './grpc/server.js';
import { EventStore } from './store/event-store.js';
import type { LogFailed } from './store/group-commit.js';

export interface NodeOptions {
  /** Folder of the log; created if absent. One folder has one node. */
  readonly dir: string;
  /** Address to bind to. Anything but loopback needs `allowPublic`: there is no authentication. */
  readonly host?: string;
  /** 0 picks a free port. */
  readonly port?: number;
  readonly allowPublic?: boolean;
  /** `host:port` that gossip tells clients; by default the address each of them called. */
  readonly advertise?: string;
  /** Most bytes of event data in one append; 1 MiB as the real server. */
  readonly maxAppendSize?: number;
}

/** A node that listens. */
export interface RunningNode extends Operations {
  readonly host: string;
  readonly port: number;
  /** For the official client. */
  readonly connectionString: string;
  /** Resolves when the node is no longer running: `undefined` after `close`, else why it stopped by itself. */
  readonly stopped: Promise<Error | undefined>;
  close(): Promise<void>;
}

export const DEFAULT_PORT = 2113;
const DEFAULT_HOST = '127.0.0.1';
const MAX_APPEND_SIZE = 1024 * 1024;

/** The node was told to listen where others can reach it. */
export class PublicAddressRefused extends Error {
  override name = 'PublicAddressRefused';
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

export function addressOf({ host = DEFAULT_HOST, allowPublic = false }: NodeOptions): string {
  if (isLoopback(host) || allowPublic) return host;
  throw new PublicAddressRefused(
    `${host} is reachable from other machines and this node has no authentication: use 127.0.0.1, or allow it explicitly (allowPublic, --allow-public)`,
  );
}

export const connectionString = (host: string, port: number): string => `esdb://${host.includes(':') ? `[${host}]` : host}:${port}?tls=false`;

/** Opens the log and listens. `token` names the owner in the lock. */
export async function startNode(options: NodeOptions, token?: string): Promise<RunningNode> {
  const host = addressOf(options);
  let stop: (reason: Error | undefined) => void = () => undefined;
  const stopped = new Promise<Error | undefined>((resolve) => (stop = resolve));
  let fail: (error: LogFailed) => void = () => undefined;
  const store = await EventStore.open({ dir: options.dir, onFailure: (error) => fail(error), ...(token !== undefined && { token }) });
  const { port: wanted = 0, maxAppendSize = MAX_APPEND_SIZE, advertise } = options;
  const server = await NodeServer.listen(store, { host, port: wanted, maxAppendSize, advertise }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  let closing: Promise<void> | undefined;
  const shutDown = (reason: Error | undefined) =>
    (closing ??= (async () => {
      await server.close();
      await store.close();
      stop(reason);
    })());
  // Let the calls in flight hear UNAVAILABLE before the connections go.
  fail = (error) => void setImmediate(() => void shutDown(error));
  const { port } = server;
  return { ...operationsOf(store), host, port, connectionString: connectionString(host, port), stopped, close: () => shutDown(undefined) };
}
