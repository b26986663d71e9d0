/** Asks the decider again what it was asked then, and compares the answer with what was recorded, byte for byte. */
import { Refused } from '../../event-sourcing/domain/decider.js';
import { classify } from '../../routing/domain/classify/classify.js';
import type { ClassifierWeights } from '../../routing/domain/classify/weights.js';
import { classifierInput } from '../../routing/domain/classify-request.js';
import { decide } from '../../routing/domain/decide.js';
import type { Question } from '../../routing/domain/question.js';
import { deciderId } from '../../routing/domain/decider-id.js';
import type { Decision } from '../../routing/domain/decision.js';
import type { RoutingText } from '../../routing/domain/request.js';
import type { RoutingView } from '../../routing/domain/view.js';
import { firstDifference, inputOf, type InputAtFault } from './difference.js';
import type { RecordedDecision } from './recorded-decision.js';
import { sameJson } from './same-json.js';

/** Why there is no text to classify again: it was erased, was never kept, or is not what was sealed or hashed. */
export type TextState = 'erased' | 'not_kept' | 'damaged';
export type Text = { readonly kind: 'text'; readonly text: RoutingText } | { readonly kind: TextState };

export type Verdict =
  /** The same bytes. `classification` says whether it was made again too, or why it was taken as recorded. */
  | { readonly kind: 'reproduced'; readonly classification: 'recomputed' | TextState | 'other_weights' }
  | { readonly kind: 'different'; readonly field: string; readonly recorded: unknown; readonly recomputed: unknown; readonly input: InputAtFault }
  /** The text is not the one that was decided on: its seal or its hash does not fit. */
  | { readonly kind: 'damaged_text' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** Another version of the code decided; it is verified by that version. */
  | { readonly kind: 'unknown_decider'; readonly decider: string }
  | { readonly kind: 'unknown_policy'; readonly policy: string }
  /** No event of the view stands at the recorded position: one was removed, or the position was changed. */
  | { readonly kind: 'unknown_position'; readonly position: string };

/** The deciders that ship: the present code, with the weights that ship with it. */
export class Deciders {
  readonly current: string;

  constructor(private readonly weights: ClassifierWeights) {
    this.current = deciderId(weights.version);
  }

  /** @returns what to ask, or the verdict when it cannot be asked. @param view exactly at the decision's position. */
  question({ requested: { request }, decision }: RecordedDecision, text: Text, view: RoutingView): { question: Question; classification: 'recomputed' | TextState | 'other_weights' } | Verdict {
    const own = decision.decider === this.current;
    if (!own && codeOf(decision.decider) !== codeOf(this.current)) return { kind: 'unknown_decider', decider: decision.decider };
    const policy = view.policy(decision.policy.name);
    if (!policy) return { kind: 'unknown_policy', policy: `${decision.policy.name}@${decision.policy.version}` };
    const common = { request, view, policy, decider: decision.decider };
    if (text.kind === 'text' && own) {
      return { question: { ...common, classification: classify(classifierInput(request, text.text), this.weights), recorded: false }, classification: 'recomputed' };
    }
    return { question: { ...common, classification: decision.classification, recorded: true }, classification: text.kind === 'text' ? 'other_weights' : text.kind };
  }

  reproduce(recorded: RecordedDecision, text: Text, view: RoutingView): Verdict {
    if (view.position !== recorded.decidedAt) return { kind: 'unknown_position', position: recorded.decision.position };
    if (text.kind === 'damaged') return { kind: 'damaged_text' };
    const asked = this.question(recorded, text, view);
    if (!('question' in asked)) return asked;
    try {
      const again = decide(asked.question);
      return sameJson(recorded.decision, again) ? { kind: 'reproduced', classification: asked.classification } : different(recorded.decision, again);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { kind: 'refused', code: error.code, message: error.message };
    }
  }
}

/** `decide-1.abc+weights` without the weights. */
const codeOf = (decider: string): string => decider.slice(0, decider.indexOf('+'));

function different(recorded: Decision, again: Decision): Verdict {
  const recomputed = JSON.parse(JSON.stringify(again)) as unknown;
  const difference = firstDifference(recorded, recomputed) ?? { field: 'order of fields', recorded: Object.keys(recorded), recomputed: Object.keys(again) };
  return { kind: 'different', ...difference, input: inputOf(difference.field) };
}
