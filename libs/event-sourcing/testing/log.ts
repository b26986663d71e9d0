/** A real event log for a test: the embedded node in this thread, in a folder that goes away. */
import { create } from '../../../eventstore/embedded/index.js';
import { EventLog } from '../event-log.js';
import { newFolder, removeFolder } from '../../platform/testing/folder.js';

export interface TestLog {
  readonly log: EventLog;
  readonly connectionString: string;
  readonly dir: string;
  close(): Promise<void>;
}

export async function testLog(): Promise<TestLog> {
  const opened = await openedLog(await newFolder('log'));
  return {
    ...opened,
    async close() {
      await opened.close();
      await removeFolder(opened.dir);
    },
  };
}

/** The log in a folder, which stays. */
export async function openedLog(dir: string): Promise<TestLog> {
  const node = await create({ dir, mode: 'same-thread' }).listen();
  const log = new EventLog(node.connectionString);
  return {
    log,
    connectionString: node.connectionString,
    dir,
    async close() {
      await log.close();
      await node.close();
    },
  };
}
