/**
 * A long, plausible history of the whole product, made from a seed: several organizations route requests that
 * overlap in time, fail, fall back and are cancelled, change their minds about preferences, give feedback, pay and are
 * debited.
 * The same seed gives the same events, about 300,000 of them a second.
 */
import type { DomainEvent, Recorded, StreamName } from '../../../libs/event-sourcing/domain/event.js';
import { chanceOf } from '../../../libs/event-sourcing/projections/testing/simulation.js';
import { errorClasses, type RouteEvent, type Terminal } from '../../../libs/routing/domain/events.js';
import { complexityTiers, contentModes, optimizations, tasks, type ModelId } from '../../../libs/routing/domain/vocabulary.js';
import type { FeedbackEvent } from '../../../libs/feedback/domain/feedback.js';
import type { OrgId } from '../../../libs/identity/domain/caller.js';
import type { PreferencesEvent } from '../../../libs/preferences/domain/preferences.js';
import { WalletHistory } from './wallet-history.js';

const models = [
  ['openai', 'gpt-5'], ['openai', 'gpt-5-mini'], ['anthropic', 'claude-sonnet-4'], ['google', 'gemini-2.5-flash'], ['meta', 'llama-3.3-70b'], ['mistral', 'small-3'], ['x', 'fläche-"1"'],
].map(([provider, name]) => ({ provider: provider!, model: `${provider}/${name}` as ModelId }));

export interface HistoryOptions {
  readonly seed?: number;
  readonly organizations?: number;
  /** Milliseconds since 1970 of the first event. */
  readonly startMs?: number;
  /** Average milliseconds between two events. */
  readonly stepMs?: number;
}

interface OpenRequest {
  readonly id: string;
  readonly stream: StreamName;
  readonly orgId: string;
  readonly keyId: string | null;
  readonly mode: 'live' | 'test';
  readonly sessionId: string | null;
  revision: bigint;
  attempts: number;
}

export class History {
  private readonly chance: () => number;
  private readonly options: Required<HistoryOptions>;
  private readonly open: OpenRequest[] = [];
  private readonly finished: OpenRequest[] = [];
  private readonly revisions = new Map<string, bigint>();
  private readonly wallets: WalletHistory;
  private nowMs: number;
  private commit = 0n;

  constructor(options: HistoryOptions = {}) {
    this.options = { seed: 1, organizations: 5, startMs: Date.UTC(2026, 0, 20), stepMs: 12_000, ...options };
    this.chance = chanceOf(this.options.seed);
    this.wallets = new WalletHistory(this.chance);
    this.nowMs = this.options.startMs;
  }

  /** The next so many events. */
  take(count: number): Recorded[] {
    const events: Recorded[] = [];
    while (events.length < count) this.step(events);
    // A request is begun with two events; the one too many opens the next part.
    this.surplus = events.splice(count);
    return events;
  }

  private surplus: Recorded[] = [];

  private step(into: Recorded[]): void {
    into.push(...this.surplus.splice(0));
    this.nowMs += Math.floor(this.chance() * 2 * this.options.stepMs);
    const roll = this.chance();
    if (roll < 0.01) into.push(this.preference());
    else if (roll < 0.03 && this.finished.length > 0) into.push(this.feedback());
    else if (roll < 0.035 && this.finished.length > 0) into.push(this.repriced());
    else if (roll < 0.08) into.push(...this.money());
    else if (this.open.length < 2 || (this.open.length < 40 && roll < 0.4)) into.push(...this.begin());
    else into.push(this.proceed());
  }

  private begin(): Recorded[] {
    const orgId = this.organization();
    const id = this.uuidV7();
    const request: OpenRequest = {
      id,
      stream: `route-${id}`,
      orgId,
      keyId: this.chance() < 0.9 ? `key_${orgId}_${Math.floor(this.chance() * 3)}` : null,
      mode: this.chance() < 0.9 ? 'live' : 'test',
      sessionId: this.chance() < 0.7 ? `s${Math.floor(this.chance() * 50)}` : null,
      revision: 0n,
      attempts: 1,
    };
    this.open.push(request);
    return [this.of(request, this.requested(request)), this.of(request, this.selected())];
  }

