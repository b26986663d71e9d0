/** A routing policy as it is, or as it was: the last that was published under its name by then. */
import { Injectable } from '@nestjs/common';
import { happenedBy, type AsOf } from '../../event-sourcing/domain/as-of.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import { defaultPolicy, policyStream, type PublishedPolicy, type RoutingPolicyPublished } from '../../routing/domain/policy.js';

export interface PolicyInForce {
  readonly policy: PublishedPolicy;
  /** Commit position of its publication; 0 for the one that ships. */
  readonly position: bigint;
}

@Injectable()
export class PastPolicies {
  constructor(private readonly log: EventLog) {}

  /** Null where nothing was published under the name by then. @param asOf null is now. The stream of a policy is a handful of events. */
  async of(name: string, asOf: AsOf | null): Promise<PolicyInForce | null> {
    for await (const event of this.log.readBackwards(policyStream(name))) {
      if (asOf !== null && !happenedBy(asOf, event)) continue;
      const { version, policy } = event.data as RoutingPolicyPublished;
      return { policy: { name, version, policy }, position: event.position.commit };
    }
    return name === defaultPolicy.name ? { policy: defaultPolicy, position: 0n } : null;
  }
}
