import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aModel, perMillion } from '../../catalog/testing/a-model.js';
import type { DomainEvent, Recorded } from '../../event-sourcing/domain/event.js';
import { aClassification, aRequest, recorded, viewOf } from '../testing/shipped-view.js';
import { decide } from './decide.js';
import { defaultPolicy } from './policy.js';
import { RoutingView } from './view.js';
import type { OrgId } from '../../identity/domain/caller.js';

const ids = ['a/one', 'b/one', 'b/two', 'c/one'];
const id = fc.constantFrom(...ids);
const task = fc.constantFrom('text', 'code');
const org = fc.constantFrom('org_a', 'org_b');

const catalogEvents = fc.oneof(
  fc.record({ id, price: fc.constantFrom('1', '2', '4') }).map(({ id: of, price }) => ({
    type: 'ModelListed',
    data: { publisher: 'shipped', model: aModel({ id: of, provider: of.split('/')[0]!, also_tasks: ['code'], pricing: perMillion(price, price), catalog_family: `llm/${of.split('/')[0]}` }) },
  })),
  fc.record({ id, price: fc.constantFrom('1', '3') }).map(({ id: of, price }) => ({
    type: 'ModelRepriced',
    data: { id: of, pricing: perMillion(price, price), price_tier: 'standard', previous: null, publisher: 'operator' },
  })),
  id.map((of) => ({ type: 'ModelChanged', data: { id: of, changes: { benchmarks: { gpqa_diamond: 80 } }, publisher: 'shipped' } })),
  id.map((of) => ({ type: 'ModelRetired', data: { id: of, reason: 'withdrawn' } })),
);
const outcomes = fc.oneof(
  fc.record({ id, mode: fc.constantFrom('live', 'test') }).map(({ id: model, mode }) => ({
    type: 'InferenceAttemptFailed',
    data: { attempt: 1, model, provider: 'a', mode, errorClass: 'timeout', status: null, message: '', tookMs: 9 },
  })),
  fc.record({ id, mode: fc.constantFrom('live', 'test'), task, tokens: fc.nat(3000), ms: fc.nat(60_000) }).map(({ id: model, mode, task: of, tokens, ms }) => ({
    type: 'InferenceCompleted',
    data: { model, mode, task: of, cache: 'off', usage: { outputTokens: tokens }, timing: { inferenceMs: ms, ttftMs: null } },
  })),
);
const opinions = fc.record({ id, task, correct: fc.boolean(), suggested: fc.option(task) }).map(({ id: model, task: of, correct, suggested }) => ({
  type: 'FeedbackGiven',
  data: { feedbackId: 'f', requestId: null, model, promptHash: 'h', classifiedTask: of, correct, confidence: null, suggestedTask: suggested },
}));
const wishes = fc.oneof(
  fc.constant({ type: 'PreferenceSet', data: { key: 'excluded_providers', value: ['a'] } }),
  fc.constant({ type: 'PreferenceSet', data: { key: 'default_optimization', value: 'price-optimized' } }),
  fc.constant({ type: 'PreferenceDeleted', data: { key: 'excluded_providers' } }),
);
const policies = fc.nat(3).map((version) => ({ type: 'RoutingPolicyPublished', data: { name: 'default', version, policy: defaultPolicy.policy, note: '' } }));

const log: fc.Arbitrary<Recorded[]> = fc
  .array(fc.record({ event: fc.oneof(catalogEvents, outcomes, opinions, wishes, policies) as fc.Arbitrary<DomainEvent>, org, minute: fc.nat(30) }), { maxLength: 60 })
  .map((entries) =>
    entries.map(({ event, org: orgId, minute }, i) => recorded(event, i + 1, { orgId, at: `2026-11-25T11:${String(minute).padStart(2, '0')}:00.000Z` })),
  );

const folded = (events: readonly Recorded[], from = new RoutingView()): RoutingView => {
  for (const event of events) from.apply(event);
  return from;
};

/** What can be seen of a view: its snapshot, and what it makes both organizations decide. */
const seen = (view: RoutingView) => ({
  snapshot: view.snapshot(),
  decisions: ['org_a', 'org_b'].map((orgId) => {
    const request = aRequest({ orgId: orgId as OrgId });
    try {
      return decide({ request, classification: aClassification(), recorded: false, view, policy: view.policy()!, decider: 'test' });
    } catch (error) {
      return (error as Error).message;
    }
  }),
});

describe('the routing view', () => {
  it('is the same from a snapshot at any position and the rest, as from zero', () => {
    fc.assert(
      fc.property(log, fc.nat(60), (events, at) => {
        const snapshot = JSON.parse(JSON.stringify(folded(events.slice(0, at)).snapshot())) as unknown;
        const resumed = new RoutingView();
        resumed.restore(snapshot);
        expect(seen(folded(events.slice(at), resumed))).toEqual(seen(folded(events)));
      }),
      { numRuns: 150 },
    );
  });

  it('is not disturbed by decisions made while it grows', () => {
    fc.assert(
      fc.property(log, (events) => {
        const watched = new RoutingView();
        for (const event of events) {
          watched.apply(event);
          seen(watched);
        }
        expect(seen(watched)).toEqual(seen(folded(events)));
      }),
      { numRuns: 30 },
    );
  });

  it('keeps what one organization says from another', () => {
    const excludes = recorded({ type: 'PreferenceSet', data: { key: 'excluded_providers', value: ['a'] } }, 9, { orgId: 'org_b' });
    const view = viewOf([aModel({ id: 'a/one', provider: 'a' }), aModel({ id: 'b/one', provider: 'b' })], excludes);
    const [a, b] = seen(view).decisions;
    expect(a).toMatchObject({ model: 'a/one' });
    expect(b).toMatchObject({ model: 'b/one', excluded: { preference: 1 } });
  });

  it('skips events of models it does not know', () => {
    const view = viewOf([], recorded({ type: 'ModelRetired', data: { id: 'x/y', reason: 'withdrawn' } }, 1));
    expect(view.table.size).toBe(0);
    expect(view.position).toBe(1n);
  });

  it('keeps the price of the moment: a repricing changes the next decision', () => {
    const models = [aModel({ id: 'a/one', pricing: perMillion('1', '1') }), aModel({ id: 'b/one', pricing: perMillion('2', '2') })];
    const ask = (view: RoutingView) => decide({ request: aRequest(), classification: aClassification(), recorded: false, view, policy: defaultPolicy, decider: 'test' });
    const repriced = recorded({ type: 'ModelRepriced', data: { id: 'b/one', pricing: perMillion('0.1', '0.1'), price_tier: 'economy', previous: null, publisher: 'operator' } }, 3);
    expect(ask(viewOf(models)).model).toBe('a/one');
    expect(ask(viewOf(models, repriced))).toMatchObject({ model: 'b/one', costTier: 'economy', price: { rates: { input: '100000' } } });
  });
});
