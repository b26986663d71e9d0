/**
 * The way to the models. The caller has made the decision durable; the gateway calls the first model of the chain,
 * falls back along it, and says how it ended. It never throws for what a provider does: that is an outcome.
 */
import type { ChatCall, ClientSink, Outcome } from './domain/outcome.js';

export interface InferenceGateway {
  /**
   * Answers a chat request. With a sink the answer is streamed to it, but for its tail, which the outcome carries:
   * the caller writes it once the terminal event is durable. Without one the outcome carries the whole answer.
   */
  chat(call: ChatCall, sink: ClientSink | null): Promise<Outcome>;
  /** Ends every call in flight as cancelled by the operator and closes all connections. */
  close(): Promise<void>;
}

/** Injection token of the gateway. */
export const INFERENCE_GATEWAY = Symbol('InferenceGateway');
