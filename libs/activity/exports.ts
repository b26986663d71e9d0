/** What the processes and other features use of activity. */
export { logs, logsProjection } from './read-model/logs.js';
export { RequestFinder, type FoundRequest } from './read-model/request-finder.js';
