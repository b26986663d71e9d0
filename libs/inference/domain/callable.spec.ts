/** Which models of the shipped catalogue can be called with the right keys: every task has some, and what has no adapter is named. */
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { routable } from '../../catalog/domain/model.js';
import { shippedCatalog } from '../../catalog/exports.js';
import { tasks } from '../../routing/domain/vocabulary.js';
import { mediaFormats } from '../media/formats/formats.js';
import { searchEngines } from '../media/formats/search.js';
import { callableAt } from './callable.js';
import { hostOf, hosts } from './hosts.js';
import { mediaFormatNames, mediaHosts } from './media-hosts.js';
import { mediaKindOf } from './media.js';
import { servedElsewhere } from './served-elsewhere.js';

const document = readFileSync(new URL('../../../docs/inference.md', import.meta.url), 'utf8').replaceAll('\n', ' ');
const models = shippedCatalog().filter(routable);
const calledFor = (task: string) => models.filter((model) => model.task === task).map((model) => ({ id: String(model.id), hosts: callableAt(model) }));

describe('the shipped catalogue', () => {
  it.each(tasks)('%s: models at several hosts can be called', (task) => {
    const callable = calledFor(task).filter(({ hosts: at }) => at.length > 0);
    const at = new Set(callable.flatMap(({ hosts: slugs }) => slugs));
    expect({ task, models: callable.length >= 8, hosts: at.size >= 3 }).toEqual({ task, models: true, hosts: true });
  });

  it.each([
    ['speech', 'speech'], ['speech', 'transcript'], ['image', 'image'], ['video', 'video'], ['music', 'music'], ['web_search', 'search'],
  ])('%s: work of the kind %s too', (task, kind) => expect(models.filter((model) => model.task === task && mediaKindOf(model) === kind && callableAt(model).length > 0).length).toBeGreaterThan(3));

  it('names the makers whose media have no adapter, in the documentation', () => {
    const makers = new Set(models.map(({ provider }) => provider));
    const without = [...makers].filter((maker) => models.filter(({ provider }) => provider === maker).every((model) => callableAt(model).length === 0)).sort();
    expect(/No adapter yet: ([^.]+)\./.exec(document)?.[1]?.split(', ')).toEqual(without.map((slug) => `\`${slug}\``));
  });

  it('every language model is served at a host of the table, or by its maker under a slug of its own', () => {
    const unknown = models.filter((model) => mediaKindOf(model) === null && !callableAt(model).some((host) => hosts.has(host))).map(({ provider }) => provider);
    expect(new Set(unknown).size).toBeLessThan(15);
  });
});

describe('the table of media hosts', () => {
  it('has each host once, with an https address of its own where it is no chat host', () => {
    expect(new Set(mediaHosts.map(({ host }) => host)).size).toBe(mediaHosts.length);
    for (const { host, address } of mediaHosts) {
      expect({ host, isChat: hostOf(host) !== null }).toEqual({ host, isChat: address === undefined });
      if (address) expect(address.baseUrl).toMatch(/^https:\/\/[^/]+(?:\/[\w/]+[^/])?$/);
    }
  });

  it('uses every format, and every format is there', () => {
    const used = new Set(mediaHosts.flatMap(({ makes }) => makes.map(({ format }) => format)));
    expect([...used].sort()).toEqual([...mediaFormatNames].sort());
    expect(Object.keys(mediaFormats).sort()).toEqual([...mediaFormatNames].sort());
  });

  it('knows how each search engine is asked', () => {
    expect(mediaHosts.filter(({ makes }) => makes.some(({ format }) => format === 'search')).map(({ host }) => host).sort()).toEqual([...searchEngines].sort());
  });

  it('serves elsewhere only models that the catalogue lists', () => {
    const listed = new Set(shippedCatalog().map(({ id }) => String(id)));
    for (const row of Object.values(servedElsewhere)) expect(Object.keys(row).filter((id) => !listed.has(id))).toEqual([]);
  });
});
