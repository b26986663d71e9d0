/**
 * Speed of the embedded event log, durable, through the official client (the node in its own thread) and of the store
 * alone. 1 KiB events. One command, prints the machine and the settings with the figures:
 *
 *     npm run bench:event-log             about a minute
 *     npm run bench:event-log -- --open   also a log of 1,000,000 events: time and memory to open
 *     ... --only store,client,open   some of it; --seconds 5   longer lines; --dir /mnt/disk   another disk
 */
import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { binaryEvent, EventStoreDBClient, jsonEvent, NO_STREAM, START, END, type EventData } from '@eventstore/db-client';
import { append } from '../../eventstore/embedded/append.js';
import { create } from '../../eventstore/embedded/index.js';
import { EventStore } from '../../eventstore/embedded/store/event-store.js';
import type { ProposedEvent } from '../../eventstore/embedded/store/record.js';
import { parseUuid } from '../../eventstore/embedded/wire/uuid.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    dir: { type: 'string', default: tmpdir() },
    open: { type: 'boolean', default: false },
    events: { type: 'string', default: '1000000' },
    only: { type: 'string' },
    'open-only': { type: 'string' },
  },
});
const RUN_MS = Number(values.seconds) * 1000;
const DATA_BYTES = 1022;

const filler = 'x'.repeat(DATA_BYTES - '{"filler":""}'.length);
const bytes = randomBytes(DATA_BYTES);
const json = (): EventData => jsonEvent({ type: 'Benched', data: { filler }, metadata: { $correlationId: 'bench' } });
const binary = (): EventData => binaryEvent({ type: 'Benched', data: bytes });

