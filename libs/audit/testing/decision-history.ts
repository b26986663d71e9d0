/**
 * A history of decisions, made from a seed by the product's own decider: several processes, each with a view of its
 * own that lags behind the log by more or less, decide while prices, health, preferences, policies and feedback change.
 * Answers arrive later and interleave. The same seed gives the same events.
 */
import type { CatalogModel } from '../../catalog/domain/model.js';
import { shippedCatalog } from '../../catalog/exports.js';
import type { Pricing } from '../../catalog/domain/pricing.js';
import type { DomainEvent, Recorded, StreamName } from '../../event-sourcing/domain/event.js';
import type { Sealed } from '../../event-sourcing/domain/sealed.js';
import { chanceOf } from '../../event-sourcing/projections/testing/simulation.js';
import type { OrgId } from '../../identity/domain/caller.js';
import type { Decider } from '../../routing/domain/deciding-code.js';
import type { Decision } from '../../routing/domain/decision.js';
import { defaultPolicy, type RoutingPolicy } from '../../routing/domain/policy.js';
import { noHints, type RoutingRequest, type RoutingText } from '../../routing/domain/request.js';
import { routingViewTypes, type RoutingView } from '../../routing/domain/view.js';
import { optimizations, tasks, type ModelId, type RequestId } from '../../routing/domain/vocabulary.js';
import { DeciderRegistry } from '../../routing/exports.js';
import { isRefusal } from '../domain/reproduce.js';

const { present } = new DeciderRegistry();
const viewTypes: ReadonlySet<string> = new Set(routingViewTypes);

const prompts = [
  'Write a haiku about the first snow', 'Fix the race in this Go worker pool:\n```go\nfor job := range jobs { go run(job) }\n```', 'Prove that there are infinitely many primes of the form 4n+3',
  'Draw a lighthouse in a storm, oil on canvas', 'Translate to German: the train leaves at nine', 'What happened at the central bank meeting today?', 'Summarise this contract in five bullet points',
  'Compose a slow piano piece in D minor', 'Read this sentence aloud in a calm voice', 'Make a five second video of waves at dusk', 'Why is my SQL query slow? SELECT * FROM orders WHERE lower(email) = $1',
  'Hi!', 'Escreva um e-mail pedindo reembolso', 'Explain monads to a ten year old', 'Refactor this TypeScript class into pure functions', 'Plan a week of vegetarian dinners with a shopping list',
  'Solve x^3 - 6x^2 + 11x - 6 = 0 and show each step', 'Latest price of copper', 'Écris une lettre de motivation pour un poste de comptable', 'A logo for a bakery called Crumb',
];

export interface HistoryOptions {
  readonly seed?: number;
  readonly decisions: number;
  readonly organizations?: number;
  readonly processes?: number;
  /** View events that a process may be behind when it decides. */
  readonly lag?: number;
  /** Seals a text; by default it is only encoded, and `openSealed` reads it. */
  readonly seal?: (text: string, orgId: string) => Sealed;
  readonly startMs?: number;
  readonly stepMs?: number;
  readonly exploring?: number;
  /** Share of the price changes that are of a model in use, so that few of them already tell. */
  readonly repricingInUse?: number;
  /** Share of the steps in which a model in use fails several times in a row, while requests keep coming. */
  readonly outages?: number;
  /** Share of the steps in which a policy is published. */
  readonly publishing?: number;
  /** Who decides; the present one by default. */
  readonly decider?: Decider;
  /** The catalogue at the beginning; the shipped one by default. */
  readonly models?: readonly CatalogModel[];
}

export const openSealed = (sealed: Sealed): Promise<string | null> => Promise.resolve(Buffer.from(sealed.text, 'base64').toString('utf8'));
const encodeOnly = (text: string): Sealed => ({ keyId: 'plain', iv: '', text: Buffer.from(text).toString('base64') });

/** As many as fit into the shortest quarantine of a model. */
const hurriedSteps = 40;
const hurriedStepMs = 1_000;

interface ProcessState {
  readonly view: RoutingView;
  /** Index, from the start of the log, of the next view event it folds. */
  next: number;
}

interface Running {
  readonly request: RoutingRequest;
  readonly decision: Decision;
  revision: bigint;
}

