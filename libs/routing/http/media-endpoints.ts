/** What OpenAI's media endpoints have in common: an explicit model or the router, one kind of work, one answer. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../identity/exports.js';
import { invalid } from '../../platform/http/api-error.js';
import type { Fields } from '../commands/measure-input.js';
import { RouteRequest, type Routed } from '../commands/route-request.js';
import type { ContentMode, Endpoint, Task } from '../domain/vocabulary.js';
import { Sessions } from '../sessions.js';
import { hintsOfBody } from './chat-body.js';
import { answerHeaders, upstreamError } from './chat-serving.js';
import { hangUpSignal } from './client-stream.js';
import { mediaInput } from './media-input.js';
import { jobHeaders, newJob } from './present-job.js';
import { prefersJob, receive } from './receive.js';
import { TaskServer } from './task-serving.js';
import type { Completed, Outcome } from '../../inference/domain/outcome.js';
import type { Deferred } from '../domain/job.js';

export interface MediaWish {
  readonly endpoint: Endpoint;
  readonly task: Task;
  readonly taskType: string;
  readonly contentMode: ContentMode;
  /** The field that says what is wanted, and must be there. */
  readonly promptField: string | null;
  readonly fields: Fields;
}

export interface Served {
  readonly routed: Routed;
  readonly completed: Completed;
}

const longestPrompt = 32_000;

@Injectable()
export class MediaEndpoints {
  constructor(
    private readonly commands: CommandBus,
    private readonly server: TaskServer,
    private readonly sessions: Sessions,
  ) {}

  /** Null when it is answered already, with a job, or the client has hung up. A job is only made where one was asked for: clients of OpenAI wait. @throws ApiError. */
  async serve(request: FastifyRequest, reply: FastifyReply, caller: Caller, wish: MediaWish): Promise<Served | null> {
    const { endpoint, task, taskType, contentMode, fields, promptField } = wish;
    const prompt = promptOf(fields, promptField);
    const media = mediaInput(fields, prompt);
    const { model: _, models: __, ...input } = fields;
    const named = hintsOfBody(fields);
    const hints = { ...named, task, contentMode, taskType: named.model === null ? taskType : null };
    const received = receive(request, caller, { endpoint, hints, input, prompt, sessionId: null, budgetDollars: null }, this.sessions);
    const asJob = prefersJob(request);
    const serving = { prompt, input, media, prefersJob: asJob, signal: hangUpSignal(reply), cacheTtlSeconds: 0 };
    const routed = await this.commands.execute(new RouteRequest<Outcome | Deferred>(caller, received, (admitted) => (asJob ? this.server.serveOrDefer(admitted, serving) : this.server.serve(admitted, serving))));
    const { outcome } = routed;
    if (outcome.kind === 'deferred') {
      void reply.status(202).headers({ ...jobHeaders(routed), 'preference-applied': 'respond-async' }).send({ job: newJob(routed, outcome) });
      return null;
    }
    if (outcome.kind === 'cancelled') {
      reply.hijack().raw.destroy();
      return null;
    }
    if (outcome.kind === 'failed') throw upstreamError(outcome);
    void reply.headers(answerHeaders(routed, outcome));
    return { routed: { ...routed, outcome }, completed: outcome };
  }
}

function promptOf(fields: Fields, name: string | null): string {
  if (name === null) return '';
  const value = fields[name];
  if (value === undefined || value === '') throw invalid(name, `${name} is required.`, 'missing_field');
  if (typeof value !== 'string') throw invalid(name, `${name} must be text.`);
  if (value.length > longestPrompt) throw invalid(name, `${name} must have at most ${longestPrompt} characters.`);
  return value;
}
