/**
 * Expires the lease of a process that fell silent. What was held on it, or spent from it and not debited yet, is read
 * from the log of requests, where it stood before any provider was called; that much is kept for late debits, the
 * rest goes back to the wallet.
 */
import type { CommandContext, Position, Recorded } from '../../event-sourcing/domain/event.js';
import type { LogMessage } from '../../event-sourcing/subscription.js';
import type { OrgId } from '../../identity/domain/caller.js';
import type { InferenceCompleted, RouteRequested } from '../../routing/domain/events.js';
import { terminalTypes } from '../../routing/domain/terminal.js';
import type { LeaseId } from '../domain/accounts.js';
import type { ExpireLease } from '../domain/commands.js';
import type { KeptHold, WalletDebited } from '../domain/events.js';
import { billedCost } from '../domain/usage.js';
import type { Lease, Wallet } from '../domain/wallet.js';
import { walletOf, type WalletLog, type Wallets } from './wallets.js';

/** What the expiry needs of the event log. */
export interface ExpiryLog extends Pick<WalletLog, 'read'> {
  subscribe(options: { from?: Position; types: readonly string[] }): AsyncIterable<LogMessage> & { unsubscribe(): Promise<void> };
}

/** Appends of a holder that was alive at the end of its lease have landed by then, milliseconds. */
export const graceMs = 3_000;

export class LeaseExpiry {
  constructor(
    private readonly wallets: Wallets,
    private readonly log: ExpiryLog,
    private readonly grace = graceMs,
  ) {}

  /** Expires every lease of the wallet that is over by more than the grace. */
  async expireAll(orgId: OrgId, state: Wallet, context: CommandContext): Promise<Wallet> {
    let current = state;
    for (const lease of state.leases.values()) {
      if (this.isOver(lease, context.at)) current = await this.expire(orgId, lease.leaseId, context);
    }
    return current;
  }

  private async expire(orgId: OrgId, leaseId: LeaseId, context: CommandContext): Promise<Wallet> {
    const ask = async (state: Wallet): Promise<ExpireLease | null> => {
      const lease = state.leases.get(leaseId);
      if (!lease || !this.isOver(lease, context.at)) return null;
      return { type: 'ExpireLease', at: context.at, leaseId, kept: await this.keptFor(orgId, lease, state) };
    };
    const commandId = `${context.commandId} ${leaseId}`;
    return (await this.wallets.execute(orgId, ask, { ...context, commandId })).state;
  }

  private isOver(lease: Lease, at: string): boolean {
    return lease.phase !== 'expired' && Date.parse(at) >= Date.parse(lease.expiresAt) + this.grace;
  }

  /** Every request held on the lease that the wallet, at this revision, has not been debited for. */
  private async keptFor(orgId: OrgId, lease: Lease, state: Wallet): Promise<KeptHold[]> {
    const { from, debited } = await this.debitsSince(orgId, lease.openedRevision, state.revision);
    const open = new Map<string, KeptHold>();
    const subscription = this.log.subscribe({ ...(from ? { from } : {}), types: ['RouteRequested', ...terminalTypes] });
    for await (const message of subscription) {
      if (message.kind === 'caught-up') break;
      if (message.kind === 'event') note(open, message.event, lease.leaseId);
    }
    await subscription.unsubscribe();
    return [...open.values()].filter(({ requestId }) => !debited.has(requestId));
  }

  private async debitsSince(orgId: OrgId, from: number, to: number): Promise<{ from: Position | undefined; debited: ReadonlySet<string> }> {
    const debited = new Set<string>();
    let position: Position | undefined;
    for await (const event of this.log.read(walletOf(orgId), BigInt(from))) {
      if (Number(event.revision) > to) break;
      position ??= event.position;
      if (event.type === 'WalletDebited') debited.add((event.data as WalletDebited).requestId);
    }
    return { from: position, debited };
  }
}

function note(open: Map<string, KeptHold>, event: Recorded, leaseId: LeaseId): void {
  const { hold } = event.data as RouteRequested | InferenceCompleted;
  const requestId = event.stream.slice('route-'.length);
  if (event.type === 'RouteRequested') {
    if (hold?.leaseId === leaseId) open.set(requestId, { requestId, amount: hold.amount });
    return;
  }
  if (!open.has(requestId)) return;
  const cost = billedCost(event);
  if (cost === null) open.delete(requestId);
  else open.set(requestId, { requestId, amount: cost });
}
