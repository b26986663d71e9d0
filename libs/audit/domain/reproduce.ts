/** Asks the decider again what it was asked then, and compares the answer with what was recorded, byte for byte. */
import type { Refused } from '../../event-sourcing/domain/decider.js';
import type { Question } from '../../routing/domain/question.js';
import type { Decider } from '../../routing/domain/deciding-code.js';
import type { Decision } from '../../routing/domain/decision.js';
import type { RoutingText } from '../../routing/domain/request.js';
import type { RoutingView } from '../../routing/domain/view.js';
import { faultOf, firstDifference, type Fault } from './difference.js';
import type { RecordedDecision } from './recorded-decision.js';
import { sameJson } from './same-json.js';

/** Why there is no text to classify again: it was erased, was never kept, or is not what was sealed or hashed. */
export type TextState = 'erased' | 'not_kept' | 'damaged';
export type Text = { readonly kind: 'text'; readonly text: RoutingText } | { readonly kind: TextState };

export type Verdict =
  /** The same bytes. `classification` says whether it was made again too, or why it was taken as recorded. */
  | { readonly kind: 'reproduced'; readonly classification: Classified }
  | ({ readonly kind: 'different'; readonly field: string; readonly recorded: unknown; readonly recomputed: unknown } & Fault)
  /** The text is not the one that was decided on: its seal or its hash does not fit. */
  | { readonly kind: 'damaged_text' }
  /** The request is refused now; or, with `decider_failed`, the decider cannot make anything of what it is shown. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** A version of the code decided that this build does not have: a build that has it can verify the decision. */
  | { readonly kind: 'unknown_decider'; readonly decider: string }
  | { readonly kind: 'unknown_policy'; readonly policy: string }
  /** No event of the view stands at the recorded position: one was removed, or the position was changed. */
  | { readonly kind: 'unknown_position'; readonly position: string };

export type Classified = 'recomputed' | TextState | 'other_weights';

/** @returns what to ask, or the verdict when it cannot be asked. @param view the decider's own, exactly at the decision's position. */
export function questionOf({ id, code, weights }: Decider, { requested: { request }, decision }: RecordedDecision, text: Text, view: RoutingView): { question: Question; classification: Classified } | Verdict {
  const policy = view.policy(decision.policy.name);
  if (!policy) return { kind: 'unknown_policy', policy: `${decision.policy.name}@${decision.policy.version}` };
  const common = { request, view, policy, decider: id };
  if (text.kind === 'text' && weights) return { question: { ...common, classification: code.classify(code.classifierInput(request, text.text), weights), recorded: false }, classification: 'recomputed' };
  return { question: { ...common, classification: decision.classification, recorded: true }, classification: text.kind === 'text' ? 'other_weights' : text.kind };
}

/** @param decider the one that decided; null when this build does not have it. @param view of that decider. */
export function reproduce(decider: Decider | null, recorded: RecordedDecision, text: Text, view: RoutingView): Verdict {
  if (!decider) return { kind: 'unknown_decider', decider: recorded.decision.decider };
  if (view.position !== recorded.decidedAt) return { kind: 'unknown_position', position: recorded.decision.position };
  if (text.kind === 'damaged') return { kind: 'damaged_text' };
  const asked = questionOf(decider, recorded, text, view);
  if (!('question' in asked)) return asked;
  try {
    const again = decider.code.decide(asked.question);
    return sameJson(recorded.decision, again) ? { kind: 'reproduced', classification: asked.classification } : different(recorded.decision, again);
  } catch (error) {
    const { code = 'decider_failed', message } = error as Partial<Refused> & Error;
    return { kind: 'refused', code, message };
  }
}

/** An earlier version of the code refuses with an error class of its own. */
export const isRefusal = (error: unknown): error is Refused => (error as Error).name === 'Refused';

function different(recorded: Decision, again: Decision): Verdict {
  const recomputed = JSON.parse(JSON.stringify(again)) as Decision;
  const difference = firstDifference(recorded, recomputed) ?? { field: 'order of fields', recorded: Object.keys(recorded), recomputed: Object.keys(again) };
  return { kind: 'different', ...difference, ...faultOf(difference.field, recorded, recomputed) };
}
