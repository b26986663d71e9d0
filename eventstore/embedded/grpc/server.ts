/**
 * One port for gRPC (HTTP/2 with prior knowledge) and HTTP/1.1. The first bytes of a connection tell which it is:
 * HTTP/2 opens with `PRI * HTTP/2.0` (RFC 9113, section 3.4).
 */
import { createServer, type AddressInfo, type Server as SocketServer, type Socket } from 'node:net';
import type { Server as HttpServer } from 'node:http';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { createHttp } from '../http.js';
import type { EventStore } from '../store/event-store.js';
import { addGossip, addServerFeatures } from './server-features.js';
import { OpenAppends } from './open-appends.js';
import { Groups } from '../persistent-subscriptions/groups.js';
import { addPersistentSubscriptionsService } from './persistent-subscriptions-service.js';
import { addStreamsService } from './streams-service.js';

/** Clients send batches of up to 3 MiB, a single event may be larger, and they accept 17 MiB themselves. */
const MAX_MESSAGE_BYTES = 17 * 1024 * 1024;
/** Finds dead subscribers; clients ping at the same pace. */
const KEEPALIVE_MS = 10_000;
const HTTP2_PREFACE = Buffer.from('PRI');

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly maxAppendSize: number;
  /** `host:port` for gossip. */
  readonly advertise: string | undefined;
}

interface Parts {
  readonly grpc: Server;
  readonly http: HttpServer;
  readonly tcp: SocketServer;
  readonly groups: Groups;
  readonly openAppends: OpenAppends;
  readonly store: EventStore;
}

/** How long a closing node tries to get its last answers out. */
const LAST_ANSWERS_MS = 200;

export class NodeServer {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly parts: Parts) {}

  static async listen(store: EventStore, { host, port, maxAppendSize, advertise }: ListenOptions): Promise<NodeServer> {
    const grpc = new Server({
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': -1,
      'grpc.keepalive_time_ms': KEEPALIVE_MS,
      'grpc.keepalive_timeout_ms': KEEPALIVE_MS,
    });
    const openAppends = new OpenAppends();
    addStreamsService(grpc, { store, maxAppendSize, openAppends });
    const groups = new Groups(store);
    addPersistentSubscriptionsService(grpc, store, groups);
    addServerFeatures(grpc);
    addGossip(grpc, advertise);
    const http = createHttp();
    const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
    const tcp = createServer({ noDelay: true });
    const server = new NodeServer({ grpc, http, tcp, groups, openAppends, store });
    tcp.on('connection', (socket) => {
      server.track(socket);
      socket.once('readable', () => {
        const first = socket.read() as Buffer | null;
        if (first === null) return socket.destroy();
        socket.unshift(first);
        if (first.subarray(0, HTTP2_PREFACE.length).equals(HTTP2_PREFACE)) injector.injectConnection(socket);
        else http.emit('connection', socket);
      });
    });
    await new Promise<void>((resolve, reject) => {
      tcp.once('error', reject);
      tcp.listen(port, host, () => {
        tcp.off('error', reject);
        resolve();
      });
    });
    return server;
  }

  get port(): number {
    return (this.parts.tcp.address() as AddressInfo).port;
  }

  /**
   * Appends on their way to the disk are answered, those still being received fail as UNAVAILABLE, every other call
   * ends as CANCELLED: that is what makes clients connect anew.
   */
  async close(): Promise<void> {
    const { grpc, http, tcp, groups, openAppends, store } = this.parts;
    const closed = new Promise<void>((resolve) => tcp.close(() => resolve()));
    await store.commits.close();
    openAppends.failAll();
    groups.close();
    await this.flushed();
    grpc.forceShutdown();
    http.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Lets the last answers out; a peer that does not read them is not waited for. */
  private async flushed(): Promise<void> {
    const deadline = Date.now() + LAST_ANSWERS_MS;
    do await new Promise<void>((resolve) => setTimeout(resolve, 2));
    while (Date.now() < deadline && [...this.sockets].some(({ writableLength }) => writableLength > 0));
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.sockets.delete(socket));
  }
}
