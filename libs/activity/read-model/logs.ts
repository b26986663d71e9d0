/**
 * The activity log: one row per request, filled in by the events of its stream. Serves GET /v1/org/logs. Partitioned
 * by month, so that retention drops a partition and a page of recent requests reads only recent ones.
 */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { projection, table } from '../../event-sourcing/projections/projection.js';
import { fromPico, type PicoDollars } from '../../money/money.js';
import type { RouteEvent, Terminal } from '../../routing/domain/events.js';
import type { LogStatus } from '../domain/log-entry.js';
import { receivedAt, requestOf } from '../domain/received-at.js';

export const logs = table('logs', {
  key: { request_id: 'text', created_at: 'timestamptz' },
  set: {
    org_id: 'text',
    endpoint: 'text',
    status: 'text',
    model: 'text',
    provider: 'text',
    task: 'text',
    content_mode: 'text',
    complexity_tier: 'text',
    optimization: 'text',
    routing_reason: 'text',
    fallback_chain: 'jsonb',
    attempts: 'integer',
    prompt_tokens: 'bigint',
    completion_tokens: 'bigint',
    cost_cents: 'cents',
    estimated_cost_cents: 'cents',
    classification_ms: 'float8',
    routing_ms: 'float8',
    inference_ms: 'float8',
    total_ms: 'float8',
    ttft_ms: 'float8',
    session_id: 'text',
    key_id: 'text',
    cache: 'text',
    error_code: 'text',
    prompt_hash: 'text',
  },
  partitionedBy: 'created_at',
});

export const logsProjection = projection<RouteEvent>({
  name: 'logs',
  version: 1,
  tables: [logs],
  on: {
    RouteRequested: (event) =>
      logs.put(rowOf(event), {
        org_id: event.metadata.orgId,
        endpoint: event.data.request.endpoint,
        session_id: event.data.request.session?.sessionId ?? null,
        key_id: event.data.keyId,
        prompt_hash: event.data.promptHash,
      }),

    ModelSelected: (event) => {
      const { classification, ...decision } = event.data;
      return logs.put(rowOf(event), {
        org_id: event.metadata.orgId,
        model: decision.model,
        provider: decision.provider,
        task: classification.task,
        content_mode: classification.content_mode,
        complexity_tier: classification.complexity_tier,
        optimization: decision.optimization,
        routing_reason: printable(decision.reason),
        fallback_chain: decision.fallbackChain,
        estimated_cost_cents: money(decision.estimatedCost),
      });
    },

    InferenceCompleted: (event) => terminal(event, 'completed', { cache: event.data.cache, errorCode: null }),
    InferenceFailed: (event) => terminal(event, 'failed', { cache: null, errorCode: event.data.errorCode }),
    InferenceCancelled: (event) => terminal(event, 'cancelled', { cache: null, errorCode: null }),
  },
});

function terminal(event: Recorded<{ type: string; data: Terminal }>, status: LogStatus, end: { cache: string | null; errorCode: string | null }) {
  const { timing, usage, cost, keyId, ...data } = event.data;
  return logs.put(rowOf(event), {
    org_id: event.metadata.orgId,
    status,
    model: data.model,
    provider: data.provider,
    task: data.task,
    content_mode: data.contentMode,
    attempts: data.attempts,
    prompt_tokens: usage?.inputTokens ?? null,
    completion_tokens: usage?.outputTokens ?? null,
    cost_cents: money(cost),
    classification_ms: timing.classificationMs,
    routing_ms: timing.routingMs,
    inference_ms: timing.inferenceMs,
    total_ms: timing.totalMs,
    ttft_ms: timing.ttftMs,
    session_id: data.sessionId,
    key_id: keyId,
    cache: end.cache,
    error_code: end.errorCode,
  });
}

const rowOf = ({ stream }: { stream: string }) => ({ request_id: requestOf(stream), created_at: receivedAt(requestOf(stream)) });

const money = (amount: PicoDollars | null) => (amount === null ? null : fromPico(amount));

/** Postgres takes no NUL in text. */
const printable = (text: string) => text.replaceAll('\0', '');