  private proceed(): Recorded {
    const index = Math.floor(this.chance() * this.open.length);
    const request = this.open[index]!;
    const roll = this.chance();
    if (roll < 0.15) {
      const { model, provider } = this.model();
      request.attempts += 1;
      return this.of(request, {
        type: 'InferenceAttemptFailed',
        data: { attempt: request.attempts - 1, mode: request.mode, model, provider, errorClass: this.pick(errorClasses), status: 500, message: 'upstream', tookMs: 80 },
      });
    }
    this.open.splice(index, 1);
    if (this.finished.length < 1_000) this.finished.push(request);
    else this.finished[Math.floor(this.chance() * 1_000)] = request;
    const terminal = this.terminal(request);
    if (roll < 0.2) return this.of(request, { type: 'InferenceFailed', data: { ...terminal, cost: null, usage: null, errorClass: 'server_error', errorCode: 'upstream_error', message: 'down' } });
    if (roll < 0.24) return this.of(request, { type: 'InferenceCancelled', data: { ...terminal, by: 'client' } });
    return this.of(request, {
      type: 'InferenceCompleted',
      data: { ...terminal, finishReason: 'stop', outputHash: 'f'.repeat(64), output: null, cache: this.chance() < 0.1 ? 'hit' : 'off', continued: false },
    });
  }

  private requested({ id, orgId, keyId, mode, sessionId }: OpenRequest): RouteEvent {
    return {
      type: 'RouteRequested',
      data: {
        request: {
          requestId: id, orgId, mode, at: this.at(), seed: 1, endpoint: this.pick(['auto/route', 'chat/completions']),
          hints: { task: null, contentMode: null, optimization: null, mode: 'auto', taxonomy: null, provider: null, catalogFamily: null, model: null, taskType: null, capabilities: [], maxPriceTier: null },
          profile: { modalities: ['text'], inputTokens: 40, maxOutputTokens: null, promptChars: 160, systemChars: 0, historyTurns: 0, attachments: 0, tools: 0, wantsJsonSchema: false, stream: false, seconds: null, images: null },
          session: sessionId === null ? null : { sessionId, prompts: 1, lastTask: null, lastModel: null },
          budget: null, scope: null,
        },
        keyId, mode, promptHash: 'a'.repeat(64), content: { keyId: 'dk', iv: 'AAAAAAAAAAAAAAAA', text: 'A'.repeat(120) }, retention: 'full',
      },
    } as unknown as RouteEvent;
  }

  private selected(): RouteEvent {
    const { model, provider } = this.model();
    const candidates = models.slice(0, 5).map(({ model: candidate }, index) => ({
      model: candidate, score: 0.9 - index / 10, components: { quality: 0.8, cost: 0.5, latency: 0.4, health: 0, preference: 0, context: 0 }, estimatedCost: '120000000',
    }));
    return {
      type: 'ModelSelected',
      data: {
        classification: {
          task: this.pick(tasks), confidence: 0.93, reasoning: 'words of the prompt', decision: 'regex', content_mode: this.pick(contentModes), complexity_tier: this.pick(complexityTiers),
          complexity_score: 0.31, needs_strong: 0.2, skill: 'coding', alternatives: [], evidence: [{ signal: 'code block', effect: 1.2 }],
        },
        optimization: this.pick(optimizations), model, provider, costTier: 'economy', estimatedCost: this.pico(), reason: `${model} is the best value for ${this.pick(tasks)}, "quoted", 100%`,
        candidates, candidateCount: 210, excluded: { price: 12, modality: 300 }, fallbackChain: [model, this.model().model],
        priceComparison: { cheapestModel: model, bestValueModel: model, bestQualityModel: model, estimatedCost: '1', savingsVsHighestPct: 80 },
        contextualBoost: 0.15, price: { input: '100', output: '400' }, position: '12', policy: { name: 'default', version: 1 }, decider: 'd'.repeat(64), propensity: 1,
      },
    } as unknown as RouteEvent;
  }

