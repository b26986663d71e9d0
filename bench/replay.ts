/**
 * `npm run bench:replay -- [decisions]`: verified replay and what-if over a generated history, one thread, no store.
 * The history is made in pieces, goes through both, and is thrown away: a million decisions show whether memory stays
 * flat, which a line for each twentieth part tells. Time is the processor's, of replaying alone; making the history takes
 * about as long again. Bars: 10,000 decisions a second and core for each, flat memory.
 */
import { cpus } from 'node:os';
import type { Recorded } from '../libs/event-sourcing/domain/event.js';
import { ReplayPass, replayTypes, usualWindow, type Placed } from '../libs/audit/domain/replay-pass.js';
import { reproduce, type Text } from '../libs/audit/domain/reproduce.js';
import { asItWas } from '../libs/audit/testing/as-it-was.js';
import { SeenLengths, WhatIf } from '../libs/audit/domain/what-if.js';
import { keepShapes } from '../libs/audit/replay/kept-shapes.js';
import { WhatIfWalk } from '../libs/audit/replay/what-if-walk.js';
import type { RecordedDecision } from '../libs/audit/domain/recorded-decision.js';
import { DecisionHistory } from '../libs/audit/testing/decision-history.js';
import { defaultPolicy } from '../libs/routing/domain/policy.js';
import type { RoutingText } from '../libs/routing/domain/request.js';
import { DeciderRegistry } from '../libs/routing/exports.js';

const decisions = Number(process.argv[2] ?? 20_000);
const pieceOf = 20_000;
const linesPrinted = 20;
const deciders = new DeciderRegistry();
keepShapes();
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

/** What one way of replaying has come to. */
class Measured {
  us = 0;
  private answered = 0;

  constructor(
    readonly name: string,
    private readonly decided: () => number,
  ) {}

  async over<T>(work: () => Promise<T>): Promise<T> {
    const before = process.cpuUsage();
    const done = await work();
    const { user, system } = process.cpuUsage(before);
    this.us += user + system;
    this.answered = this.decided();
    return done;
  }

  get figures(): string {
    return `${this.name}: ${Math.round((1e6 * this.answered) / this.us)} decisions/s of processor time (${(this.us / this.answered).toFixed(1)} µs each)`;
  }
}

const heapMb = (): number => {
  gc?.();
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
};

console.log(`${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.version}, ${decisions} decisions; heaps include the generator's`);

const pass = new ReplayPass();
const types = new Set(replayTypes);
let [placed, reproduced] = [0, 0];
const judge = ({ decision, view }: Placed) => {
  placed += 1;
  if (view && reproduce(deciders.present, decision, textOf(decision), view).kind === 'reproduced') reproduced += 1;
};
const verified = new Measured('verified replay', () => placed);

const { modes } = defaultPolicy.policy;
const thrift = { name: 'thrift', version: 1, policy: { ...defaultPolicy.policy, modes: { ...modes, balanced: { ...modes.balanced, quality: 0.3, cost: 0.64, latency: 0.06 } } } };
const walk = new WhatIfWalk(
  {
    code: deciders.present.code, deciders, textOf: (recorded) => Promise.resolve(textOf(recorded)), variants: [{ ...asItWas, name: 'thrift', policy: thrift }], wanted: () => true, rewards: new Map(),
    gathered: [new WhatIf()], lengths: new SeenLengths(), window: usualWindow,
  },
  { view: deciders.present.code.newView(), variants: [{ kind: 'start', catalog: [] }], late: null, kept: null },
);
const asked = new Measured('what-if, one variant', () => walk.decisions);

let line = 1;
for (const piece of pieces()) {
  await verified.over(async () => {
    for (const event of piece) if (types.has(event.type)) for (const each of pass.take(event)) judge(each);
  });
  await asked.over(async () => {
    for (const event of piece) await walk.take(event);
  });
  if (placed < (line * decisions) / linesPrinted) continue;
  console.log(`after ${placed}: heap ${heapMb()} MB; ${verified.figures}; ${asked.figures}`);
  line = Math.floor((placed * linesPrinted) / decisions) + 1;
}
await verified.over(async () => {
  for (const each of pass.end()) judge(each);
});
const late = await asked.over(() => walk.end());
console.log(`${reproduced} of ${decisions} reproduce, ${walk.skipped + late.length} skipped by the what-if; heap ${heapMb()} MB at the end`);
console.log(verified.figures);
console.log(asked.figures);
