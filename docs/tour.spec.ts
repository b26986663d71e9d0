/** What the documents name must be there. */
import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const documents = ['README.md', ...readdirSync(new URL('docs', root), { recursive: true }).map(String).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];
const namedIn = (text: string) => [...new Set(text.match(/\b(?:apps|libs|eventstore|migrations|bench|docs|scripts|sdks|deploy)\/[\w./-]+\.(?:ts|js|mjs|json|md|bin)\b/g) ?? [])];

describe('the documents', () => {
  it('walk one request through at least fifteen files', () => {
    expect(namedIn(readFileSync(new URL('docs/tour.md', root), 'utf8')).length).toBeGreaterThanOrEqual(15);
  });

  it.each(documents)('%s names only files that exist', (document) => {
    const missing = namedIn(readFileSync(new URL(document, root), 'utf8')).filter((path) => !existsSync(new URL(path, root)));
    expect(missing).toEqual([]);
  });
});
