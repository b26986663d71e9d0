/** Verify: walks the log and the indexes, recomputes what each says of the other, and reports what does not agree. */
import { PAGE, yieldTurn } from '../paging.js';
import type { Environment } from '../store/environment.js';
import { indexKey, positionOfKey, revisionOfIndexKey, streamKey, streamNumberOfIndexKey } from '../store/keys.js';
import { Log, type LogEntry } from '../store/log.js';
import { bodyOf, dataOf, isTombstone, RECORD_VERSION, revisionOf, streamNumberOf, streamOf, typeOf } from '../store/record.js';
import { StreamIndex, TOMBSTONE_INDEX } from '../store/stream-index.js';
import { FieldReader } from '../wire/protobuf.js';

export interface VerifyReport {
  readonly events: number;
  readonly streams: number;
  /** Positions without an event; a scavenge leaves them, nothing else does. */
  readonly missingPositions: number;
  /** The first of what does not agree, in words. Empty for a sound log. */
  readonly problems: readonly string[];
}

const MOST_PROBLEMS = 100;

/** `progress` hears how many of `total` entries (log and index) were looked at. */
export async function verify(env: Environment, progress: (done: number, total: number) => void = () => undefined): Promise<VerifyReport> {
  return new Verification(env, progress).run();
}

class Verification {
  private readonly log: Log;
  private readonly index: StreamIndex;
  private readonly problems: string[] = [];
  /** Names by number, as the stream table has them. */
  private readonly numbers = new Map<string, number>();
  private readonly total: number;
  private done = 0;

  constructor(
    private readonly env: Environment,
    private readonly progress: (done: number, total: number) => void,
  ) {
    this.log = new Log(env);
    this.index = new StreamIndex(env);
    this.total = count(env.log) + count(env.index);
  }

  async run(): Promise<VerifyReport> {
    const { events, missingPositions } = await this.walkLog();
    const indexed = await this.walkIndex();
    if (indexed !== events) this.problem(`the log holds ${events} events, the index names ${indexed}`);
    return { events, missingPositions, streams: count(this.env.streams), problems: this.problems };
  }

  private async walkLog(): Promise<{ events: number; missingPositions: number }> {
    let events = 0;
    let expected = 1;
    let missingPositions = 0;
    for (let from = 1; ; ) {
      const page = this.log.forward(from, PAGE);
      for (const entry of page) {
        missingPositions += entry.position - expected;
        expected = entry.position + 1;
        events++;
        this.checkEntry(entry);
      }
      const last = page.at(-1);
      if (last === undefined) return { events, missingPositions };
      from = last.position + 1;
      await this.step(page.length);
    }
  }

  private checkEntry(entry: LogEntry): void {
    try {
      this.checkRecord(entry);
    } catch (error) {
      this.problem(`the record at ${entry.position} cannot be read: ${(error as Error).message}`);
    }
  }

  private checkRecord({ position, record }: LogEntry): void {
    if (record[0] !== RECORD_VERSION) return this.problem(`the record at ${position} has the unknown version ${record[0]}`);
    const stream = streamOf(record);
    const body = readBody(bodyOf(record));
    const revision = isTombstone(record) ? TOMBSTONE_INDEX : revisionOf(record);
    const agrees =
      body.stream === stream && body.type === typeOf(record) && body.revision === revision && body.commit === position &&
      body.prepare === position && body.data.equals(dataOf(record));
    if (!agrees) this.problem(`the record at ${position} says one thing in its header and another in its event`);
    const number = streamNumberOf(record);
    if (this.numberOf(stream) !== number) this.problem(`the record at ${position} is of stream number ${number}, but ${stream} is not`);
    if (this.index.position(number, revision) !== position) this.problem(`the index does not lead to ${revision}@${stream} at ${position}`);
  }

  private async walkIndex(): Promise<number> {
    let indexed = 0;
    let previous = { number: 0, revision: -1 };
    for (let start = indexKey(0, 0); ; ) {
      const page = [...this.env.index.getRange({ start, limit: PAGE.count })].map(({ key, value }) => ({
        number: streamNumberOfIndexKey(key),
        revision: revisionOfIndexKey(key),
        position: positionOfKey(value),
      }));
      for (const entry of page) {
        if (this.log.at(entry.position) === undefined) this.problem(`the index leads stream number ${entry.number}, revision ${entry.revision} to position ${entry.position}, where nothing is`);
        if (entry.number === previous.number && entry.revision <= previous.revision) this.problem(`the index of stream number ${entry.number} is out of order`);
        previous = entry;
      }
      indexed += page.length;
      const last = page.at(-1);
      if (last === undefined) return indexed;
      start = last.revision === TOMBSTONE_INDEX ? indexKey(last.number + 1, 0) : indexKey(last.number, last.revision + 1);
      await this.step(page.length);
    }
  }

  private numberOf(stream: string): number | undefined {
    const known = this.numbers.get(stream);
    if (known !== undefined) return known;
    const number = this.env.streams.get(streamKey(stream))?.readUInt32BE();
    if (number !== undefined && this.numbers.size < 100_000) this.numbers.set(stream, number);
    return number;
  }

  private problem(text: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(text);
  }

  private async step(looked: number): Promise<void> {
    this.done += looked;
    this.progress(this.done, this.total);
    await yieldTurn();
  }
}

const count = (table: { getStats(): unknown }): number => (table.getStats() as { entryCount: number }).entryCount;

/** Decodes a `RecordedEvent` by its fields, without trusting the header. */
function readBody(body: Buffer) {
  const event = { stream: '', type: '', revision: -1, prepare: -1, commit: -1, data: Buffer.alloc(0) as Buffer };
  const message = new FieldReader(body);
  while (message.next()) {
    if (message.field === 2) event.stream = lastText(message.message());
    else if (message.field === 3) event.revision = message.value;
    else if (message.field === 4) event.prepare = message.value;
    else if (message.field === 5) event.commit = message.value;
    else if (message.field === 6) {
      const entry = message.message();
      const key = entry.next() ? entry.text() : '';
      if (key === 'type' && entry.next()) event.type = entry.text();
    } else if (message.field === 8) event.data = message.bytes();
  }
  return event;
}

function lastText(message: FieldReader): string {
  let text = '';
  while (message.next()) text = message.text();
  return text;
}
