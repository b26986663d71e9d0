/** Changes the stored records of a log that no node has open, as somebody would who can write its file. */
import { openEnvironment, type Environment } from '../store/environment.js';
import { positionKey } from '../store/keys.js';
import { bodyOf, createdMsOf, dataOf, encodeRecord, idOf, isJson, revisionOf, streamNumberOf, streamOf, typeOf, type StoredRecord } from '../store/record.js';
import { FieldReader } from '../wire/protobuf.js';

/** An event taken out of its place. */
export interface TakenEvent {
  readonly id: Buffer;
  readonly type: Buffer;
  readonly json: boolean;
  readonly data: Buffer;
  readonly metadata: Buffer;
  readonly streamNumber: number;
  readonly stream: Buffer;
  readonly revision: number;
  readonly createdMs: number;
}

const metadataField = 7;

/** Every change can be undone: what stood there before is kept. */
export class Tampering {
  private readonly before = new Map<number, StoredRecord | undefined>();

  private constructor(private readonly env: Environment) {}

  /** One log, one change. Close it before a node opens the folder. */
  static async in(dir: string, change: (tampering: Tampering) => void): Promise<Tampering> {
    const tampering = new Tampering(openEnvironment({ dir }));
    change(tampering);
    await tampering.env.root.close();
    return tampering;
  }

  async undo(dir: string): Promise<void> {
    await Tampering.in(dir, (next) => {
      for (const [position, record] of this.before) next.write(position, record);
    });
  }

  at(position: number): TakenEvent {
    const record = this.env.log.get(positionKey(position));
    if (!record) throw new RangeError(`nothing stands at position ${position}`);
    return {
      id: Buffer.from(idOf(record)), type: Buffer.from(typeOf(record)), json: isJson(record), data: Buffer.from(dataOf(record)), metadata: metadataOf(record),
      streamNumber: streamNumberOf(record), stream: Buffer.from(streamOf(record)), revision: revisionOf(record), createdMs: createdMsOf(record),
    };
  }

  put(position: number, event: TakenEvent): void {
    this.write(position, encodeRecord(event, { ...event, position }));
  }

  remove(position: number): void {
    this.write(position, undefined);
  }

  private write(position: number, record: StoredRecord | undefined): void {
    const key = positionKey(position);
    if (!this.before.has(position)) {
      const found = this.env.log.get(key);
      this.before.set(position, found && Buffer.from(found));
    }
    if (record) this.env.log.putSync(key, record);
    else this.env.log.removeSync(key);
  }
}

function metadataOf(record: StoredRecord): Buffer {
  const body = bodyOf(record);
  const fields = new FieldReader(body);
  while (fields.next()) if (fields.field === metadataField) return Buffer.from(body.subarray(fields.start, fields.end));
  return Buffer.alloc(0);
}
