/** Providers over HTTP: one undici pool per origin, driven by its dispatch handlers, so that no stream object stands between. */
import { Pool, type Dispatcher } from 'undici';
import type { ProviderHost } from '../domain/hosts.js';
import type { Receiver, Transfer, Upstream, UpstreamRequest } from './upstream.js';

export interface HttpLimits {
  readonly connectMs: number;
  /** Connections to one origin; more calls wait for a free one. */
  readonly connections: number;
}

export const defaultHttpLimits: HttpLimits = { connectMs: 5_000, connections: 512 };
const keepAliveMs = 30_000;

/** A pool and what every request to a host has in common. */
interface Route {
  readonly pool: Pool;
  readonly prefix: string;
}

export class HttpUpstream implements Upstream {
  private readonly pools = new Map<string, Pool>();
  private readonly routes = new Map<string, Route>();

  constructor(private readonly limits: HttpLimits = defaultHttpLimits) {}

  send(request: UpstreamRequest, receiver: Receiver): Transfer {
    const { pool, prefix } = this.route(request.host.baseUrl);
    const call = new HttpTransfer(receiver);
    pool.dispatch(
      {
        method: 'POST',
        path: prefix + request.path,
        headers: headersFor(request.host, request.key),
        body: JSON.stringify(request.body),
        // The gateway keeps its own deadlines, which know what a slow first token means.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      call,
    );
    return call;
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
    this.pools.clear();
    this.routes.clear();
  }

  private route(baseUrl: string): Route {
    const known = this.routes.get(baseUrl);
    if (known) return known;
    const { origin, pathname } = new URL(baseUrl);
    const route = { pool: this.pool(origin), prefix: pathname.replace(/\/+$/, '') };
    this.routes.set(baseUrl, route);
    return route;
  }

  private pool(origin: string): Pool {
    const known = this.pools.get(origin);
    if (known) return known;
    const pool = new Pool(origin, {
      connections: this.limits.connections,
      connect: { timeout: this.limits.connectMs },
      keepAliveTimeout: keepAliveMs,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.pools.set(origin, pool);
    return pool;
  }
}

/** undici does not decompress, so none is asked for. An empty key is none. */
function headersFor(host: ProviderHost, key: string): string[] {
  const headers = ['content-type', 'application/json', 'accept-encoding', 'identity', 'user-agent', 'GreatRouter'];
  if (key === '') return headers;
  if (host.auth === 'bearer') headers.push('authorization', `Bearer ${key}`);
  else headers.push(host.auth, key);
  for (const [name, value] of Object.entries(host.headers ?? {})) headers.push(name, value);
  return headers;
}

class HttpTransfer implements Transfer, Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null;
  private aborted = false;

  constructor(private readonly receiver: Receiver) {}

  pause(): void {
    this.controller?.pause();
  }

  resume(): void {
    this.controller?.resume();
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.controller?.abort(new Error('aborted'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.aborted) controller.abort(new Error('aborted'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (this.aborted || status < 200) return;
    this.receiver.onHead(status, (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    });
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.aborted) this.receiver.onData(chunk);
  }

  onResponseEnd(): void {
    if (!this.aborted) this.receiver.onEnd();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (!this.aborted) this.receiver.onError(error);
  }
}
