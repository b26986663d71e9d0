/**
 * What each session has asked so far: the context of the contextual boost. Kept in memory, bounded, and fed by the
 * log, so that every process knows the sessions of all; a process's own requests count at once.
 */
import { LRUCache } from 'lru-cache';
import type { LiveFold } from '../event-sourcing/live-folds.js';
import type { Recorded } from '../event-sourcing/domain/event.js';
import type { Terminal } from './domain/events.js';
import type { SessionContext } from './domain/request.js';
import type { ModelId, Task } from './domain/vocabulary.js';

interface Session {
  prompts: number;
  lastTask: Task;
  lastModel: ModelId;
  /** The latest requests counted, so that one is not counted again when the log brings it. */
  recent: string[];
}

const rememberedSessions = 50_000;
const rememberedRequests = 16;

export class Sessions implements LiveFold {
  readonly name = 'sessions';
  readonly version = '1';
  readonly types = ['InferenceCompleted', 'InferenceFailed', 'InferenceCancelled'];
  private readonly sessions = new LRUCache<string, Session>({ max: rememberedSessions });

  contextOf(orgId: string, sessionId: string): SessionContext {
    const session = this.sessions.get(nameOf(orgId, sessionId));
    return { sessionId, prompts: session?.prompts ?? 0, lastTask: session?.lastTask ?? null, lastModel: session?.lastModel ?? null };
  }

  count(orgId: string, sessionId: string, request: { requestId: string; task: Task; model: ModelId }): void {
    const name = nameOf(orgId, sessionId);
    const session = this.sessions.get(name) ?? { prompts: 0, lastTask: request.task, lastModel: request.model, recent: [] };
    if (session.recent.includes(request.requestId)) return;
    session.prompts += 1;
    session.lastTask = request.task;
    session.lastModel = request.model;
    session.recent = [...session.recent.slice(1 - rememberedRequests), request.requestId];
    this.sessions.set(name, session);
  }

  apply({ stream, data, metadata }: Recorded): void {
    const { sessionId, task, model } = data as Terminal;
    if (sessionId === null || metadata.orgId === null) return;
    this.count(metadata.orgId, sessionId, { requestId: stream.slice('route-'.length), task, model });
  }

  snapshot(): unknown {
    return [...this.sessions.entries()].reverse();
  }

  restore(snapshot: unknown): void {
    for (const [name, session] of snapshot as [string, Session][]) this.sessions.set(name, session);
  }
}

const nameOf = (orgId: string, sessionId: string): string => `${orgId}\n${sessionId}`;
