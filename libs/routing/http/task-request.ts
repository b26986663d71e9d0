/** What the two routing endpoints have in common: the input is checked, the request admitted, and its work done or left to a job. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Outcome } from '../../inference/domain/outcome.js';
import { RouteRequest, type Routed } from '../commands/route-request.js';
import type { Deferred } from '../domain/job.js';
import type { SessionContext } from '../domain/request.js';
import { Sessions } from '../sessions.js';
import { checkMessages } from './chat-body.js';
import { hangUpSignal } from './client-stream.js';
import type { Exchange } from './conversation.js';
import { InputFit } from './input-fit.js';
import { mediaInput } from './media-input.js';
import { cacheTtlSeconds, prefersJob, receive, type Received } from './receive.js';
import { TaskServer } from './task-serving.js';

export interface AskedTask extends Received {
  readonly prompt: string;
}

export interface RoutedTask {
  readonly routed: Routed<Outcome | Deferred>;
  readonly session: SessionContext;
}

@Injectable()
export class TaskRequests {
  constructor(
    private readonly commands: CommandBus,
    private readonly server: TaskServer,
    private readonly sessions: Sessions,
    private readonly fit: InputFit,
  ) {}

  /** @throws ApiError before anything is recorded or spent, when a picture cannot be read or no model takes the input. */
  async route({ request, reply, caller }: Exchange, asked: AskedTask): Promise<RoutedTask> {
    const { input, prompt } = asked;
    if (input['messages'] !== undefined) checkMessages(input['messages'], 'input.messages');
    const media = mediaInput(input, prompt);
    const wish = this.fit.fitted(receive(request, caller, asked, this.sessions), input, prompt);
    const serving = { prompt, input, media, prefersJob: prefersJob(request), signal: hangUpSignal(reply), cacheTtlSeconds: cacheTtlSeconds(request) };
    const routed = await this.commands.execute(new RouteRequest(caller, wish, (admitted) => this.server.serveOrDefer(admitted, serving)));
    return { routed, session: wish.request.session! };
  }
}
