/** Reads the JSON of server-sent events out of bytes that may be cut anywhere, for formats that are translated. */
import { endOfEvent, parseEvent } from '../chat/event-bytes.js';
import type { Json } from '../domain/json.js';

export class EventReader {
  private rest: Buffer = Buffer.alloc(0);

  /** The data of every event that the chunk completes. Events without a JSON object are passed over. */
  *read(chunk: Buffer): Generator<Json> {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let start = 0;
    for (let end = endOfEvent(bytes, 0); end !== -1; start = end, end = endOfEvent(bytes, start)) {
      const value = parseEvent(bytes.subarray(start, end));
      if (value) yield value;
    }
    this.rest = bytes.subarray(start);
  }
}
