/** The reading of a route stream: is the request over, and with what. Pure. */
import type { RouteEvent } from './events.js';

export const terminalTypes = ['InferenceCompleted', 'InferenceFailed', 'InferenceCancelled'] as const;

export const isTerminal = (event: { readonly type: string }): boolean => (terminalTypes as readonly string[]).includes(event.type);

/** `route-{requestId}`: one stream per request, so its first write is the check that the id is new. */
export const routeStream = (requestId: string): `route-${string}` => `route-${requestId}`;

/** RouteRequested is revision 0, ModelSelected 1: what follows is written after them, by one writer. */
export const revisionOfDecision = 1n;

export type TerminalEvent = Extract<RouteEvent, { type: (typeof terminalTypes)[number] }>;
