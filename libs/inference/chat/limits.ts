/** How long the gateway waits for what, milliseconds. */
export interface GatewayLimits {
  /** From the call to its end, whatever happens. */
  readonly totalMs: number;
  /** Silence inside a stream that has begun to answer. */
  readonly idleMs: number;
  /** Silence towards the client before a heartbeat comment. */
  readonly heartbeatMs: number;
  /** A whole answer while another model could be asked. */
  readonly wholeAnswerMs: number;
  /** Replaces the first-token limit of each model, for tests; null keeps it. */
  readonly firstTokenMs: number | null;
}

export const defaultLimits: GatewayLimits = {
  totalMs: 600_000,
  idleMs: 15_000,
  heartbeatMs: 15_000,
  wholeAnswerMs: 120_000,
  firstTokenMs: null,
};
