/** Several processes decide on one log; every decision is made again, and what is changed in the store of the log is named: npm run campaign:audit */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { Tampering } from '../../eventstore/embedded/testing/tampering.js';
import { shippedCatalog } from '../catalog/exports.js';
import { openedLog, type TestLog } from '../event-sourcing/testing/log.js';
import { newFolder, removeFolder } from '../platform/testing/folder.js';
import { testDatabase, type TestDatabase } from '../platform/testing/postgres.js';
import { Vault } from '../platform/vault.js';
import type { ModelListed } from '../catalog/domain/catalog.js';
import { DeciderRegistry } from '../routing/exports.js';
import { Texts } from './replay/texts.js';
import { verifyDecisions, type DecisionRange } from './replay/verify-decisions.js';
import { CampaignFacts } from './testing/campaign-facts.js';
import { campaignKey } from './testing/campaign-key.js';
import { HeadSigner } from './tree/head-signer.js';
import { originOf, signedNote, signingKey } from './tree/signing.js';
import { TileStore } from './tree/tile-store.js';
import { TreeKeeper } from './tree/tree-keeper.js';
import { verifyTree } from './tree/verify-tree.js';

const decisions = Number(process.env['CAMPAIGN_DECISIONS'] ?? 300);
const processes = Number(process.env['CAMPAIGN_PROCESSES'] ?? 2);
const at = '2026-10-15T00:00:00.000Z';
const figures = (text: string) => process.env['CAMPAIGN_DECISIONS'] && process.stdout.write(`${text}\n`);

/** Long phases of the long run say how long they took. */
async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const done = await work();
  figures(`${name}: ${(Math.round(performance.now() - started) / 1_000).toFixed(1)} s`);
  return done;
}

