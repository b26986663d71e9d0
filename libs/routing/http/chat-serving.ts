/** Serving an admitted request by chat: which models, which bytes, and the `greatrouter` object about the answer. */
import { Inject, Injectable } from '@nestjs/common';
import { chainModel } from '../../inference/domain/chain.js';
import type { AnswerFacts, ChatBody, ClientSink, HangUp, Outcome } from '../../inference/domain/outcome.js';
import { INFERENCE_GATEWAY, type InferenceGateway } from '../../inference/exports.js';
import { approximateDollars, fromPico, toDollars } from '../../money/money.js';
import { ApiError } from '../../platform/http/api-error.js';
import type { Admitted } from '../commands/route-request.js';
import { Router } from '../router.js';

export interface ChatServing {
  readonly body: ChatBody;
  /** Null: the answer is wanted whole. */
  readonly sink: ClientSink | null;
  readonly signal: HangUp;
  readonly cacheTtlSeconds: number;
}

@Injectable()
export class ChatServer {
  constructor(
    private readonly router: Router,
    @Inject(INFERENCE_GATEWAY) private readonly gateway: InferenceGateway,
  ) {}

  serve(admitted: Admitted, { body, sink, signal, cacheTtlSeconds }: ChatServing): Promise<Outcome> {
    const { request, decision } = admitted;
    const chain = decision.fallbackChain.flatMap((id) => this.router.model(id) ?? []).map(chainModel);
    const includeUsage = (body['stream_options'] as { include_usage?: unknown } | undefined)?.include_usage === true;
    return this.gateway.chat(
      {
        requestId: request.requestId,
        orgId: request.orgId,
        mode: request.mode,
        at: request.at,
        chain,
        body: boundedTo(admitted.affordableOutputTokens, ownChain(body)),
        includeUsage,
        mayContinue: decision.mayContinue,
        cacheTtlSeconds,
        metadata: (facts) => aboutAnswer(admitted, facts),
        signal,
      },
      sink,
    );
  }
}

/** `models` is answered by the chain: a host that knew the field would fall back by itself, unseen. */
function ownChain(body: ChatBody): ChatBody {
  if (!('models' in body)) return body;
  const { models: _, ...rest } = body;
  return rest;
}

/** An answer that the wallet can pay for: no longer than that, whatever the client asked. */
function boundedTo(tokens: number | null, body: ChatBody): ChatBody {
  if (tokens === null) return body;
  const choices = typeof body['n'] === 'number' ? body['n'] : 1;
  const { max_tokens: _, max_completion_tokens: __, ...rest } = body;
  return { ...rest, max_tokens: Math.max(1, Math.floor(tokens / choices)) };
}

/** The `greatrouter` object of the contract. Dollars are numbers where they are estimates, exact strings where they are charged. */
export function aboutAnswer({ request, decision, position }: Admitted, facts: AnswerFacts): object {
  const { classification } = decision;
  return {
    request_id: request.requestId,
    task: classification.task,
    confidence: classification.confidence,
    complexity_tier: classification.complexity_tier,
    model: facts.model,
    provider: facts.provider,
    routing_reason: decision.reason,
    fallback_chain: decision.fallbackChain,
    estimated_cost_dollars: decision.estimatedCost === null ? null : approximateDollars(fromPico(decision.estimatedCost)),
    may_continue: decision.mayContinue,
    attempts: facts.attempts,
    cache: facts.cache,
    position: position.toString(),
    ...(facts.phase === 'last' && {
      cost_dollars: facts.cost === null ? null : toDollars(facts.cost),
      cost_status: facts.costStatus,
      continued: facts.continued,
    }),
  };
}

/** What the headers of every answer say about it. */
export const answerHeaders = ({ decision, position, limitHeaders }: Admitted, facts: Pick<AnswerFacts, 'model' | 'provider' | 'attempts' | 'cache'>): Record<string, string> => ({
  'x-gr-model': facts.model,
  'x-gr-provider': facts.provider,
  'x-gr-attempts': String(facts.attempts),
  'x-gr-cache': facts.cache,
  'x-gr-policy-version': `${decision.policy.name}@${decision.policy.version}`,
  'x-gr-position': position.toString(),
  ...limitHeaders,
});

/** The failure of a chain as the client's error. */
export const upstreamError = ({ error }: Extract<Outcome, { kind: 'failed' }>): ApiError =>
  new ApiError(error.status, error.type as ApiError['type'], error.code, error.message, null, error.headers);
