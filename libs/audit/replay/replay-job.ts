/** One what-if job: runs, tells how far it is, stops when it is cancelled. Taken up again, it starts over. */
import { setTimeout as pause } from 'node:timers/promises';
import { policyStream, defaultPolicy, type PublishedPolicy, type RoutingPolicyPublished } from '../../routing/domain/policy.js';
import { variantsOf, type FindPolicy, type ReplayRequest } from '../domain/replay-request.js';
import type { Replays } from '../read-model/replays.js';
import { runWhatIf } from './run-what-if.js';
import type { Replayer } from './verify-decisions.js';
import type { EventLog } from '../../event-sourcing/event-log.js';

const tellEveryMs = 500;
const cancelled = 'cancelled';

/** @param stopping the worker ends: the job stays unfinished, and the next worker takes it up. */
export async function runReplay(replayer: Replayer, replays: Replays, replayId: string, stopping: AbortSignal): Promise<void> {
  const replay = await replays.find(null, replayId);
  if (!replay || !(await replays.goOn(replayId, 0, 0))) return;
  const { from, to, task, key_id: keyId, model, variants } = replay.request;
  const cancel = new AbortController();
  let toldAt = performance.now();
  try {
    const report = await runWhatIf(replayer, {
      filter: { orgId: replay.orgId, ...(from && { from }), ...(to && { to }), ...(task && { task }), ...(keyId && { keyId }), ...(model && { model }) },
      variants: variantsOf(variants, await policiesNamed(replayer.log, replay.request), await replayer.log.head()),
      signal: AbortSignal.any([cancel.signal, stopping]),
      onProgress: async ({ position, head, decisions }) => {
        // The walk gives way, so that a replay in the same process as other work does not hold it up.
        await pause(0);
        if (performance.now() - toldAt < tellEveryMs) return;
        toldAt = performance.now();
        if (!(await replays.goOn(replayId, head === 0n ? 1 : Number(position) / Number(head), decisions))) cancel.abort(new Error(cancelled));
      },
    });
    await replays.complete(replayId, report);
  } catch (error) {
    if (stopping.aborted || cancel.signal.aborted) return;
    await replays.fail(replayId, (error as Error).message);
    throw error;
  }
}

/** The published policies that a request names. */
export async function policiesNamed(log: EventLog, { variants }: Pick<ReplayRequest, 'variants'>): Promise<FindPolicy> {
  const found = new Map<string, PublishedPolicy[]>([[defaultPolicy.name, [defaultPolicy]]]);
  for (const { policy } of variants) {
    const name = typeof policy === 'string' ? policy.split('@')[0]! : null;
    if (name === null || !/^[a-z0-9][a-z0-9-]{0,39}$/.test(name) || (found.get(name)?.length ?? 0) > 1) continue;
    const versions = found.get(name) ?? [];
    for await (const { data } of log.read(policyStream(name))) versions.push(data as RoutingPolicyPublished);
    found.set(name, versions);
  }
  return (name, version) => {
    const versions = found.get(name) ?? [];
    return (version === null ? versions.at(-1) : versions.find((each) => each.version === version)) ?? null;
  };
}
