/**
 * Kills a node with SIGKILL under concurrent writers, again and again, and checks what it promised: no acknowledged
 * event is lost, no append is there in part, $all has no gap and no duplicate, and whatever was in flight can be
 * retried with the same ids.
 *
 *     node dist/eventstore/embedded/testing/crash-campaign.js --cycles 1000
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ANY, binaryEvent, EventStoreDBClient, jsonEvent, NO_STREAM, type EventData } from '@eventstore/db-client';
import { progressOn } from '../operations/progress.js';

const { values } = parseArgs({ options: { cycles: { type: 'string', default: '50' }, writers: { type: 'string', default: '24' } } });
const CYCLES = Number(values.cycles);
const WRITERS = Number(values.writers);
/** A node is killed after so long under load, picked anew for each cycle. */
const LIFE_MS = [20, 200] as const;
const BIN = fileURLToPath(new URL('../bin.js', import.meta.url));

/** One append, kept until it is acknowledged; its events share `appendId`. */
interface Attempt {
  readonly expected: bigint;
  readonly events: readonly EventData[];
}

/** Writes to a stream of its own, one append at a time. Every third one does not say which revision it expects. */
class Writer {
  readonly stream: string;
  readonly acknowledged: { readonly revision: bigint; readonly position: bigint; readonly ids: readonly string[] }[] = [];
  private readonly exact: boolean;
  private last = -1n;
  private open: Attempt | undefined;
  retried = 0;

  constructor(number: number) {
    this.stream = `writer-${number}`;
    this.exact = number % 3 !== 0;
  }

  /** Appends until the node is gone. The append in flight stays open and is retried first on the next node. */
  async run(client: EventStoreDBClient, gone: () => boolean): Promise<void> {
    while (!gone()) {
      if (this.open !== undefined) this.retried++;
      this.open ??= { expected: this.last, events: proposal() };
      const { expected, events } = this.open;
      const expectedRevision = this.exact ? (expected === -1n ? NO_STREAM : expected) : ANY;
      const answer = await client.appendToStream(this.stream, [...events], { expectedRevision }).catch((error: Error & { type?: string }) => {
        if (error.type === 'wrong-expected-version') throw new Error(`a retry on ${this.stream} was refused: ${JSON.stringify(error, bigintText)}`);
        return undefined;
      });
      if (answer === undefined) return;
      this.last = expected + BigInt(events.length);
      if (answer.nextExpectedRevision !== this.last) throw new Error(`${this.stream} answered ${answer.nextExpectedRevision}, not ${this.last}`);
      this.acknowledged.push({ revision: this.last, position: answer.position!.commit, ids: events.map(({ id }) => id) });
      this.open = undefined;
    }
  }
}

const bigintText = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

function proposal(): EventData[] {
  const metadata = { append: randomUUID(), of: randomInt(1, 5) };
  return Array.from({ length: metadata.of }, (_, index) =>
    index % 2 === 0
      ? jsonEvent({ type: 'Written', data: { filler: 'x'.repeat(randomInt(0, 2000)) }, metadata })
      : binaryEvent({ type: 'Written', data: randomBytes(randomInt(1, 6000)), metadata: Buffer.from(JSON.stringify(metadata)) as never }),
  );
}

async function startNode(dir: string): Promise<{ process: ChildProcess; connectionString: string }> {
  const child = spawn(process.execPath, [BIN, 'serve', '--dir', dir, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout! })) {
    const found = /esdb:\S+/.exec(line);
    if (found !== null) return { process: child, connectionString: found[0] };
  }
  throw new Error('the node did not start');
}

async function oneLife(dir: string, writers: readonly Writer[]): Promise<void> {
  const node = await startNode(dir);
  const client = EventStoreDBClient.connectionString(node.connectionString);
  let gone = false;
  const exited = new Promise<void>((resolve) => node.process.once('exit', () => resolve()));
  const running = Promise.all(writers.map((writer) => writer.run(client, () => gone)));
  running.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, randomInt(...LIFE_MS)));
  gone = true;
  node.process.kill('SIGKILL');
  await exited;
  await running;
  await client.dispose();
}

interface Verdict {
  readonly events: number;
  readonly appends: number;
}

async function verify(dir: string, writers: readonly Writer[]): Promise<Verdict> {
  const node = await startNode(dir);
  const client = EventStoreDBClient.connectionString(node.connectionString);
  try {
    const seen = new Map<string, { position: bigint; revision: bigint }>();
    const parts = new Map<string, { there: number; of: number }>();
    let next = 1n;
    for await (const { event } of client.readAll()) {
      if (event!.position!.commit !== next) throw new Error(`position ${next} is missing: found ${event!.position!.commit}`);
      next++;
      if (!event!.streamId.startsWith('writer-')) continue;
      if (seen.has(event!.id)) throw new Error(`event ${event!.id} is there twice`);
      seen.set(event!.id, { position: event!.position!.commit, revision: event!.revision });
      const { append, of } = event!.metadata as { append: string; of: number };
      const part = parts.get(append) ?? { there: 0, of };
      part.there++;
      parts.set(append, part);
    }
    for (const [append, { there, of }] of parts) if (there !== of) throw new Error(`append ${append} is there in part: ${there} of ${of}`);
    for (const writer of writers) checkWriter(writer, seen);
    return { events: seen.size, appends: writers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0) };
  } finally {
    await client.dispose();
    const exited = new Promise<void>((resolve) => node.process.once('exit', () => resolve()));
    node.process.kill('SIGTERM');
    await exited;
  }
}

function checkWriter({ stream, acknowledged }: Writer, seen: ReadonlyMap<string, { position: bigint; revision: bigint }>): void {
  for (const { revision, position, ids } of acknowledged) {
    for (const [index, id] of ids.entries()) {
      const there = seen.get(id);
      if (there === undefined) throw new Error(`acknowledged event ${id} of ${stream} is lost`);
      if (there.revision !== revision - BigInt(ids.length - 1 - index)) throw new Error(`event ${id} of ${stream} moved to ${there.revision}`);
    }
    if (seen.get(ids.at(-1)!)!.position !== position) throw new Error(`an append of ${stream} was acknowledged at ${position} and is elsewhere`);
  }
}

const dir = await mkdtemp(join(tmpdir(), 'event-log-crash-'));
const writers = Array.from({ length: WRITERS }, (_, number) => new Writer(number));
const progress = progressOn(process.stderr, 'kill -9', CYCLES);
try {
  for (let cycle = 1; cycle <= CYCLES; cycle++) {
    await oneLife(dir, writers);
    progress.at(cycle);
  }
  progress.end();
  const { events, appends } = await verify(dir, writers);
  const retried = writers.reduce((sum, writer) => sum + writer.retried, 0);
  console.log(`${CYCLES} kills under ${WRITERS} writers: ${appends} appends acknowledged, ${events} events, ${retried} appends in flight retried; nothing lost`);
} finally {
  await rm(dir, { recursive: true, force: true });
}
