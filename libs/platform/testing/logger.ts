/** The product's logger at its most talkative: what it writes is searched for secrets, and shown to nobody. */
import { createLogger, type Logger } from '../logger.js';
import { secretWatch } from './secret-watch.js';

export const testLogger = (): Logger => createLogger('trace', 'test', { write: (line) => secretWatch.search('a log', line) });
