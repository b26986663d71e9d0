/**
 * `npm run bench:holds`: what money adds to a request: hold and settle, from memory, prepaid and with three budgets of a
 * key; and how fast a wallet takes its debits in. In one thread, on a log in memory. Prints the machine.
 */
import { cpus } from 'node:os';
import { recorded } from '../libs/event-sourcing/projections/testing/recorded.js';
import type { KeyId, OrgId } from '../libs/identity/domain/caller.js';
import { dollars, toPico } from '../libs/money/money.js';
import { budget } from '../libs/wallet/domain/budget.js';
import { Budgets, BudgetTerms } from '../libs/wallet/budgets.js';
import { UsageSettler } from '../libs/wallet/commands/settle-usage.js';
import { Wallets } from '../libs/wallet/commands/wallets.js';
import { Holds } from '../libs/wallet/holds.js';
import { MemoryLog } from '../libs/wallet/testing/memory-log.js';

const warmUp = 20_000;
const rounds = 200_000;
const debits = 20_000;
const batch = 500;
const orgId = 'org_bench' as OrgId;
const keyId = 'key_bench' as KeyId;
const at = new Date().toISOString();
const context = (commandId: string) => ({ orgId, actor: 'cli' as const, commandId, correlationId: commandId, at });
const onError = (error: unknown) => {
  throw error;
};

const log = new MemoryLog(() => Promise.resolve());
const wallets = new Wallets(log);
await wallets.execute(orgId, { type: 'CreditWallet', at, creditId: 'c', amount: dollars('1000000000'), origin: 'manual', reference: 'bench', sourcePosition: null }, context('credit'));

/** Grants whatever is asked, at once: the budget's own stream is not what is measured. */
const granting = { decide: () => Promise.resolve({ events: [{ type: 'BudgetLeased', data: { holder: 'bench', amount: toPico(dollars('1000000')), limit: toPico(dollars('1000000')), expiresAt: null } }], state: budget.initial }) };
const terms = new BudgetTerms();
const limit = toPico(dollars('1000000'));
terms.apply(recorded({ type: 'ApiKeyIssued', data: { keyId, terms: { budget: { perDay: limit, perMonth: limit, total: limit } } } }, { orgId }));
const budgets = new Budgets(granting as never, terms, { holder: 'bench', sliceMs: 3_600_000, idleMs: 60_000, now: Date.now, onError });

const settings = { billing: 'prepaid' as const, holder: 'bench', leaseMs: 3_600_000, patienceMs: 0, now: Date.now, after: onError, onError, reclaim: (_: OrgId, state: Awaited<ReturnType<Wallets['refreshed']>>) => Promise.resolve(state) };
const plain = new Holds(wallets, null, settings);
const budgeted = new Holds(wallets, budgets, { ...settings, holder: 'bench-2' });
const upTo = dollars('0.01');
const cost = dollars('0.001');

async function request(holds: Holds, n: number): Promise<void> {
  const requestId = `r${n}`;
  await holds.hold({ orgId, keyId, mode: 'live', requestId, upTo, at });
  holds.settle(requestId, cost);
}

async function measure(name: string, holds: Holds): Promise<void> {
  for (let n = 0; n < warmUp; n++) await request(holds, n);
  const times = new Float64Array(rounds);
  for (let n = 0; n < rounds; n++) {
    const startedAt = performance.now();
    await request(holds, warmUp + n);
    times[n] = performance.now() - startedAt;
  }
  times.sort();
  const at = (quantile: number) => (times[Math.floor(rounds * quantile)]! * 1_000).toFixed(2);
  console.log(`${name}: ${at(0.5)} µs at the median, ${at(0.99)} µs at p99, ${at(0.999)} µs at p99.9`);
}

async function measureDebits(): Promise<void> {
  const settler = new UsageSettler(wallets, log);
  const ended = Array.from({ length: debits }, (_, n) =>
    recorded(
      { type: 'InferenceCompleted', data: { mode: 'live', keyId, model: 'a/b', provider: 'a', cost: toPico(cost), costStatus: 'exact' } },
      { stream: `route-d${n}`, commit: BigInt(1_000_000 + n), orgId, at },
    ),
  );
  const startedAt = performance.now();
  for (let n = 0; n < debits; n += batch) await settler.settle(ended.slice(n, n + batch));
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`debits of one wallet, ${batch} at a time: ${Math.round(debits / seconds).toLocaleString('en')} a second`);
}

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, ${rounds.toLocaleString('en')} requests`);
await measure('hold and settle, prepaid', plain);
await measure('hold and settle, prepaid, three budgets', budgeted);
await measureDebits();
