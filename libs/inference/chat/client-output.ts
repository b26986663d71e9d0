/** The client's end of a streamed answer, shared by every attempt that may write to it. */
import type { AnswerFacts, ClientSink } from '../domain/outcome.js';

/** A comment of server-sent events: clients pass over it. */
export const heartbeat = Buffer.from(': still working\n\n');

export class ClientOutput {
  started = false;
  /** False while the client is slow: nothing may be written. */
  writable = true;
  /** Monotonic time of the first content and of the last bytes; 0 before. */
  firstContentAt = 0;
  private lastWriteAt = performance.now();

  constructor(
    private readonly sink: ClientSink,
    private readonly heartbeatMs: number,
  ) {}

  start(facts: AnswerFacts): void {
    if (this.started) return;
    this.started = true;
    this.sink.start(facts);
  }

  /** @param resume called once the client can take more, when it could not */
  write(events: Buffer, resume: () => void): void {
    this.lastWriteAt = performance.now();
    if (this.firstContentAt === 0) this.firstContentAt = this.lastWriteAt;
    if (this.sink.write(events)) return;
    this.writable = false;
    void this.sink.drained().then(() => {
      this.writable = true;
      resume();
    });
  }

  /**
   * Keeps proxies between here and the client from closing a silent connection. It commits the status, but no content:
   * the next model may still answer.
   */
  beat(nowMs: number, facts: () => AnswerFacts): void {
    if (!this.writable || nowMs - this.lastWriteAt < this.heartbeatMs) return;
    this.start(facts());
    this.lastWriteAt = nowMs;
    this.sink.write(heartbeat);
  }
}
