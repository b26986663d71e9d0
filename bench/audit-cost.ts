/**
 * What the tamper evidence costs the request path: the same load with the tree growing and with the tree held still, in
 * turns on one running product. It is held still by a lock on its tables, so that the product needs no switch for it;
 * what was missed meanwhile is made up for while it runs, so the figures with it are rather too high than too low.
 *
 *     npm run bench:audit-cost            ROUNDS=5 SECONDS=4 CONNECTIONS=32 change the load
 */
import { spawn } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Db } from '../libs/platform/postgres.js';
import type { Job, Result } from './gateway/load.js';
import { startedProduct } from './started-product.js';

const setting = (name: string, usual: number) => Number(process.env[name] ?? usual);
const rounds = setting('ROUNDS', 5);
const seconds = setting('SECONDS', 4);
const connections = setting('CONNECTIONS', 32);
const body = JSON.stringify({ model: 'router', messages: [{ role: 'user', content: 'Name three rivers in France and say why they matter.' }] });

/** In a process of its own. */
function load(job: Job): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [new URL('gateway/load.js', import.meta.url).pathname], { env: { PATH: process.env['PATH'] ?? '', LOAD: JSON.stringify(job) }, stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(printed) as Result) : reject(new Error(`the load ended with ${code}`))));
  });
}

interface Round {
  readonly p50: number;
  readonly perSecond: number;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const product = await startedProduct();
const db = new Db(product.databaseUrl, 2);

/** The tree cannot be read or written until the work is done. */
async function withTreeHeld<T>(work: () => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.query('LOCK TABLE merkle_tree IN ACCESS EXCLUSIVE MODE');
    return work();
  });
}

const treeSize = async (): Promise<number> => Number((await db.query<{ size: string }>('SELECT size FROM merkle_tree'))[0]?.size ?? 0);

async function round(): Promise<Round> {
  const job: Job = { port: Number(new URL(product.url).port), path: '/v1/chat/completions', headers: { authorization: `Bearer ${product.key}` }, body, connections: 1, kind: 'whole', seconds };
  const alone = await load(job);
  const many = await load({ ...job, connections });
  if (alone.failures + many.failures > 0) throw new Error(`requests failed: ${alone.example ?? many.example}`);
  return { p50: alone.p50, perSecond: many.perSecond };
}

try {
  console.log(`${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}; the load shares the machine; ${rounds} rounds of ${seconds} s with 1 and with ${connections} connections, in turns`);
  await round();
  const [on, off]: [Round[], Round[]] = [[], []];
  let grown = 0;
  for (let i = 0; i < rounds; i += 1) {
    // Who goes first changes from round to round: the log is longer for whoever comes second.
    const turns = [async () => void off.push(await withTreeHeld(round)), async () => {
      const before = await treeSize();
      on.push(await round());
      grown += (await treeSize()) - before;
    }];
    for (const turn of i % 2 === 0 ? turns : turns.toReversed()) {
      await turn();
      await pause(1_500);
    }
  }
  for (const [name, of] of [['tree growing', on], ['tree held still', off]] as const) {
    console.log(`${name}: 1 connection p50 ${median(of.map(({ p50 }) => p50)).toFixed(2)} ms; ${connections} connections ${Math.round(median(of.map(({ perSecond }) => perSecond)))} requests/s (${of.map(({ perSecond }) => Math.round(perSecond)).join(', ')})`);
  }
  console.log(`${grown} events went into the tree while it grew`);
} finally {
  await db.close();
  await product.stop();
}
