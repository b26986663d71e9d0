/**
 * The router of a process: the live view, the classifier's weights and the policy in force, behind three questions.
 * Everything that decides is in domain/; this only hands it what a process holds.
 */
import { Injectable } from '@nestjs/common';
import type { CatalogModel } from '../catalog/domain/model.js';
import { Refused } from '../event-sourcing/domain/decider.js';
import { LiveFolds } from '../event-sourcing/live-folds.js';
import { unavailable } from '../platform/http/api-error.js';
import { classifierInput, unreadClassification } from './domain/classify-request.js';
import { classify } from './domain/classify/classify.js';
import type { Classification, Decision } from './domain/decision.js';
import { decide, explain } from './domain/decide.js';
import type { Explanation, Question } from './domain/question.js';
import { deciderId } from './domain/decider-id.js';
import type { PublishedPolicy } from './domain/policy.js';
import { noCallableModel, noHealthyModel } from './domain/refusals.js';
import type { RoutingRequest, RoutingText } from './domain/request.js';
import { RoutingView } from './domain/view.js';
import type { ModelId, ProviderSlug, Task } from './domain/vocabulary.js';
import { loadClassifierWeights } from './weights.js';

export interface RoutedDecision {
  readonly decision: Decision;
  readonly classificationMs: number;
  readonly routingMs: number;
}

export interface ExplainedDecision extends RoutedDecision {
  readonly explanation: Explanation;
}

@Injectable()
export class Router {
  readonly view = new RoutingView();
  private readonly weights = loadClassifierWeights();
  /** Content address of the code and weights that decide here. */
  readonly decider = deciderId(this.weights.version);

  /** @param hosts slugs of the hosts that have a key here; null where that is not asked. */
  constructor(
    folds: LiveFolds,
    private readonly hosts: readonly ProviderSlug[] | null = null,
  ) {
    folds.register(this.view);
  }

  /** A request as this installation takes it in: live keys are served where it has a key itself. */
  received(request: RoutingRequest): RoutingRequest {
    return this.hosts === null || request.mode === 'test' ? request : { hosts: this.hosts, ...request };
  }

  /** @throws Refused; ApiError 503 when every model that could serve is degraded. */
  decide(request: RoutingRequest, text: RoutingText | null): RoutedDecision {
    const { result, ...timing } = this.timed(request, text, decide);
    return { decision: result, ...timing };
  }

  /** The same decision, with every candidate and every excluded model. @param view what is known; live when absent. @throws as `decide`. */
  explain(request: RoutingRequest, text: RoutingText | null, view = this.view): ExplainedDecision {
    const { result, ...timing } = this.timed(request, text, explain, view);
    return { decision: result.decision, explanation: result, ...timing };
  }

  /** @param text null where there is none to read: the task that was asked for, of middling difficulty. */
  classify(request: RoutingRequest, text: RoutingText | null): Classification {
    return text === null ? unreadClassification(request) : classify(classifierInput(request, text), this.weights);
  }

  /** What kind of work a text asks for, apart from any request. */
  taskOf(text: string): Task {
    return classify({ text, mode: 'auto' }, this.weights).task;
  }

  /** A model by its id, or by another id a caller may use for it. */
  model(id: ModelId | string, { table } = this.view): CatalogModel | null {
    const row = table.find(id);
    return row === null ? null : table.model(row);
  }

  policy(): PublishedPolicy {
    return this.view.policy()!;
  }

  private timed<Result>(request: RoutingRequest, text: RoutingText | null, ask: (question: Question) => Result, view = this.view) {
    const began = performance.now();
    const classification = this.classify(request, text);
    const classified = performance.now();
    try {
      const result = ask({ request, classification, recorded: false, view, policy: view.policy()!, decider: this.decider });
      return { result, classificationMs: classified - began, routingMs: performance.now() - classified };
    } catch (error) {
      throw error instanceof Refused ? atTheEdge(error) : error;
    }
  }
}

/** A refusal is the caller's to mend, and the edge knows how to say so; that nothing is healthy is not. */
const atTheEdge = (refused: Refused): Error => (notTheirs.has(refused.code) ? unavailable(refused.message, refused.code, quarantineSeconds) : refused);
const notTheirs: ReadonlySet<string> = new Set([noHealthyModel, noCallableModel]);
const quarantineSeconds = 30;
