import { expect, it } from '@jest/globals';
import { LogUnavailable } from '../../libs/event-sourcing/log-errors.js';
import { DatabaseUnavailable } from '../../libs/platform/postgres.js';
import { exitCodeOf, storeAway } from './exit-code.js';

/** On a busy machine a worker found the database away in its first moments, and the whole start was given up. */
it('tells a store that is away, where trying again may help, from what stays wrong', () => {
  const [database, log] = [new DatabaseUnavailable(new Error('timeout')), new LogUnavailable('org-1', new Error('timeout'))];
  expect([database, log, new Error('the port is taken')].map(exitCodeOf)).toEqual([storeAway, storeAway, 1]);
});
