/**
 * One what-if job: runs, tells how far it is, stops when it is cancelled. What it found is kept every few seconds and
 * when its worker ends, and the next worker goes on from there.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { policyStream, defaultPolicy, type PublishedPolicy, type RoutingPolicyPublished } from '../../routing/domain/policy.js';
import { variantsOf, type FindPolicy, type Known, type ReplayRequest } from '../domain/replay-request.js';
import type { Replays } from '../read-model/replays.js';
import { runWhatIf, type Checkpoints } from './run-what-if.js';
import type { Replayer } from './verify-decisions.js';
import type { EventLog } from '../../event-sourcing/event-log.js';

const tellEveryMs = 500;
const keepEveryMs = 5_000;
const cancelled = 'cancelled';
const compress = promisify(gzip);
const expand = promisify(gunzip);

/** @param stopping the worker ends: the job stays unfinished, and the next worker takes it up. */
export async function runReplay(replayer: Replayer, replays: Replays, replayId: string, stopping: AbortSignal): Promise<void> {
  const replay = await replays.find(null, replayId);
  if (!replay || !(await replays.goOn(replayId, replay.progress, replay.decisions))) return;
  const { from, to, task, key_id: keyId, model, variants } = replay.request;
  const cancel = new AbortController();
  let toldAt = performance.now();
  try {
    const report = await runWhatIf(replayer, {
      filter: { orgId: replay.orgId, ...(from && { from }), ...(to && { to }), ...(task && { task }), ...(keyId && { keyId }), ...(model && { model }) },
      variants: variantsOf(variants, await knownTo(replayer, replay.request)),
      signal: AbortSignal.any([cancel.signal, stopping]),
      checkpoints: await checkpointsOf(replays, replayId, stopping),
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

async function checkpointsOf(replays: Replays, replayId: string, stopping: AbortSignal): Promise<Checkpoints> {
  const kept = await replays.checkpoint(replayId);
  let keptAt = performance.now();
  return {
    last: kept && (await expand(kept)).toString('utf8'),
    due: () => stopping.aborted || performance.now() - keptAt >= keepEveryMs,
    save: async (checkpoint) => {
      await replays.keepCheckpoint(replayId, await compress(checkpoint, { level: 1 }));
      keptAt = performance.now();
    },
  };
}

/** What the variants of a request may name. */
export async function knownTo({ log, deciders }: Pick<Replayer, 'log' | 'deciders'>, request: Pick<ReplayRequest, 'variants'>): Promise<Known> {
  return { policy: await policiesNamed(log, request), deciders: deciders.all(), head: await log.head() };
}

/** The published policies that a request names. */
async function policiesNamed(log: EventLog, { variants }: Pick<ReplayRequest, 'variants'>): Promise<FindPolicy> {
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
