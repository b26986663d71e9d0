import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decider } from '../../event-sourcing/testing/given.js';
import { catalogModel, type CatalogCommand, type CatalogEvent } from './catalog.js';
import type { CatalogModel } from './model.js';
import { aModel, perMillion } from '../testing/a-model.js';

const { given, nothing } = decider(catalogModel);
const model = aModel();
const publish = (published: CatalogModel): CatalogCommand => ({ type: 'PublishModel', model: published, publisher: 'shipped' });
const listed = (published: CatalogModel): CatalogEvent => ({ type: 'ModelListed', data: { model: published, publisher: 'shipped' } });
const retired = (reason: 'withdrawn' | 'deprecated'): CatalogEvent => ({ type: 'ModelRetired', data: { id: model.id, reason } });

describe('publishing a model', () => {
  it('lists it when it is new', () => nothing.when(publish(model)).then(listed(model)));

  it('says nothing when nothing changed, even with its keys in another order', () => {
    const shuffled = Object.fromEntries(Object.entries(model).reverse()) as unknown as CatalogModel;
    given([listed(model)]).when(publish(shuffled)).thenNothing();
  });

  it('keeps a new price apart from other changes', () => {
    const pricing = perMillion('4', '12');
    given([listed(model)])
      .when(publish({ ...model, pricing, price_tier: 'flagship', name: 'Sample Two' }))
      .then(
        { type: 'ModelRepriced', data: { id: model.id, pricing, price_tier: 'flagship', previous: model.pricing, publisher: 'shipped' } },
        { type: 'ModelChanged', data: { id: model.id, changes: { name: 'Sample Two' }, publisher: 'shipped' } },
      );
  });

  it('reprices to unknown when the price is lost', () =>
    given([listed(model)])
      .when(publish({ ...model, pricing: null, price_tier: null }))
      .then({ type: 'ModelRepriced', data: { id: model.id, pricing: null, price_tier: null, previous: model.pricing, publisher: 'shipped' } }));

  it('lists and retires at once what arrives deprecated', () => {
    const old = { ...model, status: 'deprecated' as const };
    nothing.when(publish(old)).then(listed(old), retired('deprecated'));
  });

  it('retires what becomes deprecated, and says so once', () => {
    const old = { ...model, status: 'deprecated' as const };
    const change: CatalogEvent = { type: 'ModelChanged', data: { id: model.id, changes: { status: 'deprecated' }, publisher: 'shipped' } };
    given([listed(model)]).when(publish(old)).then(change, retired('deprecated'));
    given([listed(model), change, retired('deprecated')]).when(publish(old)).thenNothing();
  });

  it('lists again what was withdrawn and is back', () => given([listed(model), retired('withdrawn')]).when(publish(model)).then(listed(model)));
});

describe('withdrawing a model', () => {
  const withdraw: CatalogCommand = { type: 'WithdrawModel' };
  it('retires it', () => given([listed(model)]).when(withdraw).then(retired('withdrawn')));
  it('says nothing twice', () => given([listed(model), retired('withdrawn')]).when(withdraw).thenNothing());
  it('says nothing of a model never listed', () => nothing.when(withdraw).thenNothing());
});

it('publishing twice is publishing once, and the fold ends at what was published', () => {
  const anyModel = fc
    .record({
      name: fc.constantFrom('A', 'B'),
      status: fc.constantFrom('active' as const, 'preview' as const, 'deprecated' as const),
      pricing: fc.constantFrom(perMillion('1', '2'), perMillion('2', '4'), null),
    })
    .map((parts) => ({ ...model, ...parts }));
  fc.assert(
    fc.property(fc.array(anyModel, { minLength: 1, maxLength: 6 }), (history) => {
      let state = catalogModel.initial;
      for (const published of history) {
        for (const event of catalogModel.decide(publish(published), state)) state = catalogModel.evolve(state, event);
        expect(catalogModel.decide(publish(published), state)).toEqual([]);
        expect(state?.model).toEqual(published);
        expect(state?.retired !== null).toBe(published.status === 'deprecated');
      }
    }),
  );
});
