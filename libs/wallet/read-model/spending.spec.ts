import { expect, it } from '@jest/globals';
import { projected } from '../../event-sourcing/projections/testing/memory-store.js';
import { recorded } from '../../event-sourcing/projections/testing/recorded.js';
import { spending, spendingProjection } from './spending.js';

const late = (commit: bigint, more: object) =>
  recorded({ type: 'InferenceRepriced', data: { repricingId: `r${commit}`, keyId: 'key_1', mode: 'live', model: 'a/b', provider: 'a', previousCost: null, cost: '50', reason: 'late', ...more } }, { stream: 'route-1', commit, orgId: 'org_1' });
const spentBy = (scope: string, ...events: Parameters<typeof projected>[1]) =>
  Object.fromEntries(projected(spendingProjection, events).rows(spending).filter((row) => row['scope'] === scope).map(({ period, spent_cents: spent }) => [period, spent]));

it('of a key includes a price that came late, and what it was repaired to', () => {
  const shown = spentBy('key_1', late(1n, {}), late(2n, { previousCost: '50', cost: '30' }));
  expect(Object.keys(shown).sort()).toEqual(['2026-01-01', '2026-01', 'total'].sort());
  expect(new Set(Object.values(shown))).toEqual(new Set([30n]));
});

it('of a key includes no late price of a test key, and none that no key asked for', () => {
  expect(spentBy('key_1', late(1n, { mode: 'test' }), late(2n, { keyId: null }))).toEqual({});
});
