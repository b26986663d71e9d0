/** A price that came late, or was repaired: told after the end of a request, and adjusted on the wallet by a reactor. */
import { createHash } from 'node:crypto';
import { Refused } from '../../event-sourcing/domain/decider.js';
import type { Appended, CommandContext, Recorded } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import { toPico, type Money } from '../../money/money.js';
import type { InferenceRepriced, RouteEvent, Terminal } from '../../routing/domain/events.js';
import { isTerminal, routeStream } from '../../routing/domain/terminal.js';

export interface Repricing {
  readonly requestId: string;
  readonly cost: Money;
  readonly reason: string;
}

/** Null when the cost is so already. @throws Refused when the request is unknown or has not ended. */
export async function repriceRequest(log: EventLog, { requestId, cost, reason }: Repricing, by: Omit<CommandContext, 'orgId'>): Promise<Appended | null> {
  const stream = routeStream(requestId);
  const story: Recorded[] = [];
  for await (const event of log.read(stream)) story.push(event);
  const end = story.find(isTerminal);
  if (!end) throw new Refused('request_not_found', `There is no request ${requestId} that has ended.`, 'requestId');
  const { keyId, mode, model, provider, cost: first } = end.data as Terminal;
  const repaired = story.findLast(({ type }) => type === 'InferenceRepriced')?.data as InferenceRepriced | undefined;
  const previousCost = repaired?.cost ?? first;
  if (previousCost === toPico(cost)) return null;
  const last = story.at(-1)!;
  const repricingId = createHash('sha256').update(`${requestId} ${last.revision}`).digest('hex').slice(0, 32);
  const event: RouteEvent = { type: 'InferenceRepriced', data: { repricingId, keyId, mode, model, provider, previousCost, cost: toPico(cost), reason } };
  return log.append(stream, last.revision, [event], { ...by, orgId: end.metadata.orgId });
}
