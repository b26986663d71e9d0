/** A client's HTTP response as the sink of a streamed answer. */
import type { ServerResponse } from 'node:http';
import type { AnswerFacts, ClientSink } from '../domain/outcome.js';

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // Keeps nginx from gathering the stream.
  'x-accel-buffering': 'no',
};

export class ResponseSink implements ClientSink {
  /**
   * @param response not yet written to
   * @param headersFor what goes beside the headers of the stream
   */
  constructor(
    private readonly response: ServerResponse,
    private readonly headersFor: (facts: AnswerFacts) => Readonly<Record<string, string>>,
  ) {}

  start(facts: AnswerFacts): void {
    this.response.writeHead(200, { ...streamHeaders, ...this.headersFor(facts) });
  }

  write(events: Buffer): boolean {
    return this.response.destroyed || this.response.write(events);
  }

  drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.response.off('drain', done);
        this.response.off('close', done);
        resolve();
      };
      this.response.once('drain', done);
      this.response.once('close', done);
    });
  }
}
