/** The routing view of the catalogue as shipped, and requests to it; each test changes only what it is about. */
import { readdirSync, readFileSync } from 'node:fs';
import type { CatalogModel } from '../../catalog/domain/model.js';
import type { Recorded } from '../../event-sourcing/domain/event.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { classify } from '../domain/classify/classify.js';
import { classifierInput } from '../domain/classify-request.js';
import type { Classification } from '../domain/decision.js';
import { decide, explain } from '../domain/decide.js';
import type { Question } from '../domain/question.js';
import { defaultPolicy, type PublishedPolicy } from '../domain/policy.js';
import { noHints, type InputProfile, type RoutingHints, type RoutingRequest, type RoutingText } from '../domain/request.js';
import { RoutingView } from '../domain/view.js';
import type { RequestId } from '../domain/vocabulary.js';
import { loadClassifierWeights } from '../weights.js';
import { recorded } from './recorded.js';

export { recorded };

/** A view of models, listed in their order from position 1 on. */
export function viewOf(models: readonly CatalogModel[], ...more: readonly Recorded[]): RoutingView {
  const view = new RoutingView();
  for (const [i, model] of models.entries()) view.apply(recorded({ type: 'ModelListed', data: { model, publisher: 'shipped' } }, i + 1));
  for (const event of more) view.apply(event);
  return view;
}

export const plainProfile: InputProfile = {
  modalities: ['text'], inputTokens: 50, maxOutputTokens: null, promptChars: 200, systemChars: 0, historyTurns: 0, attachments: 0, tools: 0,
  wantsJsonSchema: false, stream: false, seconds: null, images: null,
};

export interface RequestChanges extends Partial<Omit<RoutingRequest, 'hints' | 'profile'>> {
  readonly hints?: Partial<RoutingHints>;
  readonly profile?: Partial<InputProfile>;
}

export function aRequest({ hints, profile, ...changes }: RequestChanges = {}): RoutingRequest {
  return {
    requestId: '0193627e-0000-7000-8000-000000000001' as RequestId,
    orgId: 'org_a' as OrgId,
    at: '2026-11-25T12:00:00.000Z',
    seed: 1,
    endpoint: 'auto/route',
    mode: 'live',
    session: null,
    budget: null,
    scope: null,
    ...changes,
    hints: { ...noHints, ...hints },
    profile: { ...plainProfile, ...profile },
  };
}

export const aClassification = (changes: Partial<Classification> = {}): Classification => ({
  task: 'text', confidence: 0.95, reasoning: 'The prompt asks for an answer in words.', decision: 'regex', content_mode: 'generate',
  complexity_tier: 'MEDIUM', complexity_score: 0.4, needs_strong: 0.25, skill: 'chat', alternatives: [], evidence: [], ...changes,
});

const catalogFolder = new URL('../../catalog/data/', import.meta.url);

export const shippedModels = (): readonly CatalogModel[] =>
  readdirSync(catalogFolder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => JSON.parse(readFileSync(new URL(file, catalogFolder), 'utf8')) as CatalogModel[]);

/** The whole catalogue as shipped. */
export const shippedView = (...more: readonly Recorded[]): RoutingView => viewOf(shippedModels(), ...more);

const weights = loadClassifierWeights();

/** The question of a prompt, classified as the product does. */
export function ask(view: RoutingView, prompt: string, changes: RequestChanges = {}, policy: PublishedPolicy = defaultPolicy): Question {
  const request = aRequest({
    ...changes,
    profile: { promptChars: prompt.length, inputTokens: Math.ceil(prompt.length / 4) + 8, ...changes.profile },
  });
  const text: RoutingText = { prompt, system: '' };
  return { request, classification: classify(classifierInput(request, text), weights), recorded: false, view, policy, decider: 'test' };
}

export const decided = (view: RoutingView, prompt: string, changes: RequestChanges = {}) => decide(ask(view, prompt, changes));
export const explained = (view: RoutingView, prompt: string, changes: RequestChanges = {}) => explain(ask(view, prompt, changes));
