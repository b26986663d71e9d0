import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aModel, perMillion } from '../testing/a-model.js';
import { catalogOf, firstMs, listing, recorded } from '../testing/listed.js';
import { LiveCatalog } from '../read-model/live-catalog.js';
import type { CatalogEvent } from './catalog.js';
import type { ModelId } from '../../routing/domain/vocabulary.js';

const ids = ['acme/a', 'acme/b', 'acme/c'] as ModelId[];
const anyEvent: fc.Arbitrary<CatalogEvent> = fc.oneof(
  fc.record({ id: fc.constantFrom(...ids), name: fc.constantFrom('One', 'Two') }).map(({ id, name }) => listing(aModel({ id, name }))),
  fc.record({ id: fc.constantFrom(...ids), price: fc.constantFrom('1', '2', '3') }).map(({ id, price }): CatalogEvent => ({
    type: 'ModelRepriced', data: { id, pricing: perMillion(price, price), price_tier: 'balanced', previous: null, publisher: 'operator' },
  })),
  fc.constantFrom(...ids).map((id): CatalogEvent => ({ type: 'ModelChanged', data: { id, changes: { status: 'preview' }, publisher: 'shipped' } })),
  fc.constantFrom(...ids).map((id): CatalogEvent => ({ type: 'ModelRetired', data: { id, reason: 'withdrawn' } })),
);
const seen = (catalog: LiveCatalog) => ({ offered: catalog.latest().models, ever: catalog.latest().ever });

describe('the catalogue as of a point', () => {
  it('is the fold of what had happened by then, by position and by time', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), fc.nat(31), (events, upTo) => {
        const whole = catalogOf(events);
        const then = seen(catalogOf(events.slice(0, upTo)));
        const byPosition = whole.at({ position: BigInt(upTo) });
        const byTime = whole.at({ atMs: firstMs + (upTo - 1) * 1000 + 999 });
        expect({ offered: byPosition.models, ever: byPosition.ever }).toEqual(then);
        expect({ offered: byTime.models, ever: byTime.ever }).toEqual(then);
      }),
    );
  });

  it('does not change when more happens, and the latest does', () => {
    const catalog = catalogOf([listing(aModel())]);
    const past = catalog.at({ position: 1n });
    const before = catalog.latest();
    catalog.apply(recorded({ type: 'ModelRetired', data: { id: aModel().id, reason: 'withdrawn' } }, 2));
    expect(past.models).toHaveLength(1);
    expect(catalog.at({ position: 1n }).models).toEqual(past.models);
    expect([before.models.length, catalog.latest().models.length]).toEqual([1, 0]);
  });

  it('survives being saved and restored, history and all', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), fc.nat(20), (events, cut) => {
        const restored = new LiveCatalog();
        restored.restore(JSON.parse(JSON.stringify(catalogOf(events.slice(0, cut)).snapshot())));
        events.slice(cut).forEach((event, index) => restored.apply(recorded(event, cut + index + 1)));
        const whole = catalogOf(events);
        expect(seen(restored)).toEqual(seen(whole));
        for (const id of ids) expect(restored.versionsOf(id, null)).toEqual(whole.versionsOf(id, null));
      }),
    );
  });
});

describe('finding a model by name', () => {
  const one = aModel({ id: 'acme/one', aliases: ['uno', 'acme/uno'] });
  it.each([
    ['acme/one', 'acme/one'], ['ACME/One', 'acme/one'], ['uno', 'acme/one'], ['acme/uno', 'acme/one'], ['one', 'acme/one'], ['two', null], ['', null],
  ])('%s is %s', (name, id) => expect(catalogOf([listing(one)]).latest().find(name)?.model.id ?? null).toBe(id));

  it('a bare name that two makers share is nobody', () =>
    expect(catalogOf([listing(one), listing(aModel({ id: 'other/one' }))]).latest().find('one')).toBeNull());

  it("an offered model's alias wins over a retired one's", () => {
    const heir = aModel({ id: 'acme/heir', aliases: ['uno'] });
    for (const order of [[one, heir], [heir, one]]) {
      const catalog = catalogOf([...order.map(listing), { type: 'ModelRetired', data: { id: one.id, reason: 'deprecated' } }]);
      expect(catalog.latest().find('uno')?.model.id).toBe('acme/heir');
    }
  });

  it('an id wins over an alias', () => {
    const rude = aModel({ id: 'zeta/rude', aliases: ['acme/one'] });
    expect(catalogOf([listing(one), listing(rude)]).latest().find('acme/one')?.model.id).toBe('acme/one');
  });
});