interface Figure {
  readonly what: string;
  readonly perSecond: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly floor?: number;
}
const figures: Figure[] = [];
function report(figure: Figure): void {
  figures.push(figure);
  const { what, perSecond, p50, p99, floor } = figure;
  const latency = p50 === undefined ? '' : `   p50 ${p50.toFixed(1)} ms  p99 ${p99!.toFixed(1)} ms`;
  console.log(`${what.padEnd(58)} ${Math.round(perSecond).toLocaleString('en').padStart(9)} /s${latency}${floor === undefined ? '' : `   floor ${floor.toLocaleString('en')}`}`);
}
const percentile = (sorted: readonly number[], part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;

/** `concurrency` writers, each with a stream of its own and its exact revision, `size` events per append. */
async function appends(write: (stream: string, expected: bigint, size: number) => Promise<void>, concurrency: number, size: number) {
  const took: number[] = [];
  const until = performance.now() + RUN_MS;
  const writer = async () => {
    const stream = `bench-${randomUUID()}`;
    for (let last = -1n; performance.now() < until; last += BigInt(size)) {
      const started = performance.now();
      await write(stream, last, size);
      took.push(performance.now() - started);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: concurrency }, writer));
  const seconds = (performance.now() - started) / 1000;
  took.sort((a, b) => a - b);
  return { perSecond: (took.length * size) / seconds, p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
}

async function benchStore(dir: string): Promise<void> {
  const store = await EventStore.open({ dir: join(dir, 'store'), onFailure: (error) => console.error(error) });
  const type = Buffer.from('Benched');
  const metadata = Buffer.from('{"$correlationId":"bench"}');
  const event = (): ProposedEvent => ({ id: parseUuid(randomUUID()), type, json: true, data: bytes, metadata });
  const write = async (stream: string, last: bigint, size: number) => {
    const outcome = await append(store, stream, last === -1n ? 'no_stream' : Number(last), Array.from({ length: size }, event));
    if (outcome.kind !== 'appended') throw new Error(outcome.kind);
  };
  for (const [concurrency, size, floor] of [[1, 1], [16, 1], [128, 1], [16, 5, 30_000], [128, 5, 30_000]] as const) {
    report({ what: `store without gRPC, ${concurrency} writers x ${size}`, ...(await appends(write, concurrency, size)), ...(floor && { floor }) });
  }
  await store.close();
}

async function benchClient(dir: string): Promise<void> {
  const node = await create({ dir: join(dir, 'node') }).listen();
  const client = EventStoreDBClient.connectionString(node.connectionString);
  const writing = (event: () => EventData) => async (stream: string, last: bigint, size: number) => {
    await client.appendToStream(stream, Array.from({ length: size }, event), { expectedRevision: last === -1n ? NO_STREAM : last });
  };
  // The first second of a process measures the compiler.
  await appends(writing(json), 16, 5);
  for (const [kind, event, floors] of [['JSON', json, [3_000, 5_500]], ['bytes', binary, []]] as const) {
    report({ what: `official client, 1 writer x 1, ${kind}`, ...(await appends(writing(event), 1, 1)) });
    report({ what: `official client, 16 writers x 1, ${kind}`, ...(await appends(writing(event), 16, 1)), ...(floors[0] && { floor: floors[0] }) });
    report({ what: `official client, 16 writers x 5, ${kind}`, ...(await appends(writing(event), 16, 5)), ...(floors[1] && { floor: floors[1] }) });
  }
  await benchReads(client, (await node.stats()).events);
  await benchDelivery(client);
  await client.dispose();
  await node.close();
}

async function benchReads(client: EventStoreDBClient, there: number): Promise<void> {
  const wanted = Math.min(60_000, there);
  const perSecondSince = (started: number) => (wanted * 1000) / (performance.now() - started);
  // A read is taken to its end: the client's dispose() waits for ever for one that was left before.
  let started = performance.now();
  for await (const _ of client.readAll({ maxCount: wanted }));
  report({ what: '$all forward, official client', perSecond: perSecondSince(started), floor: 20_000 });
  const subscription = client.subscribeToAll({ fromPosition: START });
  let seen = 0;
  started = performance.now();
  for await (const _ of subscription) if (++seen === wanted) break;
  report({ what: 'catch-up subscription to $all, official client', perSecond: perSecondSince(started), floor: 20_000 });
  await subscription.unsubscribe();
}

/** From the call of append to the event at a live subscriber, 16 writers at once. */
async function benchDelivery(client: EventStoreDBClient): Promise<void> {
  const started = new Map<string, number>();
  const took: number[] = [];
  const subscription = client.subscribeToAll({ fromPosition: END });
  subscription.on('data', ({ event }) => {
    const at = started.get(event!.id);
    if (at !== undefined) took.push(performance.now() - at);
  });
  await new Promise<void>((resolve) => subscription.once('confirmation', () => resolve()));
  const { perSecond } = await appends(async (stream, last) => {
    const event = json();
    started.set(event.id, performance.now());
    await client.appendToStream(stream, event, { expectedRevision: last === -1n ? NO_STREAM : last });
  }, 16, 1);
  took.sort((a, b) => a - b);
  report({ what: 'append to live subscriber, 16 writers (p99 floor 25 ms)', perSecond, p50: percentile(took, 0.5), p99: percentile(took, 0.99) });
  await subscription.unsubscribe();
}

/** Fills a log, then opens it in a fresh process, which reports its time and resident memory. */
async function benchOpen(dir: string): Promise<void> {
  const folder = join(dir, 'large');
  const store = await EventStore.open({ dir: folder, onFailure: (error) => console.error(error) });
  const type = Buffer.from('Benched');
  const empty = Buffer.alloc(0);
  const total = Number(values.events);
  for (let written = 0; written < total; written += 5000) {
    const stream = `bench-${written}`;
    const events = Array.from({ length: 50 }, () => ({ id: parseUuid(randomUUID()), type, json: false, data: bytes, metadata: empty }));
    await Promise.all(Array.from({ length: 100 }, (_, part) => append(store, `${stream}-${part}`, 'no_stream', events.map((event) => ({ ...event, id: parseUuid(randomUUID()) })))));
  }
  await store.close();
  const child = fork(fileURLToPath(import.meta.url), ['--open-only', folder]);
  await new Promise((resolve) => child.once('exit', resolve));
}

async function openOnly(dir: string): Promise<void> {
  const started = performance.now();
  const node = await create({ dir }).listen();
  const ms = performance.now() - started;
  const { events } = await node.stats();
  const mib = process.memoryUsage.rss() / 2 ** 20;
  console.log(`open a log of ${events.toLocaleString('en')} events: ${ms.toFixed(0)} ms, ${mib.toFixed(0)} MiB resident   floor 2,000 ms, 250 MB`);
  await node.close();
}

if (values['open-only'] !== undefined) await openOnly(values['open-only']);
else {
  const [cpu] = cpus();
  console.log(`${cpus().length} x ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}; folder ${values.dir}`);
  console.log(`${DATA_BYTES} bytes of data per event, every append acknowledged after fdatasync, ${values.seconds} s per line\n`);
  const dir = await mkdtemp(join(values.dir, 'event-log-bench-'));
  try {
    const parts = { store: benchStore, client: benchClient, open: benchOpen };
    const chosen = values.only?.split(',') ?? ['store', 'client', ...(values.open ? ['open'] : [])];
    for (const [part, run] of Object.entries(parts)) if (chosen.includes(part)) await run(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
