/** A real event log for a test: the embedded node in this thread, in a folder that goes away. */
import { create } from '../../../eventstore/embedded/index.js';
import { EventLog } from '../event-log.js';
import { newFolder, removeFolder } from '../../platform/testing/folder.js';

export interface TestLog {
  readonly log: EventLog;
  readonly connectionString: string;
  close(): Promise<void>;
}

export async function testLog(): Promise<TestLog> {
  const dir = await newFolder('log');
  const node = await create({ dir, mode: 'same-thread' }).listen();
  const log = new EventLog(node.connectionString);
  return {
    log,
    connectionString: node.connectionString,
    async close() {
      await log.close();
      await node.close();
      await removeFolder(dir);
    },
  };
}