describe('a campaign of several processes', () => {
  let log: TestLog;
  let dir: string;
  let database: TestDatabase;
  let store: TileStore;
  let note: string;
  const facts = new CampaignFacts();

  beforeAll(async () => {
    [dir, database] = await Promise.all([newFolder('campaign'), testDatabase()]);
    log = await openedLog(dir);
    figures(`${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.version}; ${decisions} decisions over two weeks by ${processes} processes`);
    await Promise.all(shippedCatalog().map((model) => log.log.append(`model-${model.id}`, 'no_stream', [{ type: 'ModelListed', data: { model, publisher: 'shipped' } }], { orgId: null, actor: 'system:history', commandId: model.id, correlationId: model.id, at })));
    const share = (i: number) => Math.floor(decisions / processes) + (i < decisions % processes ? 1 : 0);
    await timed('decided', async () => {
      const children = Array.from({ length: processes }, (_, i) =>
        fork(new URL('../../dist/libs/audit/testing/deciding-process.js', import.meta.url).pathname, [log.connectionString, database.url, String(i + 1), String(share(i))]),
      );
      // They begin together: one that is late would find the other done, and neither in its way.
      await Promise.all(children.map((child) => once(child, 'message')));
      for (const child of children) child.send('begin');
      const codes = await Promise.all(children.map(async (child) => ((await once(child, 'exit')) as [number])[0]));
      expect(codes).toEqual(children.map(() => 0));
    });
    store = new TileStore(database.db);
    note = (await timed('tree', async () => new HeadSigner(log.log, campaignKey, null).sign(await new TreeKeeper(log.log, store).catchUp(), at)))!.note;
    for await (const event of log.log.readAll()) facts.take(event);
  }, 3_600_000);
  afterAll(async () => {
    await log.close();
    await removeFolder(dir);
    await database.drop();
  });

  const verified = (range: DecisionRange = {}) => verifyDecisions({ log: log.log, deciders: new DeciderRegistry(), texts: new Texts(new Vault(database.db, campaignKey)) }, range);
  const findings = async (held: readonly string[] = [note]) => (await verifyTree(log.log, store, held)).findings;

  /** What `look` sees of a log whose store was changed while no node had it open; the change is undone after it. */
  async function tampered<T>(change: (store: Tampering) => void, look: () => Promise<T>): Promise<T> {
    await log.close();
    const tampering = await Tampering.in(dir, change);
    log = await openedLog(dir);
    try {
      return await look();
    } finally {
      await log.close();
      await tampering.undo(dir);
      log = await openedLog(dir);
    }
  }

  it('has all that changes decisions, and processes that are in each other\'s way', () => {
    expect(facts.types).toEqual(expect.arrayContaining(['ModelRepriced', 'InferenceAttemptFailed', 'PreferenceSet', 'PreferenceDeleted', 'RoutingPolicyPublished', 'FeedbackGiven', 'InferenceCompleted']));
    expect(facts.decisions).toBe(decisions);
    expect(facts.days).toBeGreaterThan(10);
    expect(facts.policyVersions.size).toBeGreaterThan(1);
    expect(facts.repricedAndChosen()).toBeGreaterThan(0);
    expect(facts.byHealth).toBeGreaterThan(0);
    expect(facts.byPreference).toBeGreaterThan(0);
    expect(facts.servedBy.size).toBe(processes);
    expect(facts.turns).toBeGreaterThan(decisions / 10);
    expect(facts.behind).toBeGreaterThan(decisions / 10);
    figures(`${Math.round(facts.days)} days; ${facts.policyVersions.size} policies decided, ${facts.repricedAndChosen()} models were chosen at more than one price, ${facts.byHealth} decisions weighed a model's health and ${facts.byPreference} a preference; ${facts.behind} were made on a view that others had gone past`);
  });

  it('reproduces N of N', async () => {
    const all = await timed('verified replay', () => verified());
    expect(all).toMatchObject({ decisions, reproduced: decisions, classification: { recomputed: decisions }, differences: [] });
    expect(await timed('log compared with its tree', () => findings())).toEqual([]);
  });

  it('finds one changed price: by its bytes, and by the decisions that do not reproduce', async () => {
    const { model, position, until } = facts.pricedAndChosen();
    const dearer = (store: Tampering) => {
      const listed = store.at(position);
      const data = JSON.parse(listed.data.toString('utf8')) as ModelListed;
      const { rates } = data.model.pricing as { rates: { input: string } };
      rates.input = rates.input.replace(/^./, (digit) => (digit === '9' ? '8' : String(Number(digit) + 1)));
      store.put(position, { ...listed, data: Buffer.from(JSON.stringify(data)) });
    };
    await tampered(dearer, async () => {
      expect(await findings()).toEqual([expect.stringMatching(new RegExp(`^event ${facts.place(position)}, ModelListed at position ${position} .*, was changed: byte \\d+ of its data is 0x3\\d and was 0x3\\d \\(field model\\.pricing\\.rates\\.input\\)$`))]);
      const { reproduced, decisions: asked, differences } = await verified({ to: until });
      expect(asked).toBeGreaterThan(reproduced);
      const named = differences.flatMap(({ verdict }) => (verdict.kind === 'different' && verdict.model !== null ? [[verdict.input, verdict.model]] : []));
      expect(new Set(named.map(String))).toEqual(new Set([`catalogue and prices,${model}`]));
    });
  });

  it.each<[string, (store: Tampering, position: number) => void, (position: number) => RegExp]>([
    [
      'one flipped bit',
      (store, position) => {
        const event = store.at(position);
        event.data[20]! ^= 4;
        store.put(position, event);
      },
      (position) => new RegExp(`^event ${facts.place(position)}, .* at position ${position} .* was changed: byte 20 of its data is 0x.. and was 0x.. \\(field`),
    ],
    ['one removed event', (store, position) => store.remove(position), (position) => new RegExp(`^event ${facts.place(position)}, at position ${position}, was removed$`)],
    [
      'two events that were exchanged',
      (store, position) => {
        const [first, second] = [store.at(position), store.at(position + 90)];
        store.put(position, second);
        store.put(position + 90, first);
      },
      (position) => new RegExp(`^event ${facts.place(position)}, .* at position ${position + 90} .*, and event ${facts.place(position + 90)}, .* at position ${position} .*, were exchanged$`),
    ],
  ])('names %s', async (_, change, finding) => {
    const position = facts.positionAt(0.6);
    expect(await tampered((store) => change(store, position), () => findings())).toEqual([expect.stringMatching(finding(position))]);
  });

  it('names one inserted event, which pushes back those behind it', async () => {
    const last = facts.positionAt(1);
    const place = last - 30;
    const insert = (store: Tampering) => {
      for (let position = last; position >= place; position -= 1) store.put(position + 1, store.at(position));
      store.put(place, { ...store.at(place), id: Buffer.alloc(16, 1) });
    };
    const found = await tampered(insert, () => findings());
    expect(found[0]).toMatch(new RegExp(`^.* at position ${place} .* was inserted before event ${facts.place(place)}$`));
    expect(found[1]).toMatch(new RegExp(`^events ${facts.place(place)} to \\d+ stand at other positions than recorded: event ${facts.place(place)} at ${place + 1}, not ${place}$`));
  });

  it('names forged tree heads', async () => {
    const key = signingKey(campaignKey, originOf((await log.log.identity())!), 1);
    const size = Number(note.split('\n')[1]);
    const voided = note.replace(/\n\d+\n/, `\n${size - 1}\n`);
    const stranger = signedNote(key.name, size, Buffer.alloc(32), [signingKey(Buffer.alloc(32, 9), key.name, 1)]);
    const split = signedNote(key.name, size - 100, Buffer.alloc(32), [key]);
    expect(await findings([note, voided, stranger, split])).toEqual([
      expect.stringMatching(/is forged: the signature by the key [0-9a-f]{8} does not fit what it says$/),
      expect.stringMatching(/is forged: it is signed by [0-9a-f]{8}, and the keys of this log are [0-9a-f]{8}$/),
      expect.stringMatching(new RegExp(`^the head of ${size - 100} events that was handed in has another root than the log, and the later head of ${size} events fits it: two histories were signed`)),
    ]);
  });
});
