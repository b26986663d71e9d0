/** Writing to a streaming call: bytes that are already encoded, with back-pressure and an end that can be noticed. */
import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import type { Message } from '../wire/message.js';
import { FramedMessages } from './framed-messages.js';

export type StreamingCall = ServerWritableStream<unknown, Buffer> | ServerDuplexStream<unknown, Buffer>;

/** What may be on its way to a caller before the next page is read for it. */
const mostUnderway = 1024 * 1024;

export class CallWriter {
  private readonly listeners = new Set<() => void>();
  private readonly waiting = new Set<() => void>();
  private underway = 0;
  private isGone: boolean;

  constructor(private readonly call: StreamingCall) {
    this.isGone = call.cancelled;
    call.once('cancelled', () => this.end());
    call.once('close', () => this.end());
    call.once('error', () => this.end());
  }

  /** True once nobody listens any more. */
  get gone(): boolean {
    return this.isGone;
  }

  onGone(notify: () => void): void {
    this.listeners.add(notify);
  }

  /** `false`: wait for `ready` before writing much more. */
  write(message: Buffer): boolean {
    return this.isGone || this.send(message, message.length);
  }

  /** The same for a page of messages, in one write. */
  writeAll(messages: readonly Message[]): boolean {
    if (this.isGone || messages.length === 0) return true;
    const page = new FramedMessages(messages);
    return this.send(page as unknown as Buffer, page.byteLength);
  }

  /** Resolves when there is room again or nobody listens any more; leaves no listener behind, however often it is called. */
  async ready(): Promise<void> {
    if (this.isGone || this.underway < mostUnderway) return;
    await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  private send(message: Buffer, size: number): boolean {
    this.underway += size;
    this.call.write(message, () => {
      const full = this.underway >= mostUnderway;
      this.underway -= size;
      if (full && this.underway < mostUnderway) this.makeRoom();
    });
    return this.underway < mostUnderway;
  }

  private makeRoom(): void {
    for (const resume of this.waiting) resume();
    this.waiting.clear();
  }

  private end(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.makeRoom();
    for (const notify of [...this.listeners]) notify();
  }
}
