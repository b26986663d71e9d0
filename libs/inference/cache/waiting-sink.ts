/**
 * The client of a request that waits for another's answer: comments keep its connection open meanwhile. They commit the
 * status, so what comes afterwards, repeated or called for, must not start the answer again.
 */
import { heartbeat } from '../chat/client-output.js';
import type { AnswerFacts, ClientSink } from '../domain/outcome.js';

export class WaitingSink implements ClientSink {
  started = false;
  private writable = true;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly sink: ClientSink) {}

  start(facts: AnswerFacts): void {
    if (this.started) return;
    this.started = true;
    this.sink.start(facts);
  }

  write(events: Buffer): boolean {
    return this.sink.write(events);
  }

  drained(): Promise<void> {
    return this.sink.drained();
  }

  /** @param everyMs silence towards the client before each comment */
  wait(everyMs: number, facts: AnswerFacts): void {
    this.timer ??= setInterval(() => this.beat(facts), everyMs);
  }

  waited(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  private beat(facts: AnswerFacts): void {
    if (!this.writable) return;
    this.start(facts);
    if (this.sink.write(heartbeat)) return;
    this.writable = false;
    void this.sink.drained().then(() => (this.writable = true));
  }
}
