/**
 * The clients of the benchmark, in a process of their own: raw sockets with requests made beforehand, because a client
 * library would cost more than what is measured. Takes one job as JSON in LOAD and prints its result as JSON.
 */
import { connect, type Socket } from 'node:net';

export interface Job {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  /** Whole answers, one after the other on each connection, for so long; or one stream on each, all at once. */
  readonly kind: 'whole' | 'streams';
  readonly seconds: number;
}

export interface Result {
  readonly answers: number;
  readonly failures: number;
  /** Milliseconds: whole answers to their last byte, streams to their first token. */
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
  /** What went wrong first, for the reader. */
  readonly example: string | null;
}

const latencies: number[] = [];
let failures = 0;
let example: string | null = null;

function requestBytes({ path, headers, body, port }: Job): Buffer {
  const lines = Object.entries({ host: `127.0.0.1:${port}`, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...headers });
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });

function failed(text: string): void {
  failures++;
  example ??= text.slice(0, 400);
}

/** Whole answers until the time is over. */
function repeat(socket: Socket, request: Buffer, until: number): Promise<void> {
  return new Promise((resolve) => {
    let received = '';
    let sentAt = 0;
    const send = (): void => {
      sentAt = performance.now();
      received = '';
      socket.write(request);
    };
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (!isWhole(received)) return;
      latencies.push(performance.now() - sentAt);
      if (!received.startsWith('HTTP/1.1 200')) failed(received);
      if (performance.now() < until) return send();
      socket.destroy();
      resolve();
    });
    socket.on('close', resolve);
    send();
  });
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /content-length: *(\d+)/i.exec(text.slice(0, end))?.[1];
  return length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= end + 4 + Number(length);
}

/** One stream from its request to its end mark. A slow reader would hide a slow gateway: bytes are only looked at. */
function stream(socket: Socket, request: Buffer): Promise<void> {
  return new Promise((resolve) => {
    let received = '';
    let first = 0;
    const sentAt = performance.now();
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (first === 0 && received.includes('"content":" word0"')) {
        first = performance.now();
        latencies.push(first - sentAt);
      }
      if (!received.endsWith('0\r\n\r\n')) return;
      if (!received.includes('[DONE]') || !received.includes('word57')) failed(received.slice(-400));
      socket.removeAllListeners();
      socket.destroy();
      resolve();
    });
    socket.on('close', () => {
      failed(`closed: ${received.slice(-300)}`);
      resolve();
    });
    socket.write(request);
  });
}

async function run(job: Job): Promise<Result> {
  const request = requestBytes(job);
  const started = performance.now();
  if (job.kind === 'whole') {
    const sockets = await Promise.all(Array.from({ length: job.connections }, () => open(job.port)));
    await Promise.all(sockets.map((socket) => repeat(socket, request, started + job.seconds * 1000)));
  } else {
    const sockets = await Promise.all(Array.from({ length: job.connections }, () => open(job.port)));
    await Promise.all(sockets.map((socket) => stream(socket, request)));
  }
  const seconds = (performance.now() - started) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? NaN;
  return { answers: latencies.length, failures, p50: at(0.5), p99: at(0.99), perSecond: latencies.length / seconds, example };
}

process.stdout.write(JSON.stringify(await run(JSON.parse(process.env['LOAD']!) as Job)));
