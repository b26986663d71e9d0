/** Writing to a streaming call: bytes that are already encoded, with back-pressure and an end that can be noticed. */
import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';

export type StreamingCall = ServerWritableStream<unknown, Buffer> | ServerDuplexStream<unknown, Buffer>;

export class CallWriter {
  private readonly notify: (() => void)[] = [];
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
    this.notify.push(notify);
  }

  /** `false`: wait for `ready` before writing much more. */
  write(message: Buffer): boolean {
    return this.isGone || this.call.write(message);
  }

  async ready(): Promise<void> {
    if (this.isGone || !this.call.writableNeedDrain) return;
    await new Promise<void>((resume) => {
      this.call.once('drain', resume);
      this.notify.push(resume);
    });
  }

  private end(): void {
    if (this.isGone) return;
    this.isGone = true;
    for (const notify of this.notify) notify();
  }
}
