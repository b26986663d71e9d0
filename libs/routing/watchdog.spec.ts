import { describe, expect, it } from '@jest/globals';
import type { Recorded } from '../event-sourcing/domain/event.js';
import { deferredOrphanAgeMs, OpenRequests, orphanAgeMs, orphans } from './watchdog.js';

const receivedMs = Date.parse('2026-11-25T10:00:00.000Z');
const story = [
  ['RouteRequested', { request: { orgId: 'org_acme', session: null, at: new Date(receivedMs).toISOString() }, keyId: null, mode: 'test', servedBy: 'host/1/1' }],
  ['ModelSelected', { model: 'a/b', provider: 'a', classification: {} }],
  ['InferenceDeferred', { mode: 'test', kind: 'video', models: ['a/b'], timing: { classificationMs: 0, routingMs: 0 } }],
  ['InferenceCompleted', {}],
] as const;

function opened(events: number): OpenRequests {
  const open = new OpenRequests();
  story.slice(0, events).forEach(([type, data], at) => open.apply({ type, data, stream: 'route-r1', revision: BigInt(at) } as unknown as Recorded));
  return open;
}
const found = (events: number, afterMs: number, gone: boolean) => orphans(opened(events).all(), receivedMs + afterMs, () => gone).map(({ revision }) => revision);

describe('a request nobody ends', () => {
  it.each([
    ['served by a process that is gone', 2, 1, true, [1n]],
    ['served by a process that lives', 2, 1, false, []],
    ['older than any deadline', 2, orphanAgeMs + 1, false, [1n]],
    ['left to a job, whichever process took it in', 3, orphanAgeMs + 1, true, []],
    ['left to a job that is lost', 3, deferredOrphanAgeMs + 1, false, [2n]],
    ['ended by its job', 4, deferredOrphanAgeMs + 1, true, []],
  ])('%s', (_, events, afterMs, gone, revisions) => expect(found(events, afterMs, gone)).toEqual(revisions));

  it('is remembered as left to a job over a restart', () => {
    const restored = new OpenRequests();
    restored.restore(JSON.parse(JSON.stringify(opened(3).snapshot())));
    expect([...restored.all()]).toEqual([...opened(3).all()]);
  });
});
