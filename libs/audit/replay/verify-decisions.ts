/** Replays the log's decisions in one walk (and a second one for stragglers) and counts what became of them. */
import type { EventLog } from '../../event-sourcing/event-log.js';
import { eventsUpTo } from '../../event-sourcing/events-up-to.js';
import type { RecordedDecision } from '../domain/recorded-decision.js';
import { ReplayPass, replayTypes, type PassOptions, type Placed } from '../domain/replay-pass.js';
import type { Deciders, Verdict } from '../domain/reproduce.js';
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
  readonly deciders: Deciders;
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
  /** The first that did not reproduce, at most `differencesKept`. */
  readonly differences: readonly { readonly request_id: string; readonly position: string; readonly verdict: Verdict }[];
  /** Commit position up to which the log was read. */
  readonly head: string;
}

const differencesKept = 20;

export function inRange({ from, to, orgId }: DecisionRange): (decision: RecordedDecision) => boolean {
  return ({ requested: { request } }) => (from === undefined || request.at >= from) && (to === undefined || request.at < to) && (orgId === undefined || request.orgId === orgId);
}

/**
 * Every decision with the view at its position, in the order in which the view comes by. @param onEvent after each event of the first walk.
 */
export async function* placedDecisions(log: EventLog, head: bigint, wanted: PassOptions['wanted'], onEvent: (position: bigint) => void = () => {}): AsyncGenerator<Placed> {
  let late: readonly RecordedDecision[] | null = null;
  do {
    const pass: ReplayPass = new ReplayPass(late === null ? { ...(wanted ? { wanted } : {}) } : { late, wanted: () => false });
    for await (const event of eventsUpTo(log, { types: replayTypes, upTo: head })) {
      yield* pass.take(event);
      if (late === null) onEvent(event.position.commit);
    }
    yield* pass.end();
    late = pass.late;
  } while (late.length > 0);
}

export async function verifyDecisions({ log, texts, deciders }: Replayer, range: DecisionRange, onProgress: (progress: Progress) => void = () => {}): Promise<VerifiedReplay> {
  const head = await log.head();
  const classification: Record<string, number> = {};
  const differences: VerifiedReplay['differences'][number][] = [];
  let [decisions, reproduced, events] = [0, 0, 0];
  const report = (position: bigint) => {
    if ((events += 1) % 1_000 === 0) onProgress({ position, head, decisions });
  };
  for await (const { decision, view } of placedDecisions(log, head, inRange(range), report)) {
    decisions += 1;
    const verdict: Verdict = view ? deciders.reproduce(decision, await texts.of(decision.requested), view) : { kind: 'unknown_position', position: decision.decision.position };
    if (verdict.kind === 'reproduced') {
      reproduced += 1;
      classification[verdict.classification] = (classification[verdict.classification] ?? 0) + 1;
    } else if (differences.length < differencesKept) differences.push({ request_id: decision.requestId, position: decision.decision.position, verdict });
  }
  onProgress({ position: head, head, decisions });
  return { decisions, reproduced, classification, differences, head: head.toString() };
}
