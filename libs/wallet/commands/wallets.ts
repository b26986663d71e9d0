/**
 * The wallets of a process: their states in memory, and the one way to write them. A command is decided on the state
 * at hand and appended at its exact revision, so nothing is read before a write unless somebody else wrote.
 */
import { LRUCache } from 'lru-cache';
import { RevisionConflict } from '../../event-sourcing/log-errors.js';
import type { Appended, CommandContext, DomainEvent, ExpectedRevision, Recorded, StreamName } from '../../event-sourcing/domain/event.js';
import type { OrgId } from '../../identity/domain/caller.js';
import type { WalletCommand } from '../domain/commands.js';
import { wallet } from '../domain/decide.js';
import type { WalletEvent } from '../domain/events.js';
import { assertSound } from '../domain/invariants.js';
import { evolve, unopened, type Wallet } from '../domain/wallet.js';

/** What wallets need of the event log. */
export interface WalletLog {
  append(stream: StreamName, expected: ExpectedRevision, events: readonly DomainEvent[], context: CommandContext): Promise<Appended>;
  read(stream: StreamName, from?: bigint): AsyncIterable<Recorded>;
  readBackwards(stream: StreamName): AsyncIterable<Recorded>;
}

/** A command, or what makes one from the state; null when there is nothing to do in it. */
export type Asked = WalletCommand | ((state: Wallet) => Promise<WalletCommand | null> | WalletCommand | null);

export interface Executed {
  readonly events: readonly WalletEvent[];
  readonly state: Wallet;
  /** Commit position of the last event written; null when there was nothing to write. */
  readonly position: bigint | null;
}

/** States kept in memory; others are read again when they are needed. */
const mostWallets = 5_000;

export const walletOf = (orgId: OrgId): StreamName => `wallet-${orgId}`;

export class Wallets {
  private readonly states = new LRUCache<OrgId, Wallet>({ max: mostWallets });
  private readonly queues = new Map<OrgId, Promise<unknown>>();

  constructor(private readonly log: WalletLog) {}

  /** The state as the log has it now. */
  refreshed(orgId: OrgId): Promise<Wallet> {
    return this.inTurn(orgId, () => this.catchUp(orgId));
  }

  /** An event of the live subscription. Ignored for wallets nobody asked for, and when it is known already. */
  apply(event: Recorded): void {
    const orgId = event.metadata.orgId as OrgId;
    const state = this.states.get(orgId);
    if (!state || Number(event.revision) <= state.revision) return;
    if (Number(event.revision) > state.revision + 1) this.states.delete(orgId);
    else this.states.set(orgId, evolve(state, event as unknown as WalletEvent));
  }

  /** Drops the state of a wallet; it is read again when it is needed. */
  forget(orgId: OrgId): void {
    this.states.delete(orgId);
  }

  /**
   * Decides and writes; commands of one wallet wait for each other. On a conflict the state is read on and the
   * command decided again. @throws Refused, LogUnavailable (nothing is known of the outcome)
   */
  execute(orgId: OrgId, asked: Asked, context: CommandContext): Promise<Executed> {
    return this.inTurn(orgId, () => this.decideAndAppend(orgId, asked, context));
  }

  private async decideAndAppend(orgId: OrgId, asked: Asked, context: CommandContext): Promise<Executed> {
    let state = this.states.get(orgId) ?? (await this.catchUp(orgId));
    for (;;) {
      const command = typeof asked === 'function' ? await asked(state) : asked;
      const events = command === null ? [] : wallet.decide(command, state);
      if (events.length === 0) return { events, state, position: null };
      try {
        const expected = state.revision < 0 ? 'no_stream' : BigInt(state.revision);
        const appended = await this.log.append(walletOf(orgId), expected, events.map(identified), context);
        const next = events.reduce(evolve, state);
        this.advance(orgId, next);
        return { events, state: next, position: appended.position };
      } catch (error) {
        if (!(error instanceof RevisionConflict)) {
          this.states.delete(orgId);
          throw error;
        }
        state = await this.catchUp(orgId);
      }
    }
  }

  private async catchUp(orgId: OrgId): Promise<Wallet> {
    const known = this.states.get(orgId);
    const state = known ? await this.readOn(orgId, known) : await this.readBooks(orgId);
    assertSound(state);
    return this.advance(orgId, state);
  }

  /** The live subscription may have been quicker. */
  private advance(orgId: OrgId, state: Wallet): Wallet {
    const known = this.states.get(orgId);
    const newest = known && known.revision > state.revision ? known : state;
    this.states.set(orgId, newest);
    return newest;
  }

  private async readOn(orgId: OrgId, from: Wallet): Promise<Wallet> {
    let state = from;
    for await (const event of this.log.read(walletOf(orgId), BigInt(from.revision + 1))) state = evolve(state, event as unknown as WalletEvent);
    return state;
  }

  /** Back to where the present books were opened, and forward again. */
  private async readBooks(orgId: OrgId): Promise<Wallet> {
    const books: WalletEvent[] = [];
    for await (const event of this.log.readBackwards(walletOf(orgId))) {
      books.push(event as unknown as WalletEvent);
      if (event.type === 'WalletOpened') break;
    }
    return books.reduceRight(evolve, unopened);
  }

  private inTurn<T>(orgId: OrgId, work: () => Promise<T>): Promise<T> {
    const before = this.queues.get(orgId) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.queues.set(orgId, mine);
    const done = () => {
      if (this.queues.get(orgId) === mine) this.queues.delete(orgId);
    };
    void mine.then(done, done);
    return mine;
  }
}

/** Facts that are known by something of their own get their event id from it, whichever command writes them. */
function identified(event: WalletEvent): DomainEvent {
  switch (event.type) {
    case 'WalletDebited':
      return { ...event, identity: `debit ${event.data.requestId}` };
    case 'WalletCredited':
      return { ...event, identity: `credit ${event.data.creditId}` };
    case 'WalletRefunded':
      return { ...event, identity: `refund ${event.data.refundId}` };
    case 'WalletAdjusted':
      return { ...event, identity: `adjustment ${event.data.adjustmentId}` };
    default:
      return event;
  }
}
