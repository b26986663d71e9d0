/**
 * Random trouble at every point of the whole product: providers that fail in every way, clients that hang up at any
 * time. Afterwards the log must tell of one ending for each request, the wallet must have debited what the log says
 * was spent, and the API process must hold nothing more than before.
 */
import { Agent, fetch } from 'undici';
import type { EventLog } from '../../../libs/event-sourcing/event-log.js';
import { chanceFrom } from '../../../libs/inference/testing/chaos.js';
import { eventsIn } from '../../../libs/inference/testing/rig.js';
import type { StandIn } from '../../../libs/inference/testing/stand-in/stand-in.js';

export interface Fleet {
  readonly url: string;
  readonly key: string;
  readonly log: EventLog;
  readonly provider: StandIn;
  /** Ids of models the provider serves. */
  readonly models: readonly string[];
}

export interface Campaign {
  /** How many requests the log tells of, by how they ended. */
  readonly endings: Readonly<Record<string, number>>;
  /** Pico-dollars by the endings in the log, and by the debits of the wallet. */
  readonly spent: bigint;
  readonly debited: bigint;
  /** What was not as it must be, in words. */
  readonly wrongs: readonly string[];
}

/** Most of them are waiting: for a first token, or for silence to be over. */
const atOnce = 64;
const terminal = /^Inference(Completed|Failed|Cancelled)$/;

export async function campaign(fleet: Fleet, requests: number, seed: number): Promise<Campaign> {
  const chance = chanceFrom(seed);
  const wrongs: string[] = [];
  const answered = new Set<string>();
  let begun = 0;
  const connections = new Agent();
  const worker = async (): Promise<void> => {
    while (begun < requests) {
      const number = ++begun;
      const { id, wrong } = await ask(fleet, chance, connections);
      if (id !== null) answered.add(id);
      if (wrong !== null) wrongs.push(`request ${number}: ${wrong}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  // Kept open for as long as the server offers, they would be taken for what it holds.
  await connections.destroy();
  return { ...(await settled(fleet.log, answered, wrongs)), wrongs };
}

/** One request of a client that may hang up. @returns its id, when the head of an answer came */
async function ask({ url, key, models }: Fleet, chance: () => number, dispatcher: Agent): Promise<{ id: string | null; wrong: string | null }> {
  const pick = () => models[Math.floor(chance() * models.length)]!;
  const stream = chance() < 0.7;
  const leave = new AbortController();
  const patience = chance() < 0.15 ? chance() * 40 : null;
  const timer = patience === null ? null : setTimeout(() => leave.abort(), patience);
  try {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: pick(), models: [pick(), pick()], stream, messages: [{ role: 'user', content: `Say ${chance()}.` }] }),
      signal: leave.signal,
      dispatcher,
    });
    const text = await answer.text();
    return { id: answer.headers.get('x-request-id'), wrong: wrongIn(answer.status, stream, text) };
  } catch (error) {
    // A stream that broke off before its head could say so is destroyed, and a client that left sees nothing.
    return { id: null, wrong: leave.signal.aborted || (error as Error).name === 'TypeError' ? null : String(error) };
  } finally {
    if (timer) clearTimeout(timer);
  }
}

function wrongIn(status: number, stream: boolean, text: string): string | null {
  if (status !== 200) return status >= 500 || status === 429 || status === 400 ? null : `a status ${status}: ${text.slice(0, 200)}`;
  if (!stream) return text.includes('"choices"') ? null : 'a whole answer without choices';
  const isDone = text.endsWith('data: [DONE]\n\n');
  const hasError = eventsIn(text).some((event) => 'error' in event);
  return isDone === hasError ? `a stream that is ${isDone ? 'done and failed' : 'neither done nor failed'}` : null;
}

/** Waits until every request has ended and the wallet has followed, then adds up. */
async function settled(log: EventLog, answered: ReadonlySet<string>, wrongs: string[]): Promise<Pick<Campaign, 'endings' | 'spent' | 'debited'>> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const sums = await told(log);
    const open = [...sums.requests].filter(([, ended]) => ended !== 1);
    if ((open.length > 0 || sums.spent !== sums.debited) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      continue;
    }
    for (const [id, ended] of open) wrongs.push(`${id} has ended ${ended} times`);
    for (const id of answered) if (!sums.requests.has(id)) wrongs.push(`${id} was answered, and the log does not know it`);
    return sums;
  }
}

/** All that the log tells of requests, and of money. */
async function told(log: EventLog) {
  const requests = new Map<string, number>();
  const endings: Record<string, number> = {};
  let [spent, debited] = [0n, 0n];
  for await (const { type, stream, data } of log.readAll()) {
    const id = stream.slice('route-'.length);
    if (type === 'RouteRequested') requests.set(id, 0);
    else if (terminal.test(type)) {
      requests.set(id, (requests.get(id) ?? 0) + 1);
      endings[type] = (endings[type] ?? 0) + 1;
      spent += BigInt((data as { cost: string | null }).cost ?? 0);
    } else if (type === 'WalletDebited') debited += BigInt((data as { amount: string }).amount);
  }
  return { requests, endings, spent, debited };
}

export interface Held {
  readonly sockets: number;
  readonly timers: number;
  readonly residentMb: number;
}

/** What the API process holds, by its own metrics. */
export async function heldBy(url: string): Promise<Held> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const valueOf = (name: string) => Number(new RegExp(`^greatrouter_api_${name} ([\\d.e+]+)$`, 'm').exec(metrics)?.[1] ?? 0);
  return {
    sockets: valueOf('nodejs_active_resources\\{type="TCPSocketWrap"\\}'),
    timers: valueOf('nodejs_active_resources\\{type="Timeout"\\}'),
    residentMb: Math.round(valueOf('process_resident_memory_bytes') / 1_048_576),
  };
}
