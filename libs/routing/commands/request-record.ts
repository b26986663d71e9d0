/** What the log is told of a request: append 1 with the decision, append 2 with its one ending. Texts go in sealed. */
import { Injectable } from '@nestjs/common';
import type { Appended, CommandContext } from '../../event-sourcing/domain/event.js';
import type { Sealed } from '../../event-sourcing/domain/sealed.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import type { Caller } from '../../identity/exports.js';
import type { Outcome } from '../../inference/domain/outcome.js';
import { toPico } from '../../money/money.js';
import { Config } from '../../platform/config.js';
import { Vault, type DataKey } from '../../platform/vault.js';
import { promptHash } from '../../platform/prompt-hash.js';
import type { FundsHold } from '../../wallet/domain/holding.js';
import type { Decision } from '../domain/decision.js';
import type { RouteEvent, Terminal, Timing } from '../domain/events.js';
import type { RoutingRequest, RoutingText } from '../domain/request.js';
import { routeStream, type TerminalEvent } from '../domain/terminal.js';
import { LongWorkIntake, type Deferral } from '../jobs/defer-work.js';
import { thisProcess } from '../../platform/served-by.js';
import { TerminalEvents } from './terminal-events.js';

/** What is recorded of a request before it is served. */
export interface Beginning {
  readonly caller: Caller;
  readonly request: RoutingRequest;
  readonly text: RoutingText;
  /** The body as it came. */
  readonly body: string | null;
  readonly decision: Decision;
  readonly hold: FundsHold | null;
  /** Null when no text is kept. */
  readonly key: DataKey | null;
}

/** What an ending says of the request beside its outcome. */
export interface Begun extends Pick<Beginning, 'request' | 'decision' | 'hold' | 'key'> {
  readonly caller: Pick<Caller, 'orgId' | 'keyId' | 'mode' | 'actor'>;
}

export interface Ending {
  readonly outcome: Outcome;
  readonly timing: Timing;
}

/** A body larger than this is not kept in the log, which takes 1 MiB an append; its texts are. */
const largestKeptText = 400_000;

@Injectable()
export class RequestRecord {
  constructor(
    private readonly log: EventLog,
    private readonly terminals: TerminalEvents,
    private readonly vault: Vault,
    private readonly config: Config,
    private readonly longWork: LongWorkIntake,
  ) {}

  /** The key the texts of a request are sealed under: the organization's, or its end user's own. Null when no text is kept. */
  async dataKey({ orgId }: Pick<Caller, 'orgId'>, subject: string | null): Promise<DataKey | null> {
    if (this.config.retention !== 'full') return null;
    const owner = { orgId, subject };
    return this.vault.cachedKeyFor(owner) ?? this.vault.keyFor(owner);
  }

  /** The key of text that is kept anyway, for what the log is to say of it. Null when the log keeps no text. */
  keptUnder(key: DataKey | null): DataKey | null {
    return this.config.retention === 'full' ? key : null;
  }

  /** Append 1. @throws LogUnavailable: nothing may be called. */
  begin(beginning: Beginning): Promise<Appended> {
    const { caller, request, text, body, decision, hold, key } = beginning;
    const requested: RouteEvent = {
      type: 'RouteRequested',
      data: {
        request,
        keyId: caller.keyId,
        mode: caller.mode,
        servedBy: thisProcess,
        promptHash: this.config.retention === 'none' ? null : promptHash(request.requestId, text.prompt),
        content: this.sealed(key, JSON.stringify({ text, body: body !== null && body.length <= largestKeptText ? body : null })),
        retention: this.config.retention,
        ...(hold && { hold }),
      },
    };
    return this.log.append(routeStream(request.requestId), 'no_stream', [requested, { type: 'ModelSelected', data: decision }], contextOf(beginning, 'begin', request.at));
  }

  /** Append 2. @throws LogUnavailable when it is not durable yet; it is still being tried. */
  end(begun: Begun, ending: Ending, at: string): Promise<Appended> {
    return this.terminals.append(begun.request.requestId, this.endingEvents(begun, ending), contextOf(begun, 'end', at));
  }

  /** Between the two, for long work: from then on its job ends the request. @throws ApiError 503; LogUnavailable. */
  defer({ caller, request, key }: Beginning, deferral: Deferral, at: string): Promise<void> {
    return this.longWork.take({ caller, request, key, at }, deferral);
  }

  /** Append 2 of work that was deferred, after the event that said so. @throws RevisionConflict when it has ended already; LogUnavailable. */
  endDeferred(begun: Begun, ending: Ending, { after, at }: { after: bigint; at: string }): Promise<Appended> {
    return this.log.append(routeStream(begun.request.requestId), after, this.endingEvents(begun, ending), contextOf(begun, 'end', at));
  }

  private endingEvents(begun: Begun, ending: Ending): RouteEvent[] {
    const attempts = ending.outcome.failedAttempts.map((data): RouteEvent => ({ type: 'InferenceAttemptFailed', data }));
    return [...attempts, terminalEvent(begun, ending, (text) => this.sealed(begun.key, text))];
  }

  private sealed(key: DataKey | null, text: string | null): Sealed | null {
    return key && text !== null ? this.vault.seal(key, text) : null;
  }
}

const contextOf = ({ caller, request }: Begun, step: 'begin' | 'end', at: string): CommandContext => ({
  orgId: caller.orgId,
  actor: caller.actor,
  commandId: `${step}:${request.requestId}`,
  correlationId: request.requestId,
  at,
});

function terminalEvent({ caller, request, decision, hold }: Begun, { outcome, timing }: Ending, seal: (text: string | null) => Sealed | null): TerminalEvent {
  // Spread as the last of each event: V8 adds what follows a spread one by one, at a microsecond each.
  const common: Terminal = {
    keyId: caller.keyId,
    mode: caller.mode,
    task: decision.classification.task,
    contentMode: decision.classification.content_mode,
    sessionId: request.session?.sessionId ?? null,
    model: outcome.model,
    provider: outcome.provider,
    attempts: outcome.attempts,
    timing,
    usage: outcome.usage,
    rawUsage: outcome.rawUsage ?? null,
    cost: outcome.cost === null ? null : toPico(outcome.cost),
    costStatus: outcome.costStatus,
    ...(hold && { hold }),
  };
  switch (outcome.kind) {
    case 'completed': {
      const text = outcome.output();
      return {
        type: 'InferenceCompleted',
        data: {
          finishReason: outcome.finishReason,
          outputHash: text === null ? null : promptHash(request.requestId, text),
          output: seal(text !== null && text.length <= largestKeptText ? text : null),
          cache: outcome.cache,
          continued: outcome.continued,
          ...common,
        },
      };
    }
    case 'failed':
      return { type: 'InferenceFailed', data: { errorClass: outcome.error.class, errorCode: outcome.error.code, message: outcome.error.message, ...common } };
    case 'cancelled':
      return { type: 'InferenceCancelled', data: { by: outcome.by, ...common } };
  }
}
