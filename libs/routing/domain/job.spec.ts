import { describe, expect, it } from '@jest/globals';
import { mediaKinds } from '../../inference/domain/media.js';
import type { TerminalEvent } from './terminal.js';
import { endingOf, expiryOf, mayBeJob, takesLong } from './job.js';
import type { LongWorkKind } from './vocabulary.js';

describe('a job', () => {
  it('may be made of everything but a search', () => expect(mediaKinds.filter((kind) => !mayBeJob(kind))).toEqual(['search']));

  it.each([
    ['video', {}, true], ['music', {}, true], ['speech', {}, false], ['transcript', {}, false], ['image', {}, false], ['image', { n: 10, size: '1024x1024' }, false],
    ['image', { image_size: '4K' }, true], ['image', { size: '4096x4096' }, true], ['image', { n: 4, resolution: '2k' }, true], ['image', { n: 3, resolution: '2k' }, false], ['image', { n: 16 }, true],
  ] as const)('%s %j takes long: %s', (kind, parameters, long) => expect(takesLong(kind as LongWorkKind, parameters)).toBe(long));

  it('keeps its result for a day, across a month', () => expect(expiryOf('2026-11-30T10:00:00.000Z')).toBe('2026-12-01T10:00:00.000Z'));

  it.each([
    ['InferenceCompleted', {}, { status: 'completed', error: null }],
    ['InferenceCancelled', { by: 'watchdog' }, { status: 'cancelled', error: null }],
    ['InferenceFailed', { message: 'busy', errorCode: 'overloaded' }, { status: 'failed', error: { message: 'busy', type: 'upstream_error', param: null, code: 'overloaded' } }],
  ])('ends as the log says: %s', (type, data, ending) => expect(endingOf({ type, data } as unknown as TerminalEvent)).toEqual(ending));
});
