import { describe, expect, it } from '@jest/globals';
import { decider } from '../../event-sourcing/testing/given.js';
import { defaultPolicy, policyDifference, routingPolicy, validPolicy, type PolicyEvent, type RoutingPolicy } from './policy.js';

const { given, nothing } = decider(routingPolicy);
const { policy } = defaultPolicy;
const exploring: RoutingPolicy = { ...policy, exploration: { ...policy.exploration, share: 0.05 } };

const published = (version: number, what: RoutingPolicy): PolicyEvent => ({ type: 'RoutingPolicyPublished', data: { name: 'default', version, policy: what, note: '' } });
const publish = (what: unknown, name = 'default') => ({ type: 'PublishPolicy', name, policy: what, note: '' }) as const;

describe('a routing policy', () => {
  it('starts at version 1 and counts up', () => {
    nothing.when(publish(policy)).then(published(1, policy));
    given([published(1, policy)]).when(publish(exploring)).then(published(2, exploring));
  });

  it('says nothing when it is already in force, whatever the order of its fields', () => {
    const reordered = Object.fromEntries(Object.entries(policy).reverse());
    given([published(1, policy)]).when(publish(reordered)).thenNothing();
  });

  it.each([
    ['a field that is missing', { ...policy, fallbacks: undefined }, 'fallbacks'],
    ['a field nobody knows', { ...policy, extra: 1 }, 'extra'],
    ['a number out of range', { ...policy, exploration: { ...policy.exploration, share: 0.9 } }, 'exploration.share'],
    ['text for a number', { ...policy, fallbacks: '4' }, 'fallbacks'],
    ['half a model', { ...policy, fallbacks: 2.5 }, 'fallbacks'],
    ['no number at all', { ...policy, penalties: { ...policy.penalties, latency: Number.NaN } }, 'penalties.latency'],
    ['a number for a yes or no', { ...policy, mayContinue: 1 }, 'mayContinue'],
    ['weights that do not sum to 1', { ...policy, modes: { ...policy.modes, balanced: { ...policy.modes.balanced, quality: 0.1 } } }, 'modes.balanced'],
    ['nothing', null, ''],
  ])('refuses %s and names the field', (_, candidate, param) => {
    expect(() => validPolicy(candidate)).toThrow(expect.objectContaining({ code: 'invalid_policy', param }));
  });

  it('refuses a name that no stream could carry well', () => {
    nothing.when(publish(policy, 'My Policy!')).thenRefused('invalid_policy');
  });

  it('tells two versions apart, number by number', () => {
    expect(policyDifference(policy, exploring)).toEqual([{ path: 'exploration.share', before: 0, after: 0.05 }]);
  });

  it('ships valid', () => expect(validPolicy(policy)).toEqual(policy));
});
