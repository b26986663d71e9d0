/** `greatrouter replay verify`: every decision of the log is made again and compared, byte for byte. */
import { readFile } from 'node:fs/promises';
import { Presets, SingleBar } from 'cli-progress';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import { inWords } from '../../libs/audit/domain/story-text.js';
import { runWhatIf, knownTo, PastViews, Texts, verifyDecisions, type DecisionRange, type Progress, type Replayer, type VerifiedReplay, type WhatIfFilter, type WhatIfReport } from '../../libs/audit/exports.js';
import type { Config } from '../../libs/platform/config.js';
import { Db } from '../../libs/platform/postgres.js';
import { Vault } from '../../libs/platform/vault.js';
import { DeciderRegistry } from '../../libs/routing/exports.js';
import { timeRange, type TimeRange } from '../../libs/audit/domain/time-range.js';
import { Refused } from '../../libs/event-sourcing/domain/decider.js';
import { tasks } from '../../libs/routing/domain/vocabulary.js';
import { variantsOf, type Known, type VariantRequest } from '../../libs/audit/domain/replay-request.js';
import { keptWalk } from './kept-walk.js';
import { withStores } from './stores.js';

interface Tools {
  readonly config: Config;
  readonly replayer: Replayer;
  readonly onProgress: (progress: Progress) => void;
}

/** The bar is gone before anything is printed. */
function withReplayer<T>(settings: Config, work: (tools: Tools) => Promise<T>): Promise<T> {
  return withStores(settings, async (config) => {
    const log = new EventLog(config.eventStoreUrl!);
    const db = new Db(config.databaseUrl!);
    const bar = progressBar();
    const onProgress = ({ position, head, decisions }: Progress) => {
      bar.setTotal(Number(head));
      bar.update(Number(position), { decisions });
    };
    try {
      return await work({ config, onProgress, replayer: { log, texts: new Texts(new Vault(db, config.masterKey)), deciders: new DeciderRegistry(), views: new PastViews(log, config) } });
    } finally {
      bar.stop();
      await log.close();
      await db.close();
    }
  });
}

/** @throws Error when a decision did not reproduce, so that the command fails. */
export async function replayVerify(settings: Config, times: DecisionRange): Promise<void> {
  const range = { ...times, ...checkedRange(times) };
  const verified = await withReplayer(settings, ({ replayer, onProgress }) => verifyDecisions(replayer, range, onProgress));
  console.log(verifiedText(verified));
  if (verified.reproduced < verified.decisions) throw new Error(`${verified.decisions - verified.reproduced} of ${verified.decisions} decisions did not reproduce`);
}

export interface WhatIfOptions extends DecisionRange {
  readonly org?: string;
  readonly task?: string;
  /** Names of published policies (`name` or `name@version`) or files that hold one. */
  readonly policy: readonly string[];
  readonly model: readonly string[];
  /** `present` or an earlier version. */
  readonly decider: readonly string[];
}

/** One line for each policy and each model, beside what happened. */
export async function replayWhatIf(settings: Config, { org, task, policy, model, decider, ...times }: WhatIfOptions): Promise<void> {
  const range = checkedRange(times);
  if (task !== undefined && !(tasks as readonly string[]).includes(task)) throw new Error(`--task ${task} is no task; there are ${tasks.join(', ')}`);
  const asked: VariantRequest[] = [...(await Promise.all(policy.map(policyVariant))), ...model.map((id) => ({ name: id, model: id })), ...decider.map((version) => ({ name: `decider ${version}`, decider: version }))];
  if (asked.length === 0) throw new Error('name what is to be other than it was: --policy, --model or --decider');
  const filter = { ...range, ...(org === undefined ? {} : { orgId: org }), ...(task === undefined ? {} : { task }) };
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop);
  try {
    console.log(whatIfText(await withReplayer(settings, (tools) => whatIf(tools, { filter, asked, signal: stopping.signal }))));
  } catch (error) {
    throw stopping.signal.aborted ? new Error('broken off; the same command goes on from here') : error;
  } finally {
    process.off('SIGINT', stop);
  }
}

