import { describe, expect, it } from '@jest/globals';
import { namedModels } from './named-models.js';

describe('the models a client names', () => {
  it.each<[string, unknown, unknown, object]>([
    ['none', undefined, undefined, { model: null }],
    ['the router', 'router', [], { model: null }],
    ['one', 'acme/one', undefined, { model: 'acme/one' }],
    ['one with stand-ins, each once', 'acme/one', ['acme/two', 'acme/one', 'acme/two'], { model: 'acme/one', fallbackModels: ['acme/two'] }],
    ['a list alone', undefined, ['acme/one', 'acme/two'], { model: 'acme/one', fallbackModels: ['acme/two'] }],
  ])('%s', (_, model, models, named) => expect(namedModels(model, models)).toEqual(named));

  it.each<[string, unknown, unknown, string]>([
    ['a number', 7, undefined, 'model'],
    ['no list', 'acme/one', 'acme/two', 'models'],
    ['a list with a number', 'acme/one', ['acme/two', 7], 'models'],
    ['too many', 'acme/one', Array.from({ length: 9 }, (_, n) => `acme/${n}`), 'models'],
    ['stand-ins of the router', 'auto', ['acme/two'], 'models'],
  ])('refuses %s', (_, model, models, param) => expect(() => namedModels(model, models)).toThrow(expect.objectContaining({ param })));
});
