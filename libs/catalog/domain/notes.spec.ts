import { describe, expect, it } from '@jest/globals';
import { worded } from './notes.js';

describe('a note of the facts', () => {
  it('is said in a sentence that keeps its figures', () => {
    expect(worded('fal resells at 0.10')).toBe('fal sells it on at $0.10.');
    expect(worded('Cloudflare lists 0.0025 per second; fal charges 0.60 per started minute')).toBe('Cloudflare asks $0.0025 a second, fal $0.60 for each minute begun.');
    expect(worded('other sources say litellm@2026-08-06/openai:5/30')).toBe('Elsewhere listed at other rates (dollars in / out): litellm@2026-08-06/openai:5/30.');
  });

  it('that nobody has worded is refused, not copied', () => expect(worded('the moon was full')).toBeUndefined());
});
