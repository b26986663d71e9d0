/** The whole story of one decision as one piece of JSON: what was asked, what was known, why, and what came of it. */
import { pricingInDollars } from '../../catalog/domain/dollars.js';
import type { Pricing } from '../../catalog/domain/pricing.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { Feedback } from '../../feedback/domain/feedback.js';
import { healthAt } from '../../health/domain/health.js';
import { fromPico, toDollars, type PicoDollars } from '../../money/money.js';
import type { Explanation } from '../../routing/domain/question.js';
import type { InferenceAttemptFailed, InferenceCompleted, InferenceRepriced, Terminal } from '../../routing/domain/events.js';
import { isTerminal } from '../../routing/domain/terminal.js';
import type { RoutingView } from '../../routing/domain/view.js';
import type { Effect } from './effects.js';
import type { RecordedDecision } from './recorded-decision.js';
import type { Text, Verdict } from './reproduce.js';

/** One event of the story and its place in the proof. */
export interface EventInStory {
  readonly type: string;
  readonly revision: string;
  readonly position: string;
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  /** Hash of its leaf in the Merkle tree, hex. */
  readonly leaf_hash: string;
}

export interface StoryParts {
  readonly recorded: RecordedDecision;
  readonly events: readonly Recorded[];
  readonly hashes: readonly EventInStory[];
  readonly feedback: readonly Feedback[];
  readonly text: Text;
  readonly effects: readonly Effect[];
  readonly verdict: Verdict;
  /** At the decision's position. */
  readonly view: RoutingView;
  /** Null when the decision cannot be asked again. */
  readonly explanation: Explanation | null;
}

export type Story = ReturnType<typeof storyOf>;

export function storyOf({ recorded, events, hashes, feedback, text, effects, verdict, view, explanation }: StoryParts) {
  const { requested, decision } = recorded;
  const { request } = requested;
  const terminal = events.find(isTerminal);
  const { classification, candidates, excluded, estimatedCost, priceComparison, price, ...chosen } = decision;
  return {
    request_id: recorded.requestId,
    organization_id: recorded.orgId,
    received_at: request.at,
    request: {
      endpoint: request.endpoint,
      mode: request.mode,
      key_id: requested.keyId,
      hints: request.hints,
      profile: request.profile,
      session: request.session,
      budget_dollars: dollarsOf(request.budget),
      scope: request.scope,
      seed: request.seed,
      prompt: { state: text.kind === 'text' ? 'kept' : text.kind, sha256: requested.promptHash },
    },
    classification: { ...classification, effects },
    view: {
      position: decision.position,
      policy: view.policy(decision.policy.name),
      preferences: view.organization(recorded.orgId).snapshot().preferences,
    },
    decision: {
      ...chosen,
      price: pricingInDollars(price as Pricing | null),
      estimated_cost_dollars: dollarsOf(estimatedCost),
      price_comparison: { ...priceComparison, estimatedCost: dollarsOf(priceComparison.estimatedCost) },
      recorded_candidates: candidates.length,
      excluded_counts: excluded,
    },
    candidates: (explanation?.candidates ?? candidates).map(({ estimatedCost: cost, ...candidate }) => ({
      ...candidate,
      estimated_cost_dollars: dollarsOf(cost),
      ...circumstances(recorded, view, candidate.model),
    })),
    excluded: explanation?.excluded ?? null,
    replay: verdict,
    attempts: attemptsOf(events),
    outcome: terminal ? outcomeOf(terminal) : null,
    repriced: events.filter(({ type }) => type === 'InferenceRepriced').map(({ data }) => ({ cost_dollars: dollarsOf((data as InferenceRepriced).cost), reason: (data as InferenceRepriced).reason })),
    feedback: feedback.map(({ correct, confidence, suggestedTask }) => ({ correct, confidence, suggested_task: suggestedTask })),
    events: hashes,
  };
}

/** Price and health of a model as they were. */
function circumstances({ requested: { request } }: RecordedDecision, view: RoutingView, id: string) {
  const row = view.table.find(id);
  if (row === null) return { price: null, health: null };
  const health = view.learnt(request.mode).healthOf(row);
  return { price: pricingInDollars(view.table.model(row).pricing), health: health ? healthAt(health, Date.parse(request.at)) : { degraded: false, latencyPenalty: 0 } };
}

/** Each call of a model, in order: those that failed, and the one that answered. An answer from the cache called none. */
function attemptsOf(events: readonly Recorded[]) {
  const failed = events.filter(({ type }) => type === 'InferenceAttemptFailed').map(({ data }) => ({ ...(data as InferenceAttemptFailed), outcome: 'failed' as const }));
  const completed = events.find(({ type }) => type === 'InferenceCompleted');
  if (!completed) return failed;
  const { attempts: attempt, mode, model, provider, timing } = completed.data as InferenceCompleted;
  return attempt === 0 ? failed : [...failed, { attempt, mode, model, provider, tookMs: timing.inferenceMs, outcome: 'answered' as const }];
}

function outcomeOf({ type, data, metadata }: Recorded) {
  const { model, provider, attempts, timing, usage, rawUsage, cost, costStatus, ...rest } = data as Terminal & Readonly<Record<string, unknown>>;
  return {
    kind: type === 'InferenceCompleted' ? 'completed' : type === 'InferenceFailed' ? 'failed' : 'cancelled',
    ended_at: metadata.at,
    model,
    provider,
    attempts,
    timing,
    usage,
    raw_usage: rawUsage,
    cost_dollars: dollarsOf(cost),
    cost_status: costStatus,
    error: type === 'InferenceFailed' ? { class: rest['errorClass'], code: rest['errorCode'], message: rest['message'] } : null,
    cancelled_by: rest['by'] ?? null,
    finish_reason: rest['finishReason'] ?? null,
  };
}

const dollarsOf = (amount: PicoDollars | null): string | null => (amount === null ? null : toDollars(fromPico(amount)));
