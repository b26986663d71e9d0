/** Many chaotic requests at once, and what must be true after them. */
import { add, toPico, zero } from '../../money/money.js';
import type { Outcome } from '../domain/outcome.js';
import { chanceFrom, chaotic } from './chaos.js';
import { eventsIn, modelNamed, Rig, TestSink, until } from './rig.js';
import { StandIn } from './stand-in/stand-in.js';

export interface Campaign {
  readonly endings: Readonly<Record<string, number>>;
  /** What was not as it must be, in words; empty when all is well. */
  readonly wrongs: readonly string[];
  readonly billed: string;
}

const atOnce = 64;
/** So many that circuits open now and then, and most calls are still made. */
const modelCount = 997;

export async function campaign(requests: number, seed: number): Promise<Campaign> {
  const chance = chanceFrom(seed);
  const upstream = await StandIn.listen((request) => chaotic(request, chance));
  const rig = Rig.before(upstream.url, { firstTokenMs: 1_000, idleMs: 1_000, totalMs: 10_000 });
  const wrongs: string[] = [];
  const endings: Record<string, number> = {};
  let billed = zero;
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < requests) {
      const number = ++begun;
      const { outcome, bytes, sink } = await one(rig, chance);
      endings[outcome.kind] = (endings[outcome.kind] ?? 0) + 1;
      if (outcome.cost !== null) billed = add(billed, outcome.cost);
      wrongs.push(...wrongsOf(outcome, bytes, sink).map((wrong) => `request ${number}: ${wrong}`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  await rig.close();
  await until(() => upstream.connections === 0).catch(() => wrongs.push(`${upstream.connections} connections were left open`));
  await upstream.close();
  return { endings, wrongs, billed: toPico(billed) };
}

/** One request, streamed or whole, of a client that may hang up at any time. */
async function one(rig: Rig, chance: () => number) {
  const abort = new AbortController();
  const stream = chance() < 0.7;
  const sink = stream ? new TestSink() : null;
  const leaveAfter = chance() < 0.15 ? Math.floor(chance() * 4) : -1;
  if (sink && leaveAfter >= 0) sink.onWrite = () => (sink.writes.length > leaveAfter ? abort.abort() : undefined);
  else if (leaveAfter === 0) setTimeout(() => abort.abort(), chance() * 5);
  const chain = [0, 1, 2].map(() => modelNamed(`m${Math.floor(chance() * modelCount)}`, { host: chance() < 0.5 ? 'openrouter' : 'together' }));
  return rig.ask(chain, { stream, ...(sink ? { sink } : {}), signal: abort.signal, includeUsage: chance() < 0.5, mayContinue: chance() < 0.8 });
}

function wrongsOf(outcome: Outcome, bytes: string, sink: TestSink | null): string[] {
  const wrongs: string[] = [];
  if (sink && sink.starts.length > 1) wrongs.push('the headers were sent twice');
  if (outcome.costStatus === 'unpriced' || outcome.cost === null) wrongs.push('a known price gave no cost');
  if ((outcome.usage === null) !== (outcome.cost === 0n)) wrongs.push('usage and cost disagree');
  if (!sink) return wrongs;
  const isDone = bytes.includes('data: [DONE]');
  const hasError = eventsIn(bytes).some((event) => 'error' in event);
  if (outcome.kind === 'completed' && (!isDone || hasError)) wrongs.push('a completed stream has no clean end');
  if (outcome.kind === 'failed' && isDone) wrongs.push('a failed stream ended as if complete');
  if (outcome.kind === 'failed' && sink.writes.length > 0 && !hasError) wrongs.push('a failed stream ended without an error event');
  return wrongs;
}