export class DecisionHistory {
  private readonly chance: () => number;
  private readonly options: Required<HistoryOptions>;
  private readonly processes: ProcessState[];
  private readonly viewEvents: Recorded[] = [];
  private readonly revisions = new Map<string, bigint>();
  private readonly running: Running[] = [];
  private readonly models: readonly CatalogModel[];
  private readonly repriced = new Map<number, number>();
  private commit = 0n;
  private nowMs: number;
  private policyVersion = 0;
  private made = 0;
  private dropped = 0;
  /** Steps that still follow each other fast. */
  private hurried = 0;

  /** @param live the router of one real process, whose view others fold from the log: it decides as it stands, or refuses with null. */
  constructor(options: HistoryOptions, private readonly live: ((request: RoutingRequest, text: RoutingText) => Decision | null) | null = null) {
    this.options = { seed: 1, organizations: 4, processes: 3, lag: 40, seal: encodeOnly, startMs: Date.UTC(2026, 9, 1), stepMs: 12_000, exploring: 0.2, publishing: 0.001, repricingInUse: 0, outages: 0, decider: present, models: shippedCatalog(), ...options };
    this.models = this.options.models;
    this.chance = chanceOf(this.options.seed);
    this.nowMs = this.options.startMs;
    this.processes = Array.from({ length: live ? 1 : this.options.processes }, () => ({ view: this.options.decider.code.newView(), next: 0 }));
  }

  *events(): Generator<Recorded> {
    for (const model of this.models) yield this.record(`model-${model.id}`, null, { type: 'ModelListed', data: { model, publisher: 'shipped' } });
    while (this.made < this.options.decisions) yield* this.step();
    while (this.running.length > 0) yield* this.proceed();
  }

  private *step(): Generator<Recorded> {
    this.nowMs += this.nextStepMs();
    const roll = this.chance();
    if (roll < 0.02) yield this.reprice();
    else if (roll < 0.035) yield this.prefer();
    else if (roll < 0.06) yield this.feedback();
    else if (roll < 0.06 + this.options.publishing) yield this.publish();
    else if (roll < 0.06 + this.options.publishing + this.options.outages) yield* this.outage();
    else if (this.running.length > 20 || (this.running.length > 0 && roll < 0.5)) yield* this.proceed();
    else yield* this.begin();
  }

  /** Steps in a hurry take their time afterwards, so that the whole lasts as long. */
  private nextStepMs(): number {
    if (this.hurried === 0) return Math.floor(this.chance() * 2 * this.options.stepMs);
    this.hurried -= 1;
    return this.hurried === 0 ? hurriedSteps * this.options.stepMs : hurriedStepMs;
  }

  private *begin(): Generator<Recorded> {
    const process = this.pick(this.processes);
    this.catchUp(process);
    const orgId = `org_${Math.floor(this.chance() * this.options.organizations)}`;
    const prompt = this.pick(prompts) + (this.chance() < 0.5 ? ` (${Math.floor(this.chance() * 1e6)})` : '');
    const text: RoutingText = { prompt, system: this.chance() < 0.3 ? 'You are brief.' : '' };
    const request = this.request(orgId, prompt);
    const decision = this.live ? this.live(request, text) : this.decide(process.view, request, text);
    if (!decision) return;
    this.made += 1;
    const run: Running = { request, decision: JSON.parse(JSON.stringify(decision)) as Decision, revision: 0n };
    this.running.push(run);
    const content = this.options.seal(JSON.stringify({ text, body: null }), orgId);
    yield this.of(run, { type: 'RouteRequested', data: { request, keyId: `key_${orgId}`, mode: request.mode, servedBy: 'host/1/1', promptHash: null, content, retention: 'full' } });
    yield this.of(run, { type: 'ModelSelected', data: run.decision });
  }

  private decide(view: RoutingView, request: RoutingRequest, text: RoutingText): Decision | null {
    const { id, code, weights } = this.options.decider;
    try {
      return code.decide({ request, classification: code.classify(code.classifierInput(request, text), weights!), recorded: false, view, policy: view.policy()!, decider: id });
    } catch (error) {
      if (isRefusal(error)) return null;
      throw error;
    }
  }

