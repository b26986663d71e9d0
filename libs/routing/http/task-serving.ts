/** Serving an admitted request by the kind of model that was chosen: by chat, or by making media. */
import { Injectable } from '@nestjs/common';
import { mediaKindOf, type MediaCall, type MediaModel } from '../../inference/domain/media.js';
import { chainModel } from '../../inference/domain/chain.js';
import { mediaEndpoints } from '../../inference/domain/served-elsewhere.js';
import type { Completed, Outcome } from '../../inference/domain/outcome.js';
import { MediaGateway } from '../../inference/exports.js';
import type { Admitted } from '../commands/route-request.js';
import type { Fields } from '../commands/measure-input.js';
import type { Timing } from '../domain/events.js';
import { mayBeJob, takesLong, type Deferred } from '../domain/job.js';
import { Router } from '../router.js';
import { ChatServer } from './chat-serving.js';
import type { MediaInput } from './media-input.js';

export interface TaskServing {
  readonly prompt: string;
  readonly input: Fields;
  /** What is in the input for those who make media. */
  readonly media: MediaInput;
  /** Whether the client asked for a job (`Prefer: respond-async`). */
  readonly prefersJob: boolean;
  readonly signal: AbortSignal;
  readonly cacheTtlSeconds: number;
}

@Injectable()
export class TaskServer {
  constructor(
    private readonly chat: ChatServer,
    private readonly media: MediaGateway,
    private readonly router: Router,
  ) {}

  serve(admitted: Admitted, serving: TaskServing): Promise<Outcome> {
    const chain = this.mediaChain(admitted);
    if (chain === null) return this.chat.serve(admitted, { ...serving, body: chatBodyOf(serving), sink: null });
    return this.media.make(mediaCall(admitted, serving, chain));
  }

  /** What takes minutes is left to a job, and whatever the client would rather not wait for. */
  async serveOrDefer(admitted: Admitted, serving: TaskServing): Promise<Outcome | Deferred> {
    const chain = this.mediaChain(admitted);
    const kind = chain?.[0]?.kind;
    if (!chain || !kind || !mayBeJob(kind) || !(serving.prefersJob || takesLong(kind, serving.media.parameters))) return this.serve(admitted, serving);
    return { kind: 'deferred', work: { kind, chain, prompt: serving.prompt, input: serving.input } };
  }

  /** Null when the chosen model is spoken to by chat. The fallbacks that work otherwise cannot take over its input. */
  private mediaChain({ decision }: Admitted): MediaModel[] | null {
    const models = decision.fallbackChain.flatMap((id) => this.router.model(id) ?? []);
    const kind = models[0] ? mediaKindOf(models[0]) : null;
    if (kind === null) return null;
    return models.filter((model) => mediaKindOf(model) === kind).map((model) => ({ ...chainModel(model), endpoints: mediaEndpoints(model), kind }));
  }
}

function mediaCall({ request, decision }: Admitted, { media, signal }: TaskServing, chain: readonly MediaModel[]): MediaCall {
  return {
    requestId: request.requestId,
    orgId: request.orgId,
    mode: request.mode,
    at: request.at,
    chain,
    contentMode: decision.classification.content_mode,
    signal,
    ...media,
  };
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
