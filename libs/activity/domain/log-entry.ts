/** One line of the activity log, as JSON fields and as CSV columns alike, in this order. */
export const logColumns = [
  'request_id', 'created_at', 'endpoint', 'status', 'model', 'provider', 'task', 'content_mode', 'complexity_tier', 'optimization',
  'routing_reason', 'fallback_chain', 'attempts', 'prompt_tokens', 'completion_tokens', 'total_tokens', 'cost_dollars',
  'estimated_cost_dollars', 'classification_ms', 'routing_ms', 'inference_ms', 'total_ms', 'ttft_ms', 'session_id', 'key_id', 'cache',
  'error_code',
] as const;
export type LogColumn = (typeof logColumns)[number];

export const logStatuses = ['completed', 'failed', 'cancelled'] as const;
export type LogStatus = (typeof logStatuses)[number];

/** Money is an exact decimal of dollars as text; null is unknown (an unpriced request), never zero. */
export type LogEntry = Readonly<Record<LogColumn, string | number | readonly string[] | null>>;