  private *proceed(): Generator<Recorded> {
    const index = Math.floor(this.chance() * this.running.length);
    const [run] = this.running.splice(index, 1);
    let model = run!.decision.model;
    for (const next of run!.decision.fallbackChain.slice(1)) {
      if (this.chance() >= 0.12) break;
      yield this.failed(run!, model);
      model = next;
    }
    const inferenceMs = 200 + Math.floor(this.chance() * 4_000);
    const cost = (BigInt(run!.decision.estimatedCost ?? '1000') * BigInt(50 + Math.floor(this.chance() * 100))) / 100n;
    yield this.of(run!, {
      type: 'InferenceCompleted',
      data: {
        keyId: `key_${run!.request.orgId}`, mode: run!.request.mode, task: run!.decision.classification.task, contentMode: 'generate', sessionId: null, model, provider: model.split('/')[0]!, attempts: 1,
        timing: { classificationMs: 0.1, routingMs: 0.1, inferenceMs, totalMs: inferenceMs + 1, ttftMs: 100 },
        usage: { inputTokens: run!.request.profile.inputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 20 + Math.floor(this.chance() * 900), reasoningTokens: 0, inputAudioTokens: 0, outputAudioTokens: 0, units: null },
        rawUsage: null, cost: cost.toString(), costStatus: 'exact', finishReason: 'stop', outputHash: null, output: null, cache: 'off', continued: false,
      },
    });
    if (this.chance() < 0.2) yield this.feedback(run!);
  }

  /** Enough failures in a row to quarantine the model, and requests within that minute. */
  private *outage(): Generator<Recorded> {
    const run = this.running.find(({ request }) => request.mode === 'live');
    if (!run || this.hurried > 0) return;
    for (let i = 0; i < 3; i += 1) yield this.failed(run, run.decision.model);
    this.hurried = hurriedSteps;
  }

  private failed(run: Running, model: ModelId): Recorded {
    return this.of(run, { type: 'InferenceAttemptFailed', data: { attempt: 1, mode: run.request.mode, model, provider: model.split('/')[0]!, errorClass: 'server_error', status: 500, message: 'upstream', tookMs: 80 } });
  }

  private request(orgId: string, prompt: string): RoutingRequest {
    const requestId = this.uuidV7() as RequestId;
    return {
      requestId, orgId: orgId as OrgId, at: this.at(), seed: Math.floor(this.chance() * 2 ** 32), endpoint: 'auto/route', mode: this.chance() < 0.9 ? 'live' : 'test',
      hints: { ...noHints, optimization: this.chance() < 0.3 ? this.pick(optimizations) : null, task: this.chance() < 0.1 ? this.pick(['text', 'code'] as const) : null },
      profile: {
        modalities: ['text'], inputTokens: Math.ceil(prompt.length / 4) + 8, maxOutputTokens: null, promptChars: prompt.length, systemChars: 0, historyTurns: 0, attachments: 0, tools: 0,
        wantsJsonSchema: false, stream: false, seconds: null, images: null,
      },
      session: null, budget: null, scope: null,
    };
  }

  private reprice(): Recorded {
    const index = this.repricedIndex();
    const model = this.models[index]!;
    const factor = Math.max(1, Math.round(this.chance() * 4));
    const before = this.repriced.get(index) ?? 1;
    this.repriced.set(index, factor);
    return this.record(`model-${model.id}`, null, { type: 'ModelRepriced', data: { id: model.id, pricing: scaledPricing(model.pricing, factor), price_tier: model.price_tier, previous: scaledPricing(model.pricing, before), publisher: 'operator' } });
  }

  private repricedIndex(): number {
    const { repricingInUse } = this.options;
    if (repricingInUse === 0 || this.running.length === 0 || this.chance() >= repricingInUse) return Math.floor(this.chance() * this.models.length);
    const { model } = this.pick(this.running).decision;
    return this.models.findIndex(({ id }) => id === model);
  }

