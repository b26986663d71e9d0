/** How much a reader copies out of the log before it waits for its caller to drain. */
import type { PageSize } from './store/log.js';

export const PAGE: PageSize = { count: 256, bytes: 512 * 1024 };

/** Lets appends and other readers in between two pages. */
export const yieldTurn = (): Promise<void> => new Promise((resume) => setImmediate(resume));
