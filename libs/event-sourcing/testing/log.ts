/** A real event log for a test: the embedded node in this thread, in a folder that goes away. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '../../../eventstore/embedded/index.js';
import { EventLog } from '../event-log.js';

export interface TestLog {
  readonly log: EventLog;
  readonly connectionString: string;
  close(): Promise<void>;
}

export async function testLog(): Promise<TestLog> {
  const dir = await mkdtemp(join(tmpdir(), 'greatrouter-log-'));
  const node = await create({ dir, mode: 'same-thread' }).listen();
  const log = new EventLog(node.connectionString);
  return {
    log,
    connectionString: node.connectionString,
    async close() {
      await log.close();
      await node.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
