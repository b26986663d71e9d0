/** What is true of every wallet at every prefix of its stream. A broken one is a defect of ours: nothing is written. */
import { fromPico, zero } from '../../money/money.js';
import { changeInside, sumOf } from './accounts.js';
import type { WalletEvent } from './events.js';
import { balanceOf, type Lease, type Wallet } from './wallet.js';

export class InvariantBroken extends Error {
  constructor(rule: string, detail: string) {
    super(`wallet invariant broken: ${rule} (${detail})`);
    this.name = 'InvariantBroken';
  }
}

/** @throws InvariantBroken */
export function assertSound(wallet: Wallet): void {
  hold(wallet.available >= zero, 'available is never negative', wallet.available);
  hold(wallet.owed >= zero, 'owed is never negative', wallet.owed);
  hold(wallet.owed === zero || wallet.available === zero, 'nobody owes while something is available', wallet.owed);
  for (const lease of wallet.leases.values()) assertLease(lease);
}

function assertLease(lease: Lease): void {
  hold(lease.funds >= zero, 'a lease is never overdrawn', `${lease.leaseId}: ${lease.funds}`);
  if (lease.phase !== 'expired') return;
  const kept = [...lease.kept.values()].reduce((sum: bigint, amount) => sum + amount, 0n);
  hold(kept === lease.funds, 'an expired lease has exactly what it keeps', `${lease.leaseId}: ${kept} of ${lease.funds}`);
}

/** @throws InvariantBroken */
export function assertStep(before: Wallet, event: WalletEvent, after: Wallet): void {
  hold(after.revision === before.revision + 1, 'revisions have no gap', `${before.revision} then ${after.revision}`);
  hold(sumOf(event.data.postings) === 0n, 'postings sum to zero', event.type);
  hold(balanceOf(after) - balanceOf(before) === changeInside(event.data.postings), 'the balance moves by its postings', event.type);
  if (event.type === 'PeriodClosed') hold(fromPico(event.data.balance) === balanceOf(before), 'books close at the balance', event.data.period);
}

function hold(condition: boolean, rule: string, detail: unknown): void {
  if (!condition) throw new InvariantBroken(rule, String(detail));
}
