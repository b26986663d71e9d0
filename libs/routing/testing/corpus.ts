/**
 * The corpus: a frozen log of events, questions to it, and the decisions that were recorded. It names the behaviour of
 * `decide`: whoever changes a decision gives `decideVersion` a new name, and old decisions are replayed by old code.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Refused } from '../../event-sourcing/domain/decider.js';
import type { Classification } from '../domain/decision.js';
import { presentCode, type Decider, type DecidingCode } from '../domain/deciding-code.js';
import { defaultPolicy, type RoutingPolicy } from '../domain/policy.js';
import type { RoutingRequest } from '../domain/request.js';
import { recorded } from './recorded.js';

export const corpusFolder = 'libs/routing/domain/corpus/';

interface World {
  readonly events: readonly { type: string; orgId: string | null; at: string; data: object }[];
  readonly exploring: RoutingPolicy;
  readonly questions: readonly { asked: string; request: RoutingRequest; classification: Classification; policy?: 'exploring' }[];
}

/** The corpus as it is frozen with a version, so that the version can be judged by it for ever. */
export interface Corpus {
  readonly world: World;
  /** Classified, as well as decided on. */
  readonly prompts: readonly string[];
}

/** @param root the repository. */
export const corpusOf = (root: URL): Corpus => ({ world: read(root, 'world.json') as World, prompts: read(root, 'prompts.json') as readonly string[] });
const read = (root: URL, file: string): unknown => JSON.parse(readFileSync(new URL(`${corpusFolder}${file}`, root), 'utf8'));

/**
 * @param replay whether each decision is made again from the classification it recorded.
 * @returns one line of JSON for each question: the decision, or why it was refused.
 */
export function decisionsOf({ world }: Corpus, code: DecidingCode = presentCode, replay = false): readonly string[] {
  const view = code.newView();
  for (const [i, { type, data, orgId, at }] of world.events.entries()) view.apply(recorded({ type, data }, i + 1, { orgId, at }));
  const exploring = { name: 'exploring', version: 1, policy: world.exploring };
  return world.questions.map(({ asked, request, classification, policy }) => {
    const question = { request, classification, recorded: false, view, policy: policy ? exploring : defaultPolicy, decider: 'corpus' };
    const once = outcomeOf(() => code.decide(question));
    if (!replay || !('decision' in once)) return JSON.stringify({ asked, ...once });
    return JSON.stringify({ asked, decision: code.decide({ ...question, classification: once.decision.classification, recorded: true }) });
  });
}

/** One line of JSON for each prompt: its whole classification. */
export const classificationsOf = ({ prompts }: Corpus, { code, weights }: Decider): readonly string[] => prompts.map((text) => JSON.stringify({ text, ...code.classify({ text, mode: 'auto' }, weights!) }));

/** What names a version: everything it decides and everything it classifies. */
export const behaviourOf = (corpus: Corpus, decider: Decider): readonly string[] => [...decisionsOf(corpus, decider.code), ...classificationsOf(corpus, decider)];

function outcomeOf<Decision>(ask: () => Decision): { decision: Decision } | { refused: object } {
  try {
    return { decision: ask() };
  } catch (error) {
    if ((error as Error).name !== 'Refused') throw error;
    const { code, param, message } = error as Refused;
    return { refused: { code, param, message } };
  }
}

/** The content address of a behaviour: ten hexadecimal digits. */
export const digestOf = (decisions: readonly string[]): string => createHash('sha256').update(decisions.join('\n')).digest('hex').slice(0, 10);
