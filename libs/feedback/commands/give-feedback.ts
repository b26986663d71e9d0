import { createHmac } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RequestFinder, type FoundRequest } from '../../activity/exports.js';
import { receivedAt } from '../../activity/domain/received-at.js';
import { Refused } from '../../event-sourcing/domain/decider.js';
import type { Actor } from '../../event-sourcing/domain/event.js';
import { EventLog } from '../../event-sourcing/event-log.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { Config, derivedKey } from '../../platform/config.js';
import { DatabaseUnavailable } from '../../platform/postgres.js';
import type { Task } from '../../routing/domain/vocabulary.js';
import { feedback, feedbackStream, type Feedback } from '../domain/feedback.js';

/** What somebody says of a classification. Null where nothing was said. */
export interface Opinion {
  readonly prompt: string;
  readonly requestId: string | null;
  readonly classifiedTask: Task;
  readonly correct: boolean;
  readonly confidence: number | null;
  readonly suggestedTask: Task | null;
}

export interface Given {
  readonly feedback: Feedback;
  readonly position: bigint;
}

export class GiveFeedback extends Command<Given> {
  constructor(
    readonly orgId: OrgId,
    readonly opinion: Opinion,
    readonly by: Actor,
  ) {
    super();
  }
}

@CommandHandler(GiveFeedback)
export class GiveFeedbackHandler implements ICommandHandler<GiveFeedback> {
  private readonly key: Buffer;

  constructor(
    private readonly log: EventLog,
    private readonly requests: RequestFinder,
    config: Config,
  ) {
    this.key = derivedKey(config.masterKey, 'prompts of feedback');
  }

  /** @throws Refused when a request is named that the organization never made. */
  async execute({ orgId, opinion, by }: GiveFeedback): Promise<Given> {
    const at = new Date().toISOString();
    const request = await this.requestOf(orgId, opinion);
    const said = this.feedbackOf(orgId, opinion, request);
    // By the month of the request, so that repeating it a month later is still the same feedback.
    const stream = feedbackStream(orgId, request ? receivedAt(request.requestId) : at);
    const context = { orgId, actor: by, commandId: said.feedbackId, correlationId: said.requestId ?? said.feedbackId, at };
    const { position } = await this.log.decide(stream, feedback, { type: 'GiveFeedback', feedback: said }, context);
    return { feedback: said, position };
  }

  private async requestOf(orgId: OrgId, { requestId, prompt }: Opinion): Promise<FoundRequest | null> {
    if (requestId === null) return this.byPrompt(orgId, prompt);
    const named = await this.requests.byId(orgId, requestId);
    if (!named) throw new Refused('unknown_request', `There is no request ${requestId.slice(0, 100)} of this organization.`, 'request_id');
    return named;
  }

  /** Feedback is worth keeping without its request: a database that is down does not refuse it. */
  private async byPrompt(orgId: OrgId, prompt: string): Promise<FoundRequest | null> {
    return this.requests.byPrompt(orgId, prompt).catch((error: unknown) => {
      if (error instanceof DatabaseUnavailable) return null;
      throw error;
    });
  }

  private feedbackOf(orgId: OrgId, { prompt, classifiedTask, correct, confidence, suggestedTask }: Opinion, request: FoundRequest | null): Feedback {
    const promptHash = this.mac(orgId, prompt);
    const spokenOf = request?.requestId ?? promptHash;
    return {
      feedbackId: `fb_${this.mac(orgId, spokenOf, classifiedTask, String(correct), suggestedTask ?? '').slice(0, 32)}`,
      requestId: request?.requestId ?? null,
      model: request?.model ?? null,
      promptHash,
      classifiedTask,
      correct,
      confidence,
      suggestedTask,
    };
  }

  private mac(...parts: readonly string[]): string {
    return createHmac('sha256', this.key).update(JSON.stringify(parts)).digest('hex');
  }
}