  private prefer(): Recorded {
    const orgId = `org_${Math.floor(this.chance() * this.options.organizations)}`;
    const event = this.pick<DomainEvent>([
      { type: 'PreferenceSet', data: { key: 'default_optimization', value: this.pick(optimizations) } },
      { type: 'PreferenceSet', data: { key: 'excluded_models', value: [this.pick(this.models).id] } },
      { type: 'PreferenceSet', data: { key: 'preferred_providers', value: [this.pick(this.models).provider] } },
      { type: 'PreferenceDeleted', data: { key: 'default_optimization' } },
    ]);
    return this.record(`preferences-${orgId}`, orgId, event);
  }

  private feedback(run?: Running): Recorded {
    const orgId = run?.request.orgId ?? `org_${Math.floor(this.chance() * this.options.organizations)}`;
    const correct = this.chance() < 0.7;
    return this.record(`feedback-${orgId}+${this.at().slice(0, 7).replace('-', '')}`, orgId, {
      type: 'FeedbackGiven',
      data: {
        feedbackId: `fb_${this.commit}`, requestId: run?.request.requestId ?? null, model: (run?.decision.model ?? this.pick(this.models).id) as ModelId, promptHash: 'b'.repeat(64),
        classifiedTask: run?.decision.classification.task ?? 'text', correct, confidence: 0.8, suggestedTask: correct || this.chance() < 0.5 ? null : this.pick(tasks),
      },
    });
  }

  private publish(): Recorded {
    this.policyVersion += 1;
    const quality = 0.6 + Math.floor(this.chance() * 30) / 100;
    const policy: RoutingPolicy = {
      ...defaultPolicy.policy,
      modes: { ...defaultPolicy.policy.modes, balanced: { ...defaultPolicy.policy.modes.balanced, quality, cost: Math.round((1 - quality - 0.02) * 100) / 100, latency: 0.02 } },
      exploration: { share: this.options.exploring, margin: 0.05, among: 4 },
    };
    return this.record('policy-default', null, { type: 'RoutingPolicyPublished', data: { name: 'default', version: this.policyVersion, policy, note: '' } });
  }

  private catchUp(process: ProcessState): void {
    if (this.live) return;
    const behind = Math.floor(this.chance() * this.options.lag);
    const upTo = Math.max(process.next, this.dropped + this.viewEvents.length - behind);
    for (; process.next < upTo; process.next += 1) process.view.apply(this.viewEvents[process.next - this.dropped]!);
    const least = Math.min(...this.processes.map(({ next }) => next));
    if (least - this.dropped <= 1_024) return;
    this.viewEvents.splice(0, least - this.dropped);
    this.dropped = least;
  }

  private of(run: Running, event: DomainEvent): Recorded {
    return this.record(`route-${run.request.requestId}`, run.request.orgId, event, run.revision++);
  }

  private record(stream: StreamName, orgId: string | null, event: DomainEvent, revision?: bigint): Recorded {
    const next = revision ?? this.revisions.get(stream) ?? 0n;
    if (revision === undefined) this.revisions.set(stream, next + 1n);
    this.commit += 1n + BigInt(Math.floor(this.chance() * 3));
    const recorded: Recorded = {
      id: `${stream}@${next}`, stream, revision: next, position: { commit: this.commit, prepare: this.commit }, type: event.type, data: event.data,
      metadata: { $correlationId: stream, $causationId: stream, orgId, schemaVersion: 1, actor: 'system:history', commandId: `${stream}@${next}`, at: this.at() },
      createdMs: this.nowMs,
    };
    if (!this.live && viewTypes.has(event.type)) this.viewEvents.push(recorded);
    return recorded;
  }

  private at = (): string => new Date(this.nowMs).toISOString();
  private pick = <T>(from: readonly T[]): T => from[Math.floor(this.chance() * from.length)]!;

  private uuidV7(): string {
    const time = this.nowMs.toString(16).padStart(12, '0');
    const hex = (digits: number) => Math.floor(this.chance() * 16 ** digits).toString(16).padStart(digits, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`;
  }
}

/** Every token rate and unit price times a whole number. */
function scaledPricing(pricing: Pricing | null, factor: number): Pricing | null {
  if (pricing === null) return null;
  const scaled = JSON.stringify(pricing, (key, value: unknown) => (typeof value === 'string' && /^\d+$/.test(value) && key !== 'from' ? (BigInt(value) * BigInt(factor)).toString() : value));
  return JSON.parse(scaled) as Pricing;
}
