/** A gateway in front of a stand-in, and a client that remembers what it got: the bench of the gateway's tests. */
import { randomBytes, randomUUID } from 'node:crypto';
import { AnswerPlaces } from '../cache/answer-place.js';
import { ChatGateway } from '../chat/chat-gateway.js';
import type { GatewayLimits } from '../chat/limits.js';
import { ConfiguredTargets } from '../chat/targets.js';
import type { ChainModel } from '../domain/chain.js';
import type { AnswerFacts, ChatBody, ChatCall, ClientSink, Outcome } from '../domain/outcome.js';
import { SandboxUpstream } from '../sandbox/sandbox-upstream.js';
import { HttpUpstream } from '../upstream/http-upstream.js';
import { ConfiguredHosts, type Providers } from '../upstream/keys.js';
import type { Pricing } from '../../catalog/domain/pricing.js';
import type { OrgId } from '../../identity/domain/caller.js';
import type { DataKey, Owner } from '../../platform/vault.js';
import type { PicoDollars } from '../../money/money.js';
import type { ModelId, RequestId } from '../../routing/domain/vocabulary.js';

export const testKey = 'sk-test-key-that-must-never-be-seen-0001';

/** Two dollars for a million tokens in, eight out. */
export const testPricing: Pricing = { unit: 'token', rates: { input: '2000000' as PicoDollars, output: '8000000' as PicoDollars } };

/** A model at the host `openrouter`, whose quirks accept prefill, or at another. */
export const modelNamed = (name: string, more: Partial<ChainModel> & { readonly host?: string; readonly pricing?: Pricing | null } = {}): ChainModel => ({
  id: `maker/${name}` as ModelId,
  provider: 'maker',
  endpoints: [{ host: more.host ?? 'openrouter', modelId: name, pricing: more.pricing === undefined ? testPricing : more.pricing }],
  contextWindow: more.contextWindow ?? null,
  maxOutput: null,
  firstTokenLimitMs: more.firstTokenLimitMs ?? 10_000,
});

/** Remembers the bytes; takes them as fast as they come, or only when told. */
export class TestSink implements ClientSink {
  readonly starts: AnswerFacts[] = [];
  readonly writes: Buffer[] = [];
  /** False makes every write say that the client is slow. */
  fast = true;
  private waiters: (() => void)[] = [];
  onWrite: (() => void) | null = null;

  start(facts: AnswerFacts): void {
    this.starts.push(facts);
  }

  write(events: Buffer): boolean {
    this.writes.push(events);
    this.onWrite?.();
    return this.fast;
  }

  drained(): Promise<void> {
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** The client has read everything. */
  drain(): void {
    for (const wake of this.waiters.splice(0)) wake();
  }

  text(): string {
    return Buffer.concat(this.writes).toString('utf8');
  }
}

export interface Answer {
  readonly outcome: Outcome;
  readonly sink: TestSink | null;
  /** Everything the client got of a stream, tail included. */
  readonly bytes: string;
}

export class Rig {
  readonly gateway: ChatGateway;

  constructor(providers: Providers, limits: Partial<GatewayLimits> = {}) {
    const http = new HttpUpstream();
    const sandbox = new SandboxUpstream();
    this.gateway = new ChatGateway(new ConfiguredTargets(new ConfiguredHosts(providers), http, sandbox), [http, sandbox], limits);
  }

  /** In front of one stand-in that plays the hosts openrouter (takes prefill) and together (does not). */
  static before(url: string, limits: Partial<GatewayLimits> = {}): Rig {
    return new Rig({ openrouter: { apiKey: testKey, baseUrl: url }, together: { apiKey: testKey, baseUrl: url } }, limits);
  }

  async ask(chain: readonly ChainModel[], more: Partial<ChatCall> & { readonly stream?: boolean; readonly sink?: TestSink } = {}): Promise<Answer> {
    const { stream = true, sink = stream ? new TestSink() : null, ...call } = more;
    const outcome = await this.gateway.chat(callWith(chain, call), sink);
    const tail = outcome.kind === 'completed' && outcome.answer.form === 'stream' ? outcome.answer.tail : outcome.kind === 'failed' ? outcome.tail : null;
    return { outcome, sink, bytes: (sink?.text() ?? '') + (tail?.toString('utf8') ?? '') };
  }

  close(): Promise<void> {
    return this.gateway.close();
  }
}

/** Places under data keys of this process alone. `erase` forgets everybody's, as an erasure does. */
export function testPlaces(): { places: AnswerPlaces; erase(): void } {
  const keys = new Map<string, DataKey>();
  const keyOf = ({ orgId, subject }: Owner): DataKey => {
    const name = JSON.stringify([orgId, subject]);
    const key = keys.get(name) ?? { keyId: randomUUID(), bytes: randomBytes(32) };
    keys.set(name, key);
    return key;
  };
  return { places: new AnswerPlaces({ cachedKeyFor: () => undefined, keyFor: (owner) => Promise.resolve(keyOf(owner)) }), erase: () => keys.clear() };
}

export const prompt = 'Explain why a gateway earns trust only when the provider behind it misbehaves.';

export function callWith(chain: readonly ChainModel[], more: Partial<ChatCall> = {}): ChatCall {
  return {
    requestId: '01890000-0000-7000-8000-000000000001' as RequestId,
    orgId: 'org_test' as OrgId,
    mode: 'live',
    at: '2026-11-25T12:00:00.000Z',
    chain,
    body: { model: 'router', messages: [{ role: 'user', content: prompt }] } as ChatBody,
    includeUsage: true,
    mayContinue: true,
    cacheTtlSeconds: 0,
    metadata: (facts) => ({ phase: facts.phase, model: facts.model, attempts: facts.attempts, continued: facts.continued }),
    signal: new AbortController().signal,
    ...more,
  };
}

/** The JSON of the data events in a stream, `[DONE]` left out. */
export const eventsIn = (bytes: string): Record<string, unknown>[] =>
  bytes.split(/\r?\n\r?\n/).flatMap((event) => {
    const data = /^data: ?(.*)$/m.exec(event)?.[1];
    return data === undefined || data === '[DONE]' ? [] : [JSON.parse(data) as Record<string, unknown>];
  });

/** The text that the deltas of a stream add up to. */
export const textIn = (bytes: string): string =>
  eventsIn(bytes)
    .map((event) => ((event['choices'] as { delta?: { content?: string } }[] | undefined)?.[0]?.delta?.content ?? ''))
    .join('');

/** Waits until something is so. @throws Error after a minute */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
