/** `greatrouter replay verify`: every decision of the log is made again and compared, byte for byte. */
import { Presets, SingleBar } from 'cli-progress';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import { inWords } from '../../libs/audit/domain/story-text.js';
import { Deciders } from '../../libs/audit/domain/reproduce.js';
import { Texts, verifyDecisions, type DecisionRange, type VerifiedReplay } from '../../libs/audit/exports.js';
import type { Config } from '../../libs/platform/config.js';
import { Db } from '../../libs/platform/postgres.js';
import { Vault } from '../../libs/platform/vault.js';
import { loadClassifierWeights } from '../../libs/routing/exports.js';
import { withStores } from './stores.js';

/** @throws Error when a decision did not reproduce, so that the command fails. */
export function replayVerify(settings: Config, range: DecisionRange): Promise<void> {
  checkRange(range);
  return withStores(settings, async (config) => {
    const log = new EventLog(config.eventStoreUrl!);
    const db = new Db(config.databaseUrl!);
    const bar = progressBar();
    try {
      const replayer = { log, texts: new Texts(new Vault(db, config.masterKey)), deciders: new Deciders(loadClassifierWeights()) };
      const verified = await verifyDecisions(replayer, range, ({ position, head, decisions }) => {
        bar.setTotal(Number(head));
        bar.update(Number(position), { decisions });
      });
      bar.stop();
      console.log(verifiedText(verified));
      if (verified.reproduced < verified.decisions) throw new Error(`${verified.decisions - verified.reproduced} of ${verified.decisions} decisions did not reproduce`);
    } finally {
      bar.stop();
      await log.close();
      await db.close();
    }
  });
}

export function verifiedText({ decisions, reproduced, classification, differences, head }: VerifiedReplay): string {
  const taken = Object.entries(classification).filter(([how]) => how !== 'recomputed').map(([how, count]) => `${count} with the classification as recorded (${how.replaceAll('_', ' ')})`);
  return [
    `${reproduced} of ${decisions} decisions reproduce byte for byte, up to position ${head}${taken.length > 0 ? `; ${taken.join(', ')}` : ''}`,
    ...differences.map(({ request_id: id, position, verdict }) => `  ${id} at ${position}: ${inWords(verdict)}`),
  ].join('\n');
}

/** @throws Error naming the option. */
export function checkRange({ from, to }: DecisionRange, now = new Date().toISOString()): void {
  if (from !== undefined && to !== undefined && from >= to) throw new Error(`--from ${from} is not before --to ${to}`);
  if (from !== undefined && from > now) throw new Error(`--from ${from} lies in the future`);
}

/** A bar on a terminal; nothing where there is none. */
export const progressBar = (): SingleBar => {
  const bar = new SingleBar({ format: '  {bar} {percentage} %  {decisions} decisions  {eta_formatted} left', noTTYOutput: false, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
  bar.start(1, 0, { decisions: 0 });
  return bar;
};
