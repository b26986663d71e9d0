/** The client's end of a streamed answer: bytes out, back-pressure in, and a signal when it hangs up. */
import type { FastifyReply } from 'fastify';
import type { AnswerFacts, ClientSink, HangUp } from '../../inference/domain/outcome.js';

/** Aborted as soon as the client is gone before its answer is complete. */
export class ClientHangUp implements HangUp {
  aborted = false;
  private readonly listeners = new Set<() => void>();

  constructor(reply: FastifyReply) {
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) this.abort();
    });
  }

  addEventListener(_: 'abort', listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.listeners.delete(listener);
  }

  private abort(): void {
    this.aborted = true;
    for (const listener of this.listeners) listener();
  }
}

/** The same for work that hands a signal on to others. */
export function hangUpSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  new ClientHangUp(reply).addEventListener('abort', () => controller.abort());
  return controller.signal;
}

export class ClientStream implements ClientSink {
  started = false;

  /**
   * @param headersOf what to say about the answer before its first byte
   * @param translated chat events as the client reads them; none at all is nothing to write yet
   */
  constructor(
    private readonly reply: FastifyReply,
    private readonly headersOf: (facts: AnswerFacts) => Record<string, string>,
    private readonly translated: (events: Buffer) => Buffer,
  ) {}

  start(facts: AnswerFacts): void {
    this.started = true;
    this.reply.hijack();
    this.reply.raw.writeHead(200, {
      ...(this.reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
      ...this.headersOf(facts),
    });
  }

  write(events: Buffer): boolean {
    const bytes = this.translated(events);
    return bytes.length === 0 || this.reply.raw.write(bytes);
  }

  drained(): Promise<void> {
    const { raw } = this.reply;
    if (!raw.writableNeedDrain || raw.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        raw.off('drain', done);
        raw.off('close', done);
        resolve();
      };
      raw.on('drain', done);
      raw.on('close', done);
    });
  }

  /** The last bytes, once the ending of the request is durable. */
  end(tail: Buffer | null): void {
    this.reply.raw.end(tail ? this.translated(tail) : undefined);
  }
}
