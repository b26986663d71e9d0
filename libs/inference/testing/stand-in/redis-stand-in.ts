/** As much of Redis as a cache needs (RESP2: GET, SET with EX, and what a client asks at the start), with its contents in sight. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class RedisStandIn {
  readonly values = new Map<string, Buffer>();
  /** Seconds to live, as they were set. */
  readonly lifetimes = new Map<string, number>();
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<RedisStandIn> {
    const server = createServer();
    const standIn = new RedisStandIn(server);
    server.on('connection', (socket) => standIn.connected(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private connected(socket: Socket): void {
    this.sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      for (let command = commandIn(received); command; command = commandIn(received)) {
        received = received.subarray(command.length);
        socket.write(this.answer(command.words));
      }
    });
  }

  private answer([name = Buffer.alloc(0), key = Buffer.alloc(0), value, , seconds]: readonly Buffer[]): Buffer | string {
    switch (name.toString().toLowerCase()) {
      case 'get':
        return bulk(this.values.get(key.toString()) ?? null);
      case 'set':
        this.values.set(key.toString(), value!);
        this.lifetimes.set(key.toString(), Number(seconds));
        return '+OK\r\n';
      case 'info':
        return bulk(Buffer.from('redis_version:7.4.0\r\nloading:0\r\n'));
      default:
        return '+OK\r\n';
    }
  }
}

const bulk = (value: Buffer | null): Buffer | string =>
  value === null ? '$-1\r\n' : Buffer.concat([Buffer.from(`$${value.length}\r\n`), value, Buffer.from('\r\n')]);

/** The first whole command, an array of bulk strings; null when there is none yet. */
function commandIn(bytes: Buffer): { words: Buffer[]; length: number } | null {
  let at = 0;
  const line = (): string | null => {
    const end = bytes.indexOf('\r\n', at);
    if (end === -1) return null;
    const text = bytes.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  const count = line();
  if (!count) return null;
  const words: Buffer[] = [];
  while (words.length < Number(count.slice(1))) {
    const size = line();
    if (!size || bytes.length < at + Number(size.slice(1)) + 2) return null;
    words.push(bytes.subarray(at, at + Number(size.slice(1))));
    at += Number(size.slice(1)) + 2;
  }
  return { words, length: at };
}
