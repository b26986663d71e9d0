/**
 * A client that writes and then reads sees its write. A write answers with its log position (`X-GR-Position`); a read
 * waits, for a bounded time, until its projection has reached the position the client names (`?min_position=` or
 * `X-GR-Min-Position`) and the one at which the same organization last wrote.
 */
import { applyDecorators, Injectable, SetMetadata, UseInterceptors, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, map, switchMap, type Observable } from 'rxjs';
import { invalid } from '../../platform/http/api-error.js';
import { ProjectionProgress } from './progress.js';
import { RecentWrites } from './recent-writes.js';

const readsKey = 'projections:reads';
const writesKey = 'projections:writes';

/** What a writing handler answers: the body, and where in the log its events stand. */
export class Written<Body> {
  constructor(
    /** Commit position of the last event. */
    readonly position: bigint,
    readonly body: Body,
  ) {}
}

/** How long a read waits before it answers with what there is. */
const patienceMs = 2_000;

/** Bound to the handlers that name a projection: on every route it would cost the requests that call models a fifth of their CPU. */
@Injectable()
export class ReadYourWrites implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly progress: ProjectionProgress,
    private readonly recent: RecentWrites,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reads = this.reflector.get<string | undefined>(readsKey, context.getHandler());
    const writes = this.reflector.get<string | undefined>(writesKey, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const orgId = request.caller?.orgId ?? '';
    if (reads !== undefined) return from(this.wait(reads, orgId, request)).pipe(switchMap(() => next.handle()));
    if (writes === undefined) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(map((answer) => this.remember(writes, orgId, reply, answer as Written<unknown>)));
  }

  private async wait(projection: string, orgId: string, request: FastifyRequest): Promise<void> {
    const named = namedPosition(request);
    const written = this.recent.last(projection, orgId);
    const position = named > written ? named : written;
    // An unreachable database is for the read itself to answer: some have safe defaults.
    if (position >= 0n) await this.progress.reached(projection, position, patienceMs).catch(() => false);
  }

  private remember(projection: string, orgId: string, reply: FastifyReply, { position, body }: Written<unknown>): unknown {
    void reply.header('x-gr-position', position.toString());
    this.recent.note(projection, orgId, position);
    return body;
  }
}

/** The read waits for this projection. */
export const ReadsAfterWrites = (projection: string): MethodDecorator => applyDecorators(SetMetadata(readsKey, projection), UseInterceptors(ReadYourWrites));

/** The handler returns a `Written`, and reads of this projection by the same organization will see it. */
export const WritesTo = (projection: string): MethodDecorator => applyDecorators(SetMetadata(writesKey, projection), UseInterceptors(ReadYourWrites));

/** @throws ApiError when it is no position. */
function namedPosition(request: FastifyRequest): bigint {
  const { min_position: query } = request.query as { min_position?: unknown };
  const header = request.headers['x-gr-min-position'];
  const given = query ?? header;
  if (given === undefined) return -1n;
  if (typeof given === 'string' && /^\d{1,19}$/.test(given)) return BigInt(given);
  throw invalid(query === undefined ? 'x-gr-min-position' : 'min_position', 'min_position must be a whole number: the X-GR-Position of a write');
}
