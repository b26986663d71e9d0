/** Writing to a streaming call: bytes that are already encoded, with back-pressure and an end that can be noticed. */
import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';

export type StreamingCall = ServerWritableStream<unknown, Buffer> | ServerDuplexStream<unknown, Buffer>;

export class CallWriter {
  private readonly listeners = new Set<() => void>();
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
    return this.isGone || this.call.write(message);
  }

  /** Resolves when there is room again or nobody listens any more; leaves no listener behind, however often it is called. */
  async ready(): Promise<void> {
    if (this.isGone || !this.call.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const resume = () => {
        this.call.off('drain', resume);
        this.listeners.delete(resume);
        resolve();
      };
      this.call.on('drain', resume);
      this.listeners.add(resume);
    });
  }

  private end(): void {
    if (this.isGone) return;
    this.isGone = true;
    for (const notify of [...this.listeners]) notify();
  }
}
