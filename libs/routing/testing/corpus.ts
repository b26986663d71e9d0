/**
 * The corpus: a frozen log of events, questions to it, and the decisions that were recorded. It names the behaviour of
 * `decide`: whoever changes a decision gives `decideVersion` a new name, and old decisions are replayed by old code.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Refused } from '../../event-sourcing/domain/decider.js';
import type { Classification } from '../domain/decision.js';
import { decide } from '../domain/decide.js';
import { defaultPolicy, type RoutingPolicy } from '../domain/policy.js';
import type { RoutingRequest } from '../domain/request.js';
import { RoutingView } from '../domain/view.js';
import { recorded } from './recorded.js';

export const corpusFolder = 'libs/routing/domain/corpus/';

interface World {
  readonly events: readonly { type: string; orgId: string | null; at: string; data: object }[];
  readonly exploring: RoutingPolicy;
  readonly questions: readonly { asked: string; request: RoutingRequest; classification: Classification; policy?: 'exploring' }[];
}

/**
 * @param root the repository. @param replay whether each decision is made again from the classification it recorded.
 * @returns one line of JSON for each question: the decision, or why it was refused.
 */
export function decisionsOfCorpus(root: URL, replay = false): readonly string[] {
  const world = JSON.parse(readFileSync(new URL(`${corpusFolder}world.json`, root), 'utf8')) as World;
  const view = new RoutingView();
  for (const [i, { type, data, orgId, at }] of world.events.entries()) view.apply(recorded({ type, data }, i + 1, { orgId, at }));
  const exploring = { name: 'exploring', version: 1, policy: world.exploring };
  return world.questions.map(({ asked, request, classification, policy }) => {
    const question = { request, classification, recorded: false, view, policy: policy ? exploring : defaultPolicy, decider: 'corpus' };
    const once = outcomeOf(() => decide(question));
    if (!replay || !('decision' in once)) return JSON.stringify({ asked, ...once });
    return JSON.stringify({ asked, decision: decide({ ...question, classification: once.decision.classification, recorded: true }) });
  });
}

function outcomeOf<Decision>(ask: () => Decision): { decision: Decision } | { refused: object } {
  try {
    return { decision: ask() };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { code, param, message } = error;
    return { refused: { code, param, message } };
  }
}

/** The content address of a behaviour: ten hexadecimal digits. */
export const digestOf = (decisions: readonly string[]): string => createHash('sha256').update(decisions.join('\n')).digest('hex').slice(0, 10);
