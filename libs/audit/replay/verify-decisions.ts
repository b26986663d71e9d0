/** Replays the log's decisions in one walk (and a second one for stragglers) and counts what became of them. */
import type { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import type { RecordedDecision } from '../domain/recorded-decision.js';
import { ReplayPass, replayTypes, type PassOptions, type Placed } from '../domain/replay-pass.js';
import { ReplayState } from '../domain/replay-state.js';
import { reproduce, type Verdict } from '../domain/reproduce.js';
import type { DecidingCode } from '../../routing/domain/deciding-code.js';
import { partsOf, type DeciderRegistry } from '../../routing/exports.js';
import type { RoutingView } from '../../routing/domain/view.js';
import { keepShapes } from './kept-shapes.js';
import type { PastViews } from './past-views.js';
import type { Texts } from './texts.js';

export interface DecisionRange {
  /** Received at or after, ISO 8601; the beginning when absent. */
  readonly from?: string;
  /** Received before, ISO 8601; now when absent. */
  readonly to?: string;
  readonly orgId?: string;
}

export interface Replayer {
  readonly log: EventLog;
  readonly texts: Texts;
  readonly deciders: DeciderRegistry;
  /** Where a replay of a later part of the log begins; at the beginning of the log when absent. */
  readonly views?: Pick<PastViews, 'at' | 'beforeTime' | 'beforePosition'>;
}

export interface Progress {
  readonly position: bigint;
  readonly head: bigint;
  readonly decisions: number;
}

export interface VerifiedReplay {
  readonly decisions: number;
  readonly reproduced: number;
  /** Of the reproduced ones: how the classification was verified. */
  readonly classification: Readonly<Record<string, number>>;
  /** How many decisions each decider made. */
  readonly deciders: Readonly<Record<string, number>>;
  /** The first that did not reproduce, at most `differencesKept`. */
  readonly differences: readonly { readonly request_id: string; readonly position: string; readonly verdict: Verdict }[];
  /** Commit position up to which the log was read. */
  readonly head: string;
}

const differencesKept = 20;
/** A request is written after it was received, but by another clock. */
export const clockSlackMs = 600_000;

export function inRange({ from, to, orgId }: DecisionRange): (decision: RecordedDecision) => boolean {
  return ({ requested: { request } }) => (from === undefined || request.at >= from) && (to === undefined || request.at < to) && (orgId === undefined || request.orgId === orgId);
}

interface Walk {
  readonly head: bigint;
  /** A view of the code that decided, to begin with. @param late decisions that the view must lie before. */
  readonly viewBefore: (late: readonly RecordedDecision[] | null) => Promise<RoutingView>;
  readonly wanted: NonNullable<PassOptions['wanted']>;
  /** After each event of the first walk. */
  readonly onEvent?: (position: bigint) => void;
}

/** Every wanted decision with the view at its position, in the order in which the view comes by. */
async function* placedDecisions(log: EventLog, { head, viewBefore, wanted, onEvent = () => {} }: Walk): AsyncGenerator<Placed> {
  let late: readonly RecordedDecision[] | null = null;
  do {
    const view = await viewBefore(late);
    const after = view.position;
    const pass: ReplayPass = new ReplayPass({ view, ...(late === null ? { wanted } : { late, wanted: () => false }) });
    for await (const event of eventsUpTo(log, { types: replayTypes, after, upTo: head })) {
      yield* pass.take(event);
      if (late === null) onEvent(event.position.commit);
    }
    yield* pass.end();
    late = pass.late;
  } while (late.length > 0);
}

export interface Judged {
  readonly decision: RecordedDecision;
  readonly verdict: Verdict;
}

export interface Judging {
  /** Commit position up to which the log is read. */
  readonly head: bigint;
  /** No wanted decision was received before; ISO 8601. The beginning of the log when absent. */
  readonly from?: string | undefined;
  readonly wanted: (decision: RecordedDecision) => boolean;
  /** After each event of the first walk. */
  readonly onEvent?: (position: bigint) => void;
}

/**
 * Each wanted decision, made again by the version of the code that made it, on a view which that version folded.
 * Versions are walked one after the other, the present one first: it finds on its way which others there are.
 * A view is folded from the nearest one that is kept.
 */
export async function* judgedDecisions({ log, texts, deciders, views }: Replayer, { head, from, wanted, onEvent = () => {} }: Judging): AsyncGenerator<Judged> {
  keepShapes();
  const versions = [deciders.present.code.version];
  const strangers: RecordedDecision[] = [];
  for (const version of versions) {
    const first = version === versions[0];
    const ofVersion = (each: RecordedDecision): boolean => {
      const made = partsOf(each.decision.decider).version;
      if (made === version) return wanted(each);
      if (!first || !wanted(each)) return false;
      if (!deciders.has(made)) strangers.push(each);
      else if (!versions.includes(made)) versions.push(made);
      return false;
    };
    const viewBefore = async (late: readonly RecordedDecision[] | null) => (await stateBefore({ views, code: deciders.code(version), from }, late)).view;
    for await (const { decision, view } of placedDecisions(log, { head, viewBefore, wanted: ofVersion, ...(first ? { onEvent } : {}) })) {
      yield { decision, verdict: view ? reproduce(deciders.find(decision.decision.decider), decision, await texts.of(decision.requested), view) : { kind: 'unknown_position', position: decision.decision.position } };
      yield* answered(strangers);
    }
    yield* answered(strangers);
  }
}

/** Where a walk begins: before the range, or before all of the late decisions it is for. */
export async function stateBefore({ views, code, from }: Pick<Replayer, 'views'> & Pick<Judging, 'from'> & { code: DecidingCode }, late: readonly RecordedDecision[] | null): Promise<ReplayState> {
  if (!views) return new ReplayState(code.newView());
  if (late !== null) return views.beforePosition(late.reduce((first, { decidedAt }) => (decidedAt < first ? decidedAt : first), late[0]!.decidedAt), code);
  return from === undefined ? new ReplayState(code.newView()) : views.beforeTime(Date.parse(from) - clockSlackMs, code);
}

/** A version that is not in this build has no view to wait for. */
function* answered(strangers: RecordedDecision[]): Generator<Judged> {
  for (const decision of strangers.splice(0)) yield { decision, verdict: { kind: 'unknown_decider', decider: decision.decision.decider } };
}

export async function verifyDecisions(replayer: Replayer, range: DecisionRange, onProgress: (progress: Progress) => void = () => {}): Promise<VerifiedReplay> {
  const head = await replayer.log.head();
  const tally = new Tally();
  let events = 0;
  const onEvent = (position: bigint) => {
    if ((events += 1) % 1_000 === 0) onProgress({ position, head, decisions: tally.decisions });
  };
  for await (const { decision, verdict } of judgedDecisions(replayer, { head, from: range.from, wanted: inRange(range), onEvent })) tally.add(decision, verdict);
  onProgress({ position: head, head, decisions: tally.decisions });
  return tally.result(head);
}

class Tally {
  decisions = 0;
  private reproduced = 0;
  private readonly classification: Record<string, number> = {};
  private readonly deciders: Record<string, number> = {};
  private readonly differences: VerifiedReplay['differences'][number][] = [];

  add({ requestId, decision }: RecordedDecision, verdict: Verdict): void {
    this.decisions += 1;
    this.deciders[decision.decider] = (this.deciders[decision.decider] ?? 0) + 1;
    if (verdict.kind === 'reproduced') {
      this.reproduced += 1;
      this.classification[verdict.classification] = (this.classification[verdict.classification] ?? 0) + 1;
    } else if (this.differences.length < differencesKept) this.differences.push({ request_id: requestId, position: decision.position, verdict });
  }

  result(head: bigint): VerifiedReplay {
    const { decisions, reproduced, classification, deciders, differences } = this;
    return { decisions, reproduced, classification, deciders, differences, head: head.toString() };
  }
}
