/**
 * Knows every lease that is out, from the live subscription, and expires those whose holder fell silent. Runs in the
 * worker; a process that is short of money also looks by itself.
 */
import { randomUUID } from 'node:crypto';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { LiveFold } from '../../event-sourcing/live-folds.js';
import type { OrgId } from '../../identity/domain/caller.js';
import type { FundsLeased, LeaseExpired, LeaseRenewed, LeaseReturned } from '../domain/events.js';
import { graceMs, type LeaseExpiry } from './expire-lease.js';
import { Lookout } from './lookout.js';
import type { Wallets } from './wallets.js';

interface Out {
  readonly orgId: OrgId;
  readonly expiresAt: string;
}

export class LeaseWatch implements LiveFold {
  readonly name = 'lease-watch';
  readonly version = '1';
  readonly types = ['FundsLeased', 'LeaseRenewed', 'LeaseReturned', 'LeaseExpired'];
  private out = new Map<string, Out>();
  readonly lookout: Lookout;

  constructor(
    private readonly wallets: Wallets,
    private readonly expiry: LeaseExpiry,
    onError: (error: unknown) => void,
  ) {
    this.lookout = new Lookout((now) => this.expireAll(now), onError);
  }

  apply(event: Recorded): void {
    const { leaseId } = event.data as FundsLeased | LeaseRenewed | LeaseReturned | LeaseExpired;
    if (event.type === 'LeaseExpired') this.out.delete(leaseId);
    else if (event.type !== 'LeaseReturned') this.out.set(leaseId, { orgId: event.metadata.orgId as OrgId, expiresAt: (event.data as LeaseRenewed).expiresAt });
  }

  snapshot(): unknown {
    return [...this.out];
  }

  restore(snapshot: unknown): void {
    this.out = new Map(snapshot as [string, Out][]);
  }

  /** Expires what is over. A lease that ended well meanwhile is only forgotten. */
  private async expireAll(now: number): Promise<void> {
    const over = [...this.out].filter(([, { expiresAt }]) => Date.parse(expiresAt) + graceMs <= now);
    for (const [leaseId, { orgId }] of over) {
      await this.expire(orgId, new Date(now).toISOString());
      this.out.delete(leaseId);
    }
  }

  private async expire(orgId: OrgId, at: string): Promise<void> {
    const commandId = randomUUID();
    await this.expiry.expireAll(orgId, await this.wallets.refreshed(orgId), { orgId, actor: 'system:lease-watch', commandId, correlationId: commandId, at });
  }
}
