import { expect, it } from '@jest/globals';
import { RoutingView, routingViewTypes } from '../../routing/domain/view.js';
import { DecisionHistory } from '../testing/decision-history.js';
import { ReplayState, type ReplayStateSnapshot } from './replay-state.js';

it('is the same whether it is folded at once or goes on from what was kept', () => {
  const types: readonly string[] = routingViewTypes;
  const events = [...new DecisionHistory({ decisions: 60, seed: 5 }).events()].filter(({ type }) => types.includes(type));
  const whole = new ReplayState(new RoutingView());
  let parts = new ReplayState(new RoutingView());
  for (const [i, event] of events.entries()) {
    whole.apply(event);
    parts.apply(event);
    if (i % 150 === 0) parts = ReplayState.restored(JSON.parse(JSON.stringify(parts.snapshot())) as ReplayStateSnapshot, new RoutingView());
  }
  expect(parts.snapshot()).toEqual(whole.snapshot());
  expect(whole.snapshot().lengths.length).toBeGreaterThan(5);
});
