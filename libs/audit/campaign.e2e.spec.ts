/** Several processes decide on one log; every decision is made again, and what is changed behind the log is named: npm run campaign:audit */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { shippedCatalog } from '../catalog/exports.js';
import type { LogMessage } from '../event-sourcing/subscription.js';
import type { EventLog } from '../event-sourcing/event-log.js';
import type { StoredEvent } from '../event-sourcing/stored-event.js';
import { testLog, type TestLog } from '../event-sourcing/testing/log.js';
import { testDatabase, type TestDatabase } from '../platform/testing/postgres.js';
import { DeciderRegistry } from '../routing/exports.js';
import type { Texts } from './replay/texts.js';
import { verifyDecisions } from './replay/verify-decisions.js';
import { openSealed } from './testing/decision-history.js';
import { HeadSigner } from './tree/head-signer.js';
import { TileStore } from './tree/tile-store.js';
import { TreeKeeper } from './tree/tree-keeper.js';
import { verifyTree } from './tree/verify-tree.js';

const decisions = Number(process.env['CAMPAIGN_DECISIONS'] ?? 300);
const processes = Number(process.env['CAMPAIGN_PROCESSES'] ?? 2);
const at = '2026-10-15T00:00:00.000Z';
const figures = (text: string) => process.env['CAMPAIGN_DECISIONS'] && process.stdout.write(`${text}\n`);

/** The log as somebody would show it who changed its store. */
const copyOf = (log: EventLog, change: (events: AsyncIterable<StoredEvent>) => AsyncIterable<StoredEvent>): EventLog =>
  Object.assign(Object.create(log) as EventLog, { readStored: () => change(log.readStored()) });

describe('a campaign of several processes', () => {
  let log: TestLog;
  let database: TestDatabase;
  let store: TileStore;
  let note: string;

  beforeAll(async () => {
    [log, database] = await Promise.all([testLog(), testDatabase()]);
    await Promise.all(shippedCatalog().map((model) => log.log.append(`model-${model.id}`, 'no_stream', [{ type: 'ModelListed', data: { model, publisher: 'shipped' } }], { orgId: null, actor: 'system:history', commandId: model.id, correlationId: model.id, at })));
    const started = performance.now();
    const share = (i: number) => Math.floor(decisions / processes) + (i < decisions % processes ? 1 : 0);
    const children = Array.from({ length: processes }, (_, i) => fork(new URL('../../dist/libs/audit/testing/deciding-process.js', import.meta.url).pathname, [log.connectionString, String(i + 1), String(share(i))]));
    const codes = await Promise.all(children.map(async (child) => ((await once(child, 'exit')) as [number])[0]));
    expect(codes).toEqual(children.map(() => 0));
    store = new TileStore(database.db);
    note = (await new HeadSigner(log.log, Buffer.alloc(32, 7), null).sign(await new TreeKeeper(log.log, store).catchUp(), at))!.note;
    figures(`${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.version}; ${decisions} decisions over two weeks by ${processes} processes: ${Math.round(performance.now() - started)} ms`);
  }, 3_600_000);
  afterAll(async () => {
    await log.close();
    await database.drop();
  });

  const verified = (of: EventLog) => verifyDecisions({ log: of, deciders: new DeciderRegistry(), texts: { of: async ({ content }: { content: never }) => ({ kind: 'text', ...(JSON.parse((await openSealed(content))!) as object) }) } as unknown as Texts }, {});

  it('reproduces N of N', async () => {
    const started = performance.now();
    expect(await verified(log.log)).toMatchObject({ decisions, reproduced: decisions, classification: { recomputed: decisions }, differences: [] });
    figures(`verified replay: ${decisions} of ${decisions} in ${Math.round(performance.now() - started)} ms`);
    expect((await verifyTree(log.log, store, [note])).findings).toEqual([]);
  });

  it('names the field that a changed price changes in the decisions', async () => {
    let changed = false;
    const dearer = Object.assign(Object.create(log.log) as EventLog, {
      subscribe(options: object) {
        const reading = log.log.subscribe(options);
        const messages = async function* (): AsyncGenerator<LogMessage> {
          for await (const message of reading) {
            if (!changed && message.kind === 'event' && message.event.type === 'ModelListed' && JSON.stringify(message.event.data).includes('"id":"openai/gpt-5"')) {
              changed = true;
              const data = JSON.parse(JSON.stringify(message.event.data), (key, value: unknown) => (typeof value === 'string' && /^[1-9]\d+$/.test(value) && key !== 'from' ? `${value}0` : value)) as object;
              yield { ...message, event: { ...message.event, data } };
            } else yield message;
          }
        };
        return Object.assign(messages(), { unsubscribe: () => reading.unsubscribe() });
      },
    });
    const { reproduced, differences } = await verified(dearer);
    expect(changed).toBe(true);
    expect(reproduced).toBeLessThan(decisions);
    expect(differences[0]).toMatchObject({ verdict: { kind: 'different', field: expect.any(String), input: expect.any(String) } });
  });

  const place = 700;
  const flipped = (event: StoredEvent): StoredEvent => ({ ...event, data: Buffer.from(event.data).fill(event.data[0]! ^ 1, 0, 1) });
  const edited = (edit: (event: StoredEvent, index: number) => readonly StoredEvent[]) =>
    async function* (events: AsyncIterable<StoredEvent>): AsyncGenerator<StoredEvent> {
      let index = 0;
      for await (const event of events) yield* edit(event, index++);
    };
  let kept: StoredEvent;
  const reordered = (event: StoredEvent, index: number) => {
    if (index === place) kept = event;
    return index === place ? [] : index === place + 1 ? [event, kept] : [event];
  };

  it.each<[string, (event: StoredEvent, index: number) => readonly StoredEvent[], RegExp]>([
    ['one flipped byte', (event, index) => [index === place ? flipped(event) : event], /^event 700, .* was changed: byte 0 of its data is .* and was 0x7b$/],
    ['one removed event', (event, index) => (index === place ? [] : [event]), /^event 700, at position \d+, was removed$/],
    ['two reordered events', reordered, /^event 700, .* is read out of its order: events were reordered$/],
    ['one inserted event', (event, index) => (index === place ? [{ ...event, id: 'another' }, event] : [event]), /^.* was inserted before event 700$/],
  ])('names %s', async (_, edit, finding) => {
    const { findings } = await verifyTree(copyOf(log.log, edited(edit)), store, [note]);
    expect(findings[0]).toMatch(finding);
  });

  it('names a forged tree head', async () => {
    const forged = note.replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) - 1}\n`);
    expect((await verifyTree(log.log, store, [note, forged])).findings).toEqual([expect.stringContaining('is forged: the signature')]);
  });
});
