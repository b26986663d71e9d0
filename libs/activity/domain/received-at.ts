/**
 * When a request was received, read from its id: a UUIDv7 begins with 48 bits of milliseconds since 1970 (RFC 9562,
 * section 5.7). Every event of a request thereby knows the row and the partition that the others write to.
 */
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const isRequestId = (text: string): boolean => uuidV7.test(text);

/** @returns ISO 8601 in UTC. @throws TypeError when the id is no UUIDv7: the event is then parked. */
export function receivedAt(requestId: string): string {
  if (!isRequestId(requestId)) throw new TypeError(`request id ${requestId} is no UUIDv7`);
  return new Date(parseInt(requestId.slice(0, 8) + requestId.slice(9, 13), 16)).toISOString();
}

const routeStream = 'route-';

/** The request of a stream route-{requestId}. */
export const requestOf = (stream: string): string => stream.slice(routeStream.length);
