/** What each command means in a state of the wallet: the rules of money, and nothing else. */
import { never, Refused, type Decider } from '../../event-sourcing/domain/decider.js';
import { fromPico, min, negate, subtract, toPico, zero, type Money } from '../../money/money.js';
import { deposit, leaseAccount, move, postings, withdraw, type LeaseId, type Posting } from './accounts.js';
import type { AdjustWallet, CreditWallet, ExpireLease, LeaseFunds, RefundWallet, RequestEnded, ReturnLease, Settlement, WalletCommand } from './commands.js';
import type { LeaseReturned, WalletDebited, WalletEvent, WalletOpened } from './events.js';
import { assertSound, assertStep } from './invariants.js';
import { balanceOf, carry, evolve, keeperOf, unopened, type Wallet } from './wallet.js';

/** Books longer than this are closed, so that a reader never has far to go back. */
export const longestBooks = 1_000;

export const wallet: Decider<Wallet, WalletCommand, WalletEvent> = { initial: unopened, decide, evolve };

/** The first command of a month, or on long books, closes them and opens new ones in the same append. */
function decide(command: WalletCommand, before: Wallet): readonly WalletEvent[] {
  const books = openBooks(before, command.at.slice(0, 'yyyy-mm'.length));
  // What the closed books had taken in is still known while this command is decided.
  const opened = { ...books.reduce(evolve, before), taken: before.taken };
  const news = eventsOf(command, opened);
  const events = news.length === 0 ? [] : [...books, ...news];
  checked(events, before);
  return events;
}

function eventsOf(command: WalletCommand, state: Wallet): readonly WalletEvent[] {
  switch (command.type) {
    case 'CreditWallet':
      return credit(command, state);
    case 'RefundWallet':
      return refund(command, state);
    case 'AdjustWallet':
      return adjust(command, state);
    case 'LeaseFunds':
      return lease(command, state);
    case 'RenewLease':
      return isActive(state, command.leaseId)
        ? [{ type: 'LeaseRenewed', data: { leaseId: command.leaseId, expiresAt: command.expiresAt, postings: [] } }]
        : [];
    case 'ReturnLease':
      return giveBack(command, state);
    case 'ExpireLease':
      return expire(command, state);
    case 'RecallFunds':
      return [{ type: 'FundsRecalled', data: { holder: command.holder, wanted: toPico(command.wanted), postings: [] } }];
    case 'SettleUsage':
      return settleAll(command.settlements, state);
    default:
      return never(command);
  }
}

function openBooks(state: Wallet, month: string): readonly WalletEvent[] {
  if (state.period === null) return [{ type: 'WalletOpened', data: opening(state, month, 1) }];
  const isNewMonth = month > state.period;
  if (!isNewMonth && state.revision - state.openedRevision < longestBooks) return [];
  const closed: WalletEvent = { type: 'PeriodClosed', data: { period: state.period, part: state.part, balance: toPico(balanceOf(state)), postings: [] } };
  const next = isNewMonth ? opening(evolve(state, closed), month, 1) : opening(evolve(state, closed), state.period, state.part + 1);
  return [closed, { type: 'WalletOpened', data: next }];
}

const opening = (state: Wallet, period: string, part: number): WalletOpened => ({
  period,
  part,
  revision: state.revision + 1,
  available: toPico(state.available),
  owed: toPico(state.owed),
  leases: [...state.leases.values()].map(carry),
  credits: state.credits,
  takenIn: { usage: state.takenUpTo.usage.toString(), payments: state.takenUpTo.payments.toString() },
  postings: [],
});

function credit(command: CreditWallet, state: Wallet): readonly WalletEvent[] {
  positive(command.amount, 'amount');
  if (state.taken.has(command.creditId)) return [];
  const { creditId, amount, origin, reference } = command;
  const lines = postings(['payments', negate(amount)], ...deposit(state, amount));
  return [{ type: 'WalletCredited', data: { creditId, amount: toPico(amount), origin, reference, sourcePosition: text(command.sourcePosition), postings: lines } }];
}

