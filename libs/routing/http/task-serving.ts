/** Serving an admitted request by its task: language models by chat. */
import { Injectable } from '@nestjs/common';
import type { Completed, Outcome } from '../../inference/domain/outcome.js';
import type { Admitted } from '../commands/route-request.js';
import type { Fields } from '../commands/measure-input.js';
import type { Timing } from '../domain/events.js';
import { ChatServer } from './chat-serving.js';

export interface TaskServing {
  readonly prompt: string;
  readonly input: Fields;
  readonly signal: AbortSignal;
  readonly cacheTtlSeconds: number;
}

@Injectable()
export class TaskServer {
  constructor(private readonly chat: ChatServer) {}

  serve(admitted: Admitted, serving: TaskServing): Promise<Outcome> {
    return this.chat.serve(admitted, { ...serving, body: chatBodyOf(serving), sink: null });
  }
}

/** An input without messages is a prompt with parameters. */
function chatBodyOf({ prompt, input }: TaskServing): Fields {
  return { ...(input['messages'] === undefined && { messages: [{ role: 'user', content: prompt }] }), ...input, stream: false };
}

/** The provider's answer, as the contract's `result`. */
export function resultOf({ answer }: Completed): object {
  if (answer.form !== 'json') throw new TypeError('a complete answer was asked for');
  return answer.value;
}

export const presentTiming = ({ classificationMs, routingMs, inferenceMs, totalMs }: Timing) => ({
  classification_ms: classificationMs,
  routing_ms: routingMs,
  inference_ms: inferenceMs,
  total_ms: totalMs,
});