/** @param signal aborted when the command is told to stop. */
async function whatIf({ config, replayer, onProgress }: Tools, { filter, asked, signal }: { filter: WhatIfFilter; asked: readonly VariantRequest[]; signal: AbortSignal }): Promise<WhatIfReport> {
  const variants = namedVariants(asked, await knownTo(replayer, { variants: asked }));
  const walk = await keptWalk(config.dataDir, { filter, asked, resolved: variants.map(({ policy, decider }) => [policy, decider?.id]) }, signal);
  if (walk.checkpoints.last !== null) console.error('going on from where it was broken off, with the log as it was then');
  const report = await runWhatIf(replayer, { filter, variants, signal, checkpoints: walk.checkpoints, onProgress });
  await walk.forget();
  return report;
}

/** @param which a published policy, or a file that holds one: a file's name has a dot or a slash. */
async function policyVariant(which: string): Promise<VariantRequest> {
  if (!/[./]/.test(which)) return { name: which, policy: which };
  const parsed = await policyFile(which);
  return { name: which.slice(-100), policy: parsed.policy ?? parsed };
}

async function policyFile(path: string): Promise<{ policy?: unknown }> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new Error(`--policy ${path} cannot be read: ${error.message}`);
  });
  try {
    const parsed = JSON.parse(text) as unknown;
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch (error) {
    throw new Error(`--policy ${path} is not JSON: ${(error as Error).message}`);
  }
  throw new Error(`--policy ${path} holds no policy: it must be a JSON object`);
}

/** @throws Error that begins with the policy, model or decider that is at fault. */
function namedVariants(asked: readonly VariantRequest[], known: Known): ReturnType<typeof variantsOf> {
  try {
    return variantsOf(asked, known);
  } catch (error) {
    const at = error instanceof Refused ? /^variants\.(\d+)/.exec(error.param ?? '') : null;
    throw at ? new Error(`${asked[Number(at[1])]!.name}: ${(error as Refused).message}`) : error;
  }
}

export function whatIfText({ decisions, skipped, variants }: WhatIfReport): string {
  const rows = variants.map(({ name, changed, refused, cost_before_dollars: was, cost_after_dollars: is, cost_after_low_dollars: low, cost_after_high_dollars: high, quality, expected_success_change: success }) => [
    name, String(changed), String(refused), rounded(was), `${rounded(is)} (${rounded(low)} to ${rounded(high)})`,
    quality.method === 'doubly_robust' ? `${quality.value.toFixed(3)} (${quality.low.toFixed(3)} to ${quality.high.toFixed(3)}), of feedback` : success === null ? 'unknown' : `${success >= 0 ? '+' : ''}${success.toFixed(4)}, by the prior`,
  ]);
  const table = [['variant', 'changed', 'refused', 'cost was', 'cost would be (95 %)', 'quality'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return [`${decisions} decisions${skipped > 0 ? `, ${skipped} skipped (this build cannot make them again)` : ''}`, ...table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()}`)].join('\n');
}

/** Dollars to four decimals, for the eye. */
const rounded = (dollars: string): string => Number(dollars).toFixed(4);

export function verifiedText({ decisions, reproduced, classification, differences, head }: VerifiedReplay): string {
  const taken = Object.entries(classification).filter(([how]) => how !== 'recomputed').map(([how, count]) => `${count} with the classification as recorded (${how.replaceAll('_', ' ')})`);
  return [
    `${reproduced} of ${decisions} decisions reproduce byte for byte, up to position ${head}${taken.length > 0 ? `; ${taken.join(', ')}` : ''}`,
    ...differences.map(({ request_id: id, position, verdict }) => `  ${id} at ${position}: ${inWords(verdict)}`),
  ].join('\n');
}

/** @throws Error naming the option. */
export function checkedRange(times: TimeRange, now = new Date().toISOString()): TimeRange {
  try {
    return timeRange({ ...(times.from !== undefined && { from: times.from }), ...(times.to !== undefined && { to: times.to }) }, now);
  } catch (error) {
    throw error instanceof Refused ? new Error(`--${error.message}`) : error;
  }
}

/** A bar on a terminal; nothing where there is none. */
export const progressBar = (): SingleBar => {
  const bar = new SingleBar({ format: '  {bar} {percentage} %  {decisions} decisions  {eta_formatted} left', noTTYOutput: false, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
  bar.start(1, 0, { decisions: 0 });
  return bar;
};
