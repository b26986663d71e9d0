/** What each hint and each piece of context did to a classification: the same prompt classified without it. */
import type { ClassifierWeights } from '../../routing/domain/classify/weights.js';
import type { DecidingCode } from '../../routing/domain/deciding-code.js';
import type { Classification } from '../../routing/domain/decision.js';
import type { RoutingRequest, RoutingText } from '../../routing/domain/request.js';

export interface Effect {
  /** Such as `hint task` or `context system prompt`. */
  readonly of: string;
  readonly given: string;
  /** What the classification would have been without it. */
  readonly without: Pick<Classification, 'task' | 'confidence' | 'complexity_tier' | 'content_mode'>;
  readonly changed: boolean;
}

/** Only what the request gave; empty when it gave nothing. */
export function effectsOf(request: RoutingRequest, text: RoutingText, { code, weights }: { readonly code: DecidingCode; readonly weights: ClassifierWeights }): readonly Effect[] {
  const told = (changed: RoutingRequest, read: RoutingText = text) => code.classify(code.classifierInput(changed, read), weights);
  const base = told(request);
  const { hints, session } = request;
  const effect = (of: string, given: string, { task, confidence, complexity_tier, content_mode }: Classification): Effect => ({
    of,
    given,
    without: { task, confidence, complexity_tier, content_mode },
    changed: task !== base.task || complexity_tier !== base.complexity_tier || content_mode !== base.content_mode,
  });
  const effects: Effect[] = [];
  if (hints.task) effects.push(effect('hint task', hints.task, told({ ...request, hints: { ...hints, task: null } })));
  if (hints.contentMode) effects.push(effect('hint content_mode', hints.contentMode, told({ ...request, hints: { ...hints, contentMode: null } })));
  if (session?.lastTask) effects.push(effect('context previous task', session.lastTask, told({ ...request, session: null })));
  if (text.system) effects.push(effect('context system prompt', `${text.system.length} characters`, told(request, { ...text, system: '' })));
  if (text.earlier?.length) effects.push(effect('context earlier turns', `${text.earlier.length} turns`, told(request, { ...text, earlier: [] })));
  return effects;
}