  private terminal({ keyId, mode, sessionId, attempts }: OpenRequest): Terminal {
    const { model, provider } = this.model();
    const priced = this.chance() < 0.95;
    const inferenceMs = Math.floor(this.chance() * 4_000_000) / 1_000;
    return {
      keyId, mode, sessionId, attempts, model, provider, task: this.pick(tasks), contentMode: this.pick(contentModes),
      timing: { classificationMs: 0.213, routingMs: 0.4, inferenceMs, totalMs: inferenceMs + 1, ttftMs: this.chance() < 0.5 ? Math.floor(inferenceMs / 3) : null },
      usage: { inputTokens: Math.floor(this.chance() * 2_000), cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: Math.floor(this.chance() * 900), reasoningTokens: 0, inputAudioTokens: 0, outputAudioTokens: 0, units: null },
      rawUsage: { prompt_tokens: 12, completion_tokens: 7 }, cost: priced ? this.pico() : null, costStatus: priced ? 'exact' : 'unpriced',
    } as unknown as Terminal;
  }

  private money(): Recorded[] {
    const { stream, orgId, events } = this.wallets.next(this.organization(), this.nowMs, this.commit);
    return events.map((event) => this.recorded(event, stream, orgId));
  }

  private preference(): Recorded {
    const orgId = this.organization();
    const events: readonly PreferencesEvent[] = [
      { type: 'PreferenceSet', data: { key: 'default_optimization', value: this.pick(optimizations) } },
      { type: 'PreferenceSet', data: { key: 'excluded_models', value: [this.model().model] } },
      { type: 'PreferenceDeleted', data: { key: 'default_optimization' } },
    ];
    return this.recorded(this.pick(events), `preferences-${orgId}`, orgId);
  }

  private feedback(): Recorded {
    const request = this.pick(this.finished);
    const correct = this.chance() < 0.7;
    const event: FeedbackEvent = {
      type: 'FeedbackGiven',
      data: {
        feedbackId: `fb_${request.id}`, requestId: request.id, model: this.model().model, promptHash: 'b'.repeat(64), classifiedTask: this.pick(tasks), correct,
        confidence: 0.8, suggestedTask: correct ? null : this.pick(tasks),
      },
    };
    return this.recorded(event, `feedback-${request.orgId}+${this.at().slice(0, 7).replace('-', '')}`, request.orgId);
  }

  private repriced(): Recorded {
    const request = this.pick(this.finished);
    const { keyId, mode } = request;
    const { model, provider } = this.model();
    return this.of(request, { type: 'InferenceRepriced', data: { repricingId: `rp_${this.commit}`, keyId, mode, model, provider, previousCost: this.chance() < 0.5 ? null : this.pico(), cost: this.pico(), reason: 'the price came' } as Extract<RouteEvent, { type: 'InferenceRepriced' }>['data'] });
  }

  private of(request: OpenRequest, event: RouteEvent): Recorded {
    return this.recorded(event, request.stream, request.orgId, request.revision++);
  }

  private recorded(event: DomainEvent, stream: StreamName, orgId: string, revision?: bigint): Recorded {
    const next = revision ?? this.revisions.get(stream) ?? 0n;
    if (revision === undefined) this.revisions.set(stream, next + 1n);
    this.commit += 1n;
    return {
      id: `${stream}@${next}`, stream, revision: next, position: { commit: this.commit, prepare: this.commit }, type: event.type, data: event.data,
      metadata: { $correlationId: stream, $causationId: stream, orgId, schemaVersion: 1, actor: 'system:history', commandId: `${stream}@${next}`, at: this.at() },
      createdMs: this.nowMs,
    };
  }

  private organization = () => `org_${Math.floor(this.chance() * this.options.organizations)}` as OrgId;
  private model = () => this.pick(models);
  private pico = () => String(Math.floor(this.chance() * 9_000_000_000));
  private at = (): string => new Date(this.nowMs).toISOString();
  private pick = <T>(from: readonly T[]): T => from[Math.floor(this.chance() * from.length)]!;

  private uuidV7(): string {
    const time = this.nowMs.toString(16).padStart(12, '0');
    const hex = (digits: number) => Math.floor(this.chance() * 16 ** digits).toString(16).padStart(digits, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`;
  }
}