function refund(command: RefundWallet, state: Wallet): readonly WalletEvent[] {
  positive(command.amount, 'amount');
  if (state.taken.has(command.refundId)) return [];
  const { refundId, amount, reference } = command;
  const lines = postings(['payments', amount], ...withdraw(state, amount));
  return [{ type: 'WalletRefunded', data: { refundId, amount: toPico(amount), reference, sourcePosition: text(command.sourcePosition), postings: lines } }];
}

function adjust({ adjustmentId, amount, reason }: AdjustWallet, state: Wallet): readonly WalletEvent[] {
  if (amount === zero) throw new Refused('invalid_value', 'An adjustment of nothing is none.', 'amount');
  if (state.taken.has(adjustmentId)) return [];
  return [adjusted({ adjustmentId, amount, reason, requestId: null, sourcePosition: null }, state)];
}

interface Adjustment {
  readonly adjustmentId: string;
  readonly amount: Money;
  readonly reason: string;
  readonly requestId: string | null;
  readonly sourcePosition: string | null;
}

const adjusted = ({ amount, ...rest }: Adjustment, state: Wallet): WalletEvent => ({
  type: 'WalletAdjusted',
  data: { ...rest, amount: toPico(amount), postings: postings(['adjustments', negate(amount)], ...move(state, amount)) },
});

function lease({ leaseId, holder, atLeast, wanted, expiresAt }: LeaseFunds, state: Wallet): readonly WalletEvent[] {
  positive(atLeast, 'atLeast');
  const present = state.leases.get(leaseId);
  if (state.available < atLeast || (present && present.phase !== 'active')) return [];
  const amount = min(state.available, wanted < atLeast ? atLeast : wanted);
  const lines = postings(['available', negate(amount)], [leaseAccount(leaseId), amount]);
  return [{ type: 'FundsLeased', data: { leaseId, holder, amount: toPico(amount), expiresAt, postings: lines } }];
}

/** A lease gives back at most what it has: its holder may be late to learn of a debit that cost more than was held. */
function giveBack({ leaseId, amount, ends }: ReturnLease, state: Wallet): readonly WalletEvent[] {
  const present = state.leases.get(leaseId);
  if (present?.phase !== 'active') return [];
  const back = min(amount, present.funds);
  if (back <= zero && !ends) return [];
  return [returned({ leaseId, amount: back, ends, requestId: null, sourcePosition: null }, state)];
}

interface Return {
  readonly leaseId: LeaseId;
  readonly amount: Money;
  readonly ends: boolean;
  readonly requestId: string | null;
  readonly sourcePosition: string | null;
}

const returned = ({ amount, ...rest }: Return, state: Wallet): { type: 'LeaseReturned'; data: LeaseReturned } => {
  const back = amount > zero ? amount : zero;
  return {
    type: 'LeaseReturned',
    data: { ...rest, amount: toPico(back), postings: postings([leaseAccount(rest.leaseId), negate(back)], ...deposit(state, back)) },
  };
};

/** Keeps what the log shows as held or spent; the rest goes back. Early expiry is refused by silence. */
function expire({ leaseId, kept, at }: ExpireLease, state: Wallet): readonly WalletEvent[] {
  const present = state.leases.get(leaseId);
  if (!present || present.phase === 'expired' || at < present.expiresAt) return [];
  const keeping = keepWithin(present.funds, kept);
  const back = keeping.reduce((rest, hold) => subtract(rest, fromPico(hold.amount)), present.funds);
  const lines = postings([leaseAccount(leaseId), negate(back)], ...deposit(state, back));
  return [{ type: 'LeaseExpired', data: { leaseId, amount: toPico(back), kept: keeping, postings: lines } }];
}

