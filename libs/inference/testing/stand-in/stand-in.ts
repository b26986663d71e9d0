/**
 * A provider that does exactly what a script says, byte by byte, on a socket: a stand-in for real ones in tests and
 * benchmarks. It is its own HTTP/1.1 server, because a framework cannot reset a connection before the headers, stall
 * with the socket open, or end a chunked body without its last chunk; and it shares no code with the gateway.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty when what came is no JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What came, as it came. */
  readonly raw: Buffer;
  readonly model: string;
  /** 1 for the first request that names this model. */
  readonly attempt: number;
  /** Milliseconds since the stand-in started listening. */
  readonly atMs: number;
}

export type Step =
  | { readonly do: 'head'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly chunked?: boolean }
  /** Raw bytes of the body; framed as a chunk after a chunked head. */
  | { readonly do: 'write'; readonly bytes: string | Buffer }
  | { readonly do: 'wait'; readonly ms: number }
  /** Ends the body properly. */
  | { readonly do: 'end' }
  /** Closes the connection, whatever was promised. */
  | { readonly do: 'close' }
  | { readonly do: 'reset' }
  /** Stays silent until the client leaves. */
  | { readonly do: 'hang' };

export type Script = (request: SeenRequest) => Iterable<Step>;

export class StandIn {
  readonly requests: SeenRequest[] = [];
  /** Milliseconds since it started, at which a client left while an answer was under way. */
  readonly leftAtMs: number[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly attempts = new Map<string, number>();
  private readonly startedAt = performance.now();

  private constructor(
    private readonly server: Server,
    private script: Script,
  ) {}

  static async listen(script: Script, port = 0): Promise<StandIn> {
    const server = createServer({ noDelay: true });
    const standIn = new StandIn(server, script);
    server.on('connection', (socket) => standIn.connected(socket));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  get connections(): number {
    return this.sockets.size;
  }

  nowMs(): number {
    return performance.now() - this.startedAt;
  }

  follow(script: Script): void {
    this.script = script;
    this.requests.length = 0;
    this.leftAtMs.length = 0;
    this.attempts.clear();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private connected(socket: Socket): void {
    this.sockets.add(socket);
    let received = Buffer.alloc(0);
    let busy = false;
    const next = (): void => {
      const parsed = busy ? null : parseRequest(received);
      if (!parsed) return;
      received = received.subarray(parsed.length);
      busy = true;
      void this.answer(socket, parsed).then(() => {
        busy = false;
        if (!socket.destroyed) next();
      });
    };
    socket.on('data', (bytes) => {
      received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
      next();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      if (busy) this.leftAtMs.push(this.nowMs());
    });
  }

  private async answer(socket: Socket, raw: RawRequest): Promise<void> {
    const body = jsonIn(raw.body);
    const model = String(body['model'] ?? raw.path);
    const attempt = (this.attempts.get(model) ?? 0) + 1;
    this.attempts.set(model, attempt);
    const request = { ...raw, body, raw: raw.body, model, attempt, atMs: this.nowMs() };
    this.requests.push(request);
    let chunked = false;
    for (const step of this.script(request)) {
      if (socket.destroyed) return;
      if (step.do === 'head') chunked = step.chunked !== false;
      await perform(socket, step, chunked);
    }
  }
}

interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  /** Bytes it took. */
  readonly length: number;
}

/** Forms and recordings are no JSON: a script reads them as they came. */
function jsonIn(bytes: Buffer): Record<string, unknown> {
  const isJson = bytes[0] === 0x7b;
  return isJson ? (JSON.parse(bytes.toString('utf8')) as Record<string, unknown>) : {};
}

/** Null while the request is not whole. */
function parseRequest(bytes: Buffer): RawRequest | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [line = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const [method = '', path = ''] = line.split(' ');
  const headers = Object.fromEntries(lines.map((each) => [each.slice(0, each.indexOf(':')).toLowerCase(), each.slice(each.indexOf(':') + 1).trim()]));
  const length = end + 4 + Number(headers['content-length'] ?? 0);
  return bytes.length < length ? null : { method, path, headers, body: bytes.subarray(end + 4, length), length };
}

async function perform(socket: Socket, step: Step, chunked: boolean): Promise<void> {
  switch (step.do) {
    case 'head': {
      const headers = { ...step.headers, ...(chunked ? { 'transfer-encoding': 'chunked' } : {}) };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 ${step.status} Status\r\n${lines.join('')}\r\n`);
      return;
    }
    case 'write':
      return write(socket, Buffer.from(step.bytes as string), chunked);
    case 'wait':
      return pause(socket, step.ms);
    case 'end':
      if (chunked) socket.write('0\r\n\r\n');
      return;
    case 'close':
      socket.end();
      socket.destroySoon();
      return closed(socket);
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'hang':
      return closed(socket);
  }
}

async function write(socket: Socket, bytes: Buffer, chunked: boolean): Promise<void> {
  const frame = chunked ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]) : bytes;
  if (bytes.length === 0 || socket.write(frame) || socket.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.once('drain', done).once('close', done);
  });
}

async function pause(socket: Socket, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      socket.off('close', done);
      resolve();
    }
    socket.once('close', done);
  });
}

const closed = (socket: Socket): Promise<void> =>
  socket.destroyed ? Promise.resolve() : new Promise((resolve) => socket.once('close', () => resolve()));
