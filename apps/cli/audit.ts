/** `greatrouter audit export | verify | sign | rotate-key`: the tamper evidence of the log, from the command line. */
import { readFile } from 'node:fs/promises';
import { exportBundle, HeadSigner, PastViews, Texts, TileStore, TreeKeeper, TreeProofs, verifyTree } from '../../libs/audit/exports.js';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import type { Config } from '../../libs/platform/config.js';
import { Db } from '../../libs/platform/postgres.js';
import { Vault } from '../../libs/platform/vault.js';
import { DeciderRegistry } from '../../libs/routing/exports.js';
import { checkedRange, progressBar } from './replay.js';
import { withStores } from './stores.js';

interface Tools {
  readonly config: Config;
  readonly log: EventLog;
  readonly db: Db;
  readonly tiles: TileStore;
}

const withTools = <T>(settings: Config, work: (tools: Tools) => Promise<T>): Promise<T> =>
  withStores(settings, async (config) => {
    const log = new EventLog(config.eventStoreUrl!);
    const db = new Db(config.databaseUrl!);
    try {
      return await work({ config, log, db, tiles: new TileStore(db) });
    } finally {
      await log.close();
      await db.close();
    }
  });

/** Signs the log as it is now, then writes the bundle. */
export function auditExport(settings: Config, { from, to, org, out }: { from?: string; to?: string; org?: string; out: string }): Promise<void> {
  const range = { ...checkedRange({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }), ...(org !== undefined && { orgId: org }) };
  return withTools(settings, async (tools) => {
    await signNow(tools);
    const replayer = { log: tools.log, texts: new Texts(new Vault(tools.db, tools.config.masterKey)), deciders: new DeciderRegistry(), views: new PastViews(tools.log, tools.config) };
    const { events, decisions, reproduced, size } = await exportBundle(replayer, new TreeProofs(tools.tiles), { ...range, path: out, createdAt: new Date().toISOString() });
    console.log(`wrote ${out}: ${events} events of ${size}, ${reproduced} of ${decisions} decisions reproduced`);
  });
}

/** @throws Error when anything is not what was signed. */
export function auditVerify(settings: Config, heldFiles: readonly string[]): Promise<void> {
  return withTools(settings, async ({ log, tiles }) => {
    const held = await Promise.all(heldFiles.map((file) => readFile(file, 'utf8')));
    const head = await log.head();
    const bar = progressBar();
    bar.setTotal(Number(head));
    let seen = 0;
    const verdict = await verifyTree(log, tiles, held, (position) => (seen += 1) % 1_000 === 0 && bar.update(Number(position), { decisions: seen }));
    bar.stop();
    for (const finding of verdict.findings) console.log(`✗ ${finding}`);
    if (verdict.findings.length > 0) throw new Error('the log is not what was signed');
    console.log(`✓ ${verdict.events} events are what ${verdict.heads} signed tree heads say${held.length > 0 ? `, and the ${held.length} held outside` : ''}`);
  });
}

export function auditSign(settings: Config): Promise<void> {
  return withTools(settings, async (tools) => {
    const { heads, head } = await signNow(tools);
    process.stdout.write((head ?? heads.last!).note);
    console.error(`verifier key: ${heads.keys.at(-1)}`);
  });
}

export function auditRotateKey(settings: Config): Promise<void> {
  return withTools(settings, async (tools) => {
    const { keys } = await new HeadSigner(tools.log, tools.config.masterKey, null).rotate(new Date().toISOString());
    await signNow(tools);
    console.log(keys.at(-1));
  });
}

async function signNow({ config, log, tiles }: Tools) {
  const signer = new HeadSigner(log, config.masterKey, config.auditCheckpoint);
  const head = await signer.sign(await new TreeKeeper(log, tiles).catchUp(), new Date().toISOString());
  return { head, heads: await signer.heads() };
}