/** Requests that cost more than was held can leave less than the sum of the holds; the first come is kept for first. */
function keepWithin(funds: Money, kept: ExpireLease['kept']): ExpireLease['kept'] {
  let rest = funds;
  return kept.flatMap(({ requestId, amount }) => {
    const keeping = min(rest, fromPico(amount));
    rest = subtract(rest, keeping);
    return keeping > zero ? [{ requestId, amount: toPico(keeping) }] : [];
  });
}

function settleAll(settlements: readonly Settlement[], state: Wallet): readonly WalletEvent[] {
  const events: WalletEvent[] = [];
  let current = state;
  for (const settlement of settlements) {
    for (const event of settle(settlement, current)) {
      events.push(event);
      current = evolve(current, event);
    }
  }
  return events;
}

function settle(settlement: Settlement, state: Wallet): readonly WalletEvent[] {
  switch (settlement.kind) {
    case 'ended':
      return ended(settlement, state);
    case 'repriced': {
      if (state.taken.has(settlement.adjustmentId) || settlement.amount === zero) return [];
      const { kind: _, sourcePosition, ...adjustment } = settlement;
      return [adjusted({ ...adjustment, sourcePosition: sourcePosition.toString() }, state)];
    }
    default:
      return never(settlement);
  }
}

function ended(request: RequestEnded, state: Wallet): readonly WalletEvent[] {
  if (state.taken.has(request.requestId)) return [];
  if (request.cost !== null) return [debited(request, request.cost, state)];
  const keeper = keeperOf(state, request.requestId);
  if (!keeper) return [];
  const amount = keeper.kept.get(request.requestId) ?? zero;
  return [returned({ leaseId: keeper.leaseId, amount, ends: false, requestId: request.requestId, sourcePosition: request.sourcePosition.toString() }, state)];
}

function debited(request: RequestEnded, cost: Money, state: Wallet): { type: 'WalletDebited'; data: WalletDebited } {
  if (cost < zero) throw new RangeError(`request ${request.requestId} has a negative cost`);
  const { requestId, keyId, model, provider, costStatus, endedAt } = request;
  const source = sourceOf(request, cost, state);
  return {
    type: 'WalletDebited',
    data: {
      requestId, keyId, model, provider, amount: toPico(cost), costStatus, leaseId: source.leaseId, endedAt,
      sourcePosition: request.sourcePosition.toString(), postings: source.lines,
    },
  };
}

/**
 * A request draws on the lease it was held on. What was kept for it is let go whole, and the difference goes back;
 * what costs more than its lease has, or was never held, is drawn from the wallet itself.
 */
function sourceOf(request: RequestEnded, cost: Money, state: Wallet): { leaseId: LeaseId | null; lines: readonly Posting[] } {
  const keeper = keeperOf(state, request.requestId);
  const drawn = keeper ?? (request.leaseId === null ? undefined : state.leases.get(request.leaseId));
  if (!drawn || (!keeper && drawn.phase === 'expired')) return { leaseId: null, lines: postings(['usage', cost], ...withdraw(state, cost)) };
  const fromLease = keeper ? (keeper.kept.get(request.requestId) ?? zero) : min(cost, drawn.funds);
  const rest = subtract(fromLease, cost);
  return { leaseId: drawn.leaseId, lines: postings(['usage', cost], [leaseAccount(drawn.leaseId), negate(fromLease)], ...move(state, rest)) };
}

const isActive = (state: Wallet, leaseId: LeaseId): boolean => state.leases.get(leaseId)?.phase === 'active';

const text = (position: bigint | null): string | null => (position === null ? null : position.toString());

function positive(amount: Money, param: string): void {
  if (amount <= zero) throw new Refused('invalid_value', 'The amount must be more than zero.', param);
}

/** Asserted where events are written, and again where they are read: a mistake on one side is seen on the other. */
function checked(events: readonly WalletEvent[], before: Wallet): void {
  let state = before;
  for (const event of events) {
    const next = evolve(state, event);
    assertStep(state, event, next);
    state = next;
  }
  assertSound(state);
}
