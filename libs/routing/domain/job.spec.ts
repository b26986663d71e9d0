import { describe, expect, it } from '@jest/globals';
import { mediaKinds } from '../../inference/domain/media.js';
import type { TerminalEvent } from './terminal.js';
import { endingOf, expiryOf, isLongWork } from './job.js';

describe('a job', () => {
  it('is made for what takes long, and for nothing else', () => expect(mediaKinds.filter(isLongWork)).toEqual(['video', 'music']));

  it('keeps its result for a day, across a month', () => expect(expiryOf('2026-11-30T10:00:00.000Z')).toBe('2026-12-01T10:00:00.000Z'));

  it.each([
    ['InferenceCompleted', {}, { status: 'completed', error: null }],
    ['InferenceCancelled', { by: 'watchdog' }, { status: 'cancelled', error: null }],
    ['InferenceFailed', { message: 'busy', errorCode: 'overloaded' }, { status: 'failed', error: { message: 'busy', type: 'upstream_error', param: null, code: 'overloaded' } }],
  ])('ends as the log says: %s', (type, data, ending) => expect(endingOf({ type, data } as unknown as TerminalEvent)).toEqual(ending));
});
