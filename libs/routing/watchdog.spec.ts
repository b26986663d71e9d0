import { describe, expect, it } from '@jest/globals';
import type { DomainEvent, Recorded } from '../event-sourcing/domain/event.js';
import { deferredOrphanAgeMs, endOrphan, OpenRequests, orphanAgeMs, orphans } from './watchdog.js';

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
const found = (events: number, afterMs: number, gone: boolean) => orphans(opened(events).all(), receivedMs + afterMs, () => gone).map(({ requestId }) => requestId);

describe('a request nobody ends', () => {
  it.each([
    ['served by a process that is gone', 2, 1, true, ['r1']],
    ['served by a process that lives', 2, 1, false, []],
    ['older than any deadline', 2, orphanAgeMs + 1, false, ['r1']],
    ['left to a job, whichever process took it in', 3, orphanAgeMs + 1, true, []],
    ['left to a job that is lost', 3, deferredOrphanAgeMs + 1, false, ['r1']],
    ['ended by its job', 4, deferredOrphanAgeMs + 1, true, []],
  ])('%s', (_, events, afterMs, gone, requestIds) => expect(found(events, afterMs, gone)).toEqual(requestIds));

  it('is remembered as left to a job over a restart', () => {
    const restored = new OpenRequests();
    restored.restore(JSON.parse(JSON.stringify(opened(3).snapshot())));
    expect(restored.all()).toEqual(opened(3).all());
  });

  it('is not decoded unless somebody looks before it ends', () => {
    const open = new OpenRequests();
    const unread = { get data(): never { throw new Error('decoded'); } };
    open.apply(Object.assign(Object.create(unread), { type: 'RouteRequested', stream: 'route-r1' }) as Recorded);
    open.apply(Object.assign(Object.create(unread), { type: 'InferenceCompleted', stream: 'route-r1' }) as Recorded);
    expect(open.all()).toEqual([]);
  });

  it.each([
    ['as cancelled, behind what its stream has', [...story.slice(0, 2), ['InferenceAttemptFailed', { attempt: 1 }]] as const, [['route-r1', 2n, { by: 'watchdog', model: 'a/b', attempts: 1, cost: null }]]],
    ['not when it has ended meanwhile', story, []],
    ['not when it was never decided', story.slice(0, 1), []],
  ])('is ended %s', async (_, events, appended) => {
    const written: unknown[] = [];
    const log = {
      async *read() {
        for (const [index, [type, data]] of events.entries()) yield { type, data, revision: BigInt(index) } as unknown as Recorded;
      },
      append: async (stream: string, revision: unknown, [event]: readonly DomainEvent[]) => {
        written.push([stream, revision, event!.data]);
        return { position: 0n, revision: 0n };
      },
    };
    const [orphan] = opened(2).all();
    expect(await endOrphan(log, orphan!, new Date(receivedMs).toISOString())).toBe(appended.length > 0);
    expect(written).toMatchObject(appended);
  });
});
