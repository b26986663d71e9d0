/** Feeds a live fold by hand, in place of the subscription. */
import type { Recorded, StreamName } from '../../event-sourcing/domain/event.js';
import type { LiveFold } from '../../event-sourcing/live-folds.js';
import type { OrgId } from '../domain/caller.js';
import { organizationStream, type OrganizationEvent } from '../domain/organization.js';

export const recorded = (stream: StreamName, event: OrganizationEvent, at = '2026-11-25T10:00:00.000Z'): Recorded => ({
  ...event,
  id: '',
  stream,
  revision: 0n,
  position: { commit: 0n, prepare: 0n },
  createdMs: Date.parse(at),
  metadata: { $correlationId: '', $causationId: '', orgId: null, schemaVersion: 1, actor: 'cli', commandId: '', at },
});

/** Applies what the fold asks for, as the subscription would. */
export function feed(fold: LiveFold, orgId: OrgId, ...events: readonly OrganizationEvent[]): void {
  for (const event of events) if (fold.types.includes(event.type)) fold.apply(recorded(organizationStream(orgId), event));
}
