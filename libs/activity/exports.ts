/** What the processes and other features use of activity. */
export { logs, logsProjection } from './read-model/logs.js';
export { RequestFinder, type FoundRequest } from './read-model/request-finder.js';
export type { LogCursor } from './read-model/log-conditions.js';
export { decodeCursor, encodeCursor } from './read-model/log-cursor.js';
export { LogsQuery } from './read-model/logs-query.js';
export { filterOf, LogsRequest } from './http/logs-request.js';
export { csvRecord } from './domain/csv.js';
export { sessionsProjection } from './read-model/sessions.js';
export { usageProjection } from './read-model/usage.js';
