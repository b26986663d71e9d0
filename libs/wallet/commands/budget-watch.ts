/**
 * Knows every slice of a budget that is out and what was spent from it, from the live subscription, and expires those
 * whose process fell silent. Runs in the worker. A slice that still has open requests waits for their end: the
 * watchdog ends those of a dead process.
 */
import { randomUUID } from 'node:crypto';
import type { CommandContext, Recorded, StreamName } from '../../event-sourcing/domain/event.js';
import type { EventLog } from '../../event-sourcing/event-log.js';
import type { LiveFold } from '../../event-sourcing/live-folds.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { add, fromPico, toPico, zero, type PicoDollars } from '../../money/money.js';
import type { RouteRequested, Terminal } from '../../routing/domain/events.js';
import { terminalTypes } from '../../routing/domain/terminal.js';
import { budget, budgetEventTypes, budgetStreamsOf, sliceIsOver, type BudgetCommand, type BudgetEvent, type BudgetState } from '../domain/budget.js';
import { Lookout } from './lookout.js';

interface SliceOut {
  readonly orgId: OrgId;
  expiresAt: string | null;
  /** By requests that have ended. */
  spent: PicoDollars;
}

interface OpenSpending {
  readonly holder: string;
  readonly streams: readonly StreamName[];
}

interface Over {
  readonly holder: string;
  readonly stream: StreamName;
}

export class BudgetWatch implements LiveFold {
  readonly name = 'budget-watch';
  readonly version = '1';
  readonly types = ['RouteRequested', 'InferenceDeferred', ...terminalTypes, ...budgetEventTypes];
  /** By holder, then by the stream of the budget. */
  private slices = new Map<string, Map<StreamName, SliceOut>>();
  private open = new Map<string, OpenSpending>();
  readonly lookout: Lookout;

  /** @param caughtUp resolves once this fold has seen all that is in the log now; false when it has not in time. */
  constructor(
    private readonly log: Pick<EventLog, 'decide'>,
    private readonly caughtUp: () => Promise<boolean>,
    onError: (error: unknown) => void,
  ) {
    this.lookout = new Lookout((now) => this.expireAll(now), onError);
  }

  apply(event: Recorded): void {
    if (event.stream.startsWith('budget-')) this.applyBudget(event as unknown as Recorded & BudgetEvent);
    else if (event.type === 'RouteRequested') this.opened(event.stream, event as Recorded & { data: RouteRequested });
    // What was held for long work is given back when it is left to a job; its cost comes as a correction.
    else if (event.type === 'InferenceDeferred') this.open.delete(event.stream);
    else this.ended(event.stream, event.data as Terminal);
  }

  snapshot(): unknown {
    return { slices: [...this.slices].map(([holder, streams]) => [holder, [...streams]]), open: [...this.open] };
  }

  restore(snapshot: unknown): void {
    const { slices, open } = snapshot as { slices: [string, [StreamName, SliceOut][]][]; open: [string, OpenSpending][] };
    this.slices = new Map(slices.map(([holder, streams]) => [holder, new Map(streams)]));
    this.open = new Map(open);
  }

  /** Expires what is over, unless a request is still open on it. */
  private async expireAll(now: number): Promise<void> {
    const at = new Date(now).toISOString();
    if (this.over(at).length === 0 || !(await this.caughtUp())) return;
    for (const over of this.over(at)) await this.expire(over, at);
  }

  private over(at: string): readonly Over[] {
    const over = [...this.slices].flatMap(([holder, streams]) => [...streams].filter(([, slice]) => sliceIsOver(slice, at)).map(([stream]) => ({ holder, stream })));
    return over.filter((each) => ![...this.open.values()].some(({ holder, streams }) => holder === each.holder && streams.includes(each.stream)));
  }

  private async expire({ holder, stream }: Over, at: string): Promise<void> {
    const { orgId, spent } = this.slices.get(holder)!.get(stream)!;
    const commandId = randomUUID();
    const context: CommandContext = { orgId, actor: 'system:budget-watch', commandId, correlationId: commandId, at };
    await this.log.decide<BudgetState, BudgetCommand, BudgetEvent>(stream, budget, { type: 'ExpireSlice', holder, spent: fromPico(spent), at }, context);
  }

  private applyBudget({ stream, type, data, metadata }: Recorded & BudgetEvent): void {
    if (type === 'BudgetCorrected') return;
    const streams = this.slices.get(data.holder) ?? new Map<StreamName, SliceOut>();
    const present = streams.get(stream);
    if (type === 'BudgetLeased' || type === 'BudgetSliceRenewed') {
      streams.set(stream, { orgId: metadata.orgId as OrgId, spent: present?.spent ?? toPico(zero), expiresAt: data.expiresAt });
      this.slices.set(data.holder, streams);
    } else if (type === 'BudgetSliceExpired' || data.ends) {
      streams.delete(stream);
      if (streams.size === 0) this.slices.delete(data.holder);
    }
  }

  private opened(route: string, event: { readonly data: RouteRequested }): void {
    // Nothing is decoded while no slice is out.
    if (this.slices.size === 0) return;
    const { request, keyId, mode, servedBy } = event.data;
    const slices = this.slices.get(servedBy);
    if (mode !== 'live' || !slices) return;
    const streams = budgetStreamsOf({ orgId: request.orgId, keyId, at: request.at }).filter((stream) => slices.has(stream));
    if (streams.length > 0) this.open.set(route, { holder: servedBy, streams });
  }

  private ended(route: string, { cost }: Terminal): void {
    const request = this.open.get(route);
    if (!request) return;
    this.open.delete(route);
    if (cost === null) return;
    for (const stream of request.streams) {
      const slice = this.slices.get(request.holder)?.get(stream);
      if (slice) slice.spent = toPico(add(fromPico(slice.spent), fromPico(cost)));
    }
  }
}
