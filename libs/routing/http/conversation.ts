/** A conversation with a model, in whatever dialect the client speaks: admitted, served, and answered whole or as a stream. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../identity/exports.js';
import type { JsonAnswer } from '../../inference/domain/outcome.js';
import { DialectStream, type Asked } from '../../inference/exports.js';
import type { Fields } from '../commands/measure-input.js';
import { RouteRequest, type Admitted, type Routed } from '../commands/route-request.js';
import type { Endpoint } from '../domain/vocabulary.js';
import { Sessions } from '../sessions.js';
import { checkChatBody, hintsOfBody } from './chat-body.js';
import { aboutAnswer, answerHeaders, ChatServer, upstreamError } from './chat-serving.js';
import { ClientHangUp, ClientStream } from './client-stream.js';
import { cacheTtlSeconds, receive } from './receive.js';

/** One HTTP exchange. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly caller: Caller;
}

export interface Wanted {
  readonly endpoint: Endpoint;
  /** A checked chat body. */
  readonly input: Fields;
  /** The answer in the client's dialect. @param about the `greatrouter` object */
  whole(answer: JsonAnswer, about: object): Buffer;
  /** Chat events in the client's dialect. */
  events(chat: Buffer): Buffer;
}

/** @throws ApiError 400 naming the field. */
export function wantedInDialect(endpoint: Endpoint, asked: Asked): Wanted {
  const stream = new DialectStream(asked.streamed());
  return {
    endpoint,
    input: checkChatBody(asked.chat),
    whole: ({ value }, about) => Buffer.from(JSON.stringify(asked.whole(value, about))),
    events: (chat) => stream.push(chat),
  };
}

@Injectable()
export class Conversation {
  constructor(
    private readonly commands: CommandBus,
    private readonly chat: ChatServer,
    private readonly sessions: Sessions,
  ) {}

  async answer({ request, reply, caller }: Exchange, wanted: Wanted): Promise<void> {
    const { endpoint, input } = wanted;
    const wish = receive(request, caller, { endpoint, hints: hintsOfBody(input), input, prompt: null, sessionId: null, budgetDollars: null }, this.sessions);
    let admitted: Admitted | undefined;
    const sink = input['stream'] === true ? new ClientStream(reply, (facts) => answerHeaders(admitted!, facts), wanted.events) : null;
    const serving = { body: input, sink, signal: new ClientHangUp(reply), cacheTtlSeconds: cacheTtlSeconds(request) };
    const serve = (now: Admitted) => this.chat.serve((admitted = now), serving);
    try {
      const routed = await this.commands.execute(new RouteRequest(caller, wish, serve));
      finish(reply, routed, { sink, wanted });
    } catch (error) {
      // A stream that has begun cannot change its status: cut it, so that no client takes it for complete.
      if (!sink?.started) throw error;
      reply.raw.destroy();
    }
  }
}

function finish(reply: FastifyReply, routed: Routed, { sink, wanted }: { sink: ClientStream | null; wanted: Wanted }): void {
  const { outcome } = routed;
  if (outcome.kind === 'cancelled') return void reply.hijack().raw.destroy();
  if (sink?.started) return sink.end(outcome.kind === 'failed' ? outcome.tail : outcome.answer.form === 'stream' ? outcome.answer.tail : null);
  if (outcome.kind === 'failed') throw upstreamError(outcome);
  if (outcome.answer.form !== 'json') throw new TypeError('a stream that never started has no answer');
  const about = aboutAnswer(routed, { phase: 'last', ...outcome });
  void reply.headers(answerHeaders(routed, outcome)).type('application/json; charset=utf-8').send(wanted.whole(outcome.answer, about));
}
