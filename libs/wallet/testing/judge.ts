/**
 * The judge of the wallet: a second, plainer account of what the log means. It knows nothing of the decider, reads
 * what each event says, adds it up in its own way, and speaks at every prefix of the log.
 */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { WalletEvent } from '../domain/events.js';

interface Ended {
  readonly cost: bigint | null;
  readonly answered: boolean;
}

export class Judge {
  private readonly ended = new Map<string, Ended>();
  readonly debited = new Map<string, bigint>();
  private readonly leased = new Map<string, bigint>();
  private readonly accounts = new Map<string, bigint>();
  private readonly once = new Set<string>();
  /** What each repair of a price is to add to the balance. */
  private readonly repairs = new Map<string, bigint>();
  credited = 0n;
  refunded = 0n;
  adjusted = 0n;
  /** Leases whose holder fell silent. */
  expired = 0;
  /** How often a process asked the others for what they do not use. */
  recalled = 0;
  private revision = -1n;

  /** @param mayOwe false when nothing in the story can bring the wallet into debt. */
  constructor(private readonly mayOwe: boolean) {}

  get spent(): bigint {
    return [...this.debited.values()].reduce((sum, amount) => sum + amount, 0n);
  }

  of(account: string): bigint {
    return this.accounts.get(account) ?? 0n;
  }

  get held(): bigint {
    return [...this.leased.values()].reduce((sum, amount) => sum + amount, 0n);
  }

  read(event: Recorded): void {
    if (event.stream.startsWith('wallet-')) this.readWallet(event as unknown as Recorded & WalletEvent);
    else if (event.type === 'InferenceRepriced') {
      const { repricingId, previousCost, cost } = event.data as { repricingId: string; previousCost: string | null; cost: string };
      this.repairs.set(repricingId, BigInt(previousCost ?? 0) - BigInt(cost));
    } else if (event.type.startsWith('Inference')) {
      const { cost } = event.data as { cost: string | null };
      this.ended.set(event.stream.slice('route-'.length), { cost: cost === null ? null : BigInt(cost), answered: event.type === 'InferenceCompleted' });
    }
  }

  private readWallet(event: Recorded & WalletEvent): void {
    this.demand(event.revision === this.revision + 1n, event, 'a gap in the stream');
    this.revision = event.revision;
    let sum = 0n;
    for (const { account, amount } of event.data.postings) {
      sum += BigInt(amount);
      this.accounts.set(account, this.of(account) + BigInt(amount));
    }
    this.demand(sum === 0n, event, `postings sum to ${sum}`);
    this.count(event);
    this.compare(event);
  }

  private count(event: Recorded & WalletEvent): void {
    const lease = (leaseId: string, amount: bigint) => this.leased.set(leaseId, (this.leased.get(leaseId) ?? 0n) + amount);
    switch (event.type) {
      case 'WalletCredited':
        this.first(event, `credit ${event.data.creditId}`);
        this.credited += BigInt(event.data.amount);
        break;
      case 'WalletRefunded':
        this.first(event, `refund ${event.data.refundId}`);
        this.refunded += BigInt(event.data.amount);
        break;
      case 'WalletAdjusted':
        this.first(event, `adjustment ${event.data.adjustmentId}`);
        if (event.data.requestId !== null) this.demand(this.repairs.get(event.data.adjustmentId) === BigInt(event.data.amount), event, 'an adjustment that is not the repair of a price');
        this.adjusted += BigInt(event.data.amount);
        break;
      case 'FundsLeased':
        lease(event.data.leaseId, BigInt(event.data.amount));
        break;
      case 'LeaseReturned':
      case 'LeaseExpired':
        if (event.type === 'LeaseExpired') this.expired++;
        lease(event.data.leaseId, -BigInt(event.data.amount));
        break;
      case 'WalletDebited':
        this.first(event, `debit ${event.data.requestId}`);
        this.demand(this.ended.get(event.data.requestId)?.cost === BigInt(event.data.amount), event, 'a debit that is not the cost of an ended request');
        this.debited.set(event.data.requestId, BigInt(event.data.amount));
        for (const { account, amount } of event.data.postings) if (account.startsWith('lease:')) lease(account.slice(6), BigInt(amount));
        break;
      case 'FundsRecalled':
        this.recalled++;
        break;
      default:
        break;
    }
  }

  private compare(event: Recorded): void {
    this.demand(this.of('available') >= 0n, event, `available is ${this.of('available')}`);
    this.demand(this.of('owed') <= 0n, event, `owed is ${this.of('owed')}`);
    if (!this.mayOwe) this.demand(this.of('owed') === 0n, event, `the wallet owes ${-this.of('owed')}`);
    for (const [leaseId, amount] of this.leased) {
      this.demand(amount >= 0n && amount === this.of(`lease:${leaseId}`), event, `lease ${leaseId} has ${amount} and ${this.of(`lease:${leaseId}`)}`);
    }
    const inside = this.of('available') + this.of('owed') + this.held;
    this.demand(inside === this.credited - this.refunded + this.adjusted - this.spent, event, `the balance is ${inside}`);
  }

  /** When everything has been said and done: each cost was debited, and nothing is held any more. */
  last(): void {
    for (const [requestId, { cost, answered }] of this.ended) {
      const due = cost !== null && (answered || cost > 0n);
      if (due !== this.debited.has(requestId)) throw new Error(`request ${requestId}: cost ${cost}, debited ${this.debited.get(requestId)}`);
    }
    for (const [id, amount] of this.repairs) if (amount !== 0n && !this.once.has(`adjustment ${id}`)) throw new Error(`the repair ${id} of ${amount} was not adjusted`);
    if (this.held !== 0n) throw new Error(`still held: ${[...this.leased].filter(([, amount]) => amount !== 0n).join(' ')}`);
  }

  private first(event: Recorded, id: string): void {
    this.demand(!this.once.has(id), event, `${id} twice`);
    this.once.add(id);
  }

  private demand(condition: boolean, event: Recorded, finding: string): void {
    if (!condition) throw new Error(`${event.stream} at ${event.revision}, ${event.type}: ${finding}`);
  }
}
