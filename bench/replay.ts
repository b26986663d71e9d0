/**
 * `npm run bench:replay -- [decisions]`: verified replay and what-if over a generated history, one thread, no store.
 * The history is made in pieces and thrown away, so that a million decisions show whether memory stays flat. Time is the
 * processor's, of replaying alone. Bars: 10,000 decisions a second and core for each, flat memory.
 */
import { cpus } from 'node:os';
import type { Recorded } from '../libs/event-sourcing/domain/event.js';
import { ReplayPass, replayTypes, usualWindow, type Placed } from '../libs/audit/domain/replay-pass.js';
import { reproduce, type Text } from '../libs/audit/domain/reproduce.js';
import { asItWas } from '../libs/audit/domain/variant.js';
import { SeenLengths, WhatIf } from '../libs/audit/domain/what-if.js';
import { WhatIfWalk } from '../libs/audit/replay/what-if-walk.js';
import type { RecordedDecision } from '../libs/audit/domain/recorded-decision.js';
import { DecisionHistory } from '../libs/audit/testing/decision-history.js';
import { defaultPolicy } from '../libs/routing/domain/policy.js';
import type { RoutingText } from '../libs/routing/domain/request.js';
import { DeciderRegistry } from '../libs/routing/exports.js';

const decisions = Number(process.argv[2] ?? 20_000);
const pieceOf = 20_000;
const deciders = new DeciderRegistry();
const gc = (globalThis as { gc?: () => void }).gc;

const textOf = ({ requested }: RecordedDecision): Text => ({
  kind: 'text',
  text: (JSON.parse(Buffer.from(requested.content!.text, 'base64').toString('utf8')) as { text: RoutingText }).text,
});

function* pieces(): Generator<readonly Recorded[]> {
  let piece: Recorded[] = [];
  for (const event of new DecisionHistory({ decisions }).events()) {
    // As it would come from the log: parsed, and sharing nothing with whoever made it.
    piece.push({ ...event, data: JSON.parse(JSON.stringify(event.data)) as object });
    if (piece.length < pieceOf) continue;
    yield piece;
    piece = [];
  }
  yield piece;
}

async function measure(name: string, take: (event: Recorded) => Promise<void>, end: () => Promise<string>): Promise<void> {
  const heaps: number[] = [];
  let us = 0;
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = process.cpuUsage();
    const done = await work();
    const { user, system } = process.cpuUsage(before);
    us += user + system;
    return done;
  };
  for (const piece of pieces()) {
    await timed(async () => {
      for (const event of piece) await take(event);
    });
    gc?.();
    heaps.push(process.memoryUsage().heapUsed / 2 ** 20);
  }
  const found = await timed(end);
  const heap = heaps.length < 4 ? `${Math.round(heaps.at(-1)!)} MB` : `${Math.round(heaps[Math.floor(heaps.length / 4)]!)} MB after a quarter, ${Math.round(heaps.at(-1)!)} MB at the end`;
  console.log(`${name}: ${found}, ${Math.round((1e6 * decisions) / us)} decisions/s of processor time (${(us / decisions).toFixed(0)} µs each); heap ${heap}, the generator's included`);
}

console.log(`${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.version}, ${decisions} decisions`);

const pass = new ReplayPass();
const types = new Set(replayTypes);
let reproduced = 0;
const judge = ({ decision, view }: Placed) => {
  if (view && reproduce(deciders.present, decision, textOf(decision), view).kind === 'reproduced') reproduced += 1;
};
await measure(
  'verified replay',
  async (event) => {
    if (types.has(event.type)) for (const placed of pass.take(event)) judge(placed);
  },
  async () => {
    for (const placed of pass.end()) judge(placed);
    return `${reproduced} of ${decisions} reproduce`;
  },
);

const { modes } = defaultPolicy.policy;
const thrift = { name: 'thrift', version: 1, policy: { ...defaultPolicy.policy, modes: { ...modes, balanced: { ...modes.balanced, quality: 0.3, cost: 0.64, latency: 0.06 } } } };
const walk = new WhatIfWalk(
  {
    code: deciders.present.code, deciders, textOf: (recorded) => Promise.resolve(textOf(recorded)), variants: [{ ...asItWas, name: 'thrift', policy: thrift }], wanted: () => true, rewards: new Map(),
    catalogs: [[]], gathered: [new WhatIf()], lengths: new SeenLengths(), first: true, window: usualWindow,
  },
  null,
);
await measure('what-if, one variant', (event) => walk.take(event), async () => `${await walk.end()} skipped`);
