import { statfs } from 'node:fs/promises';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import type { Config } from '../../libs/platform/config.js';
import { Db } from '../../libs/platform/postgres.js';
import { allMigrations } from '../../migrations/all.js';
import { runningStores } from './running.js';
import { withStores } from './stores.js';

interface Finding {
  readonly what: string;
  readonly good: boolean;
  readonly said: string;
}

const leastFreeGiB = 1;

/** `greatrouter doctor`: what is right, what is wrong, and what to do. Ends with status 1 when something is wrong. */
export async function doctorCommand(settings: Config): Promise<void> {
  const findings: Finding[] = [node(), await disk(settings), await running(settings), providers(settings)];
  await withStores(settings, async (config) => {
    findings.push(await eventLog(config), await database(config));
  });
  for (const { what, good, said } of findings) console.log(`${good ? '✓' : '✗'} ${what}: ${said}`);
  if (findings.some(({ good }) => !good)) process.exitCode = 1;
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return { what: 'Node.js', good: major > 20 || (major === 20 && minor >= 19), said: `${process.version} (20.19 or newer is needed)` };
}

async function disk({ dataDir }: Config): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir);
  const freeGiB = (bavail * bsize) / 2 ** 30;
  return { what: 'disk', good: freeGiB >= leastFreeGiB, said: `${freeGiB.toFixed(1)} GiB free for ${dataDir}` };
}

async function running({ dataDir }: Config): Promise<Finding> {
  const stores = await runningStores(dataDir);
  return { what: 'service', good: true, said: stores ? `runs at ${stores.apiUrl} (process ${stores.pid})` : 'not running; start it with: npm start' };
}

function providers({ providers: settings }: Config): Finding {
  const withKey = Object.entries(settings).filter(([, { apiKey }]) => apiKey).map(([slug]) => slug);
  const said = withKey.length > 0 ? `keys for ${withKey.join(', ')}` : 'no <PROVIDER>_API_KEY is set: only test keys get answers (from the sandbox)';
  return { what: 'providers', good: true, said };
}

async function eventLog(config: Config): Promise<Finding> {
  const log = new EventLog(config.eventStoreUrl!);
  try {
    return { what: 'event log', good: true, said: `answers; newest position ${await log.head()}` };
  } catch (error) {
    return { what: 'event log', good: false, said: (error as Error).message };
  } finally {
    await log.close();
  }
}

async function database(config: Config): Promise<Finding> {
  const db = new Db(config.databaseUrl!, 1);
  try {
    const [{ version } = { version: '' }] = await db.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
    const done = await db.query<{ name: string }>('SELECT name FROM migrations').catch(() => []);
    const missing = (await allMigrations()).length - done.length;
    return { what: 'PostgreSQL', good: missing === 0, said: missing === 0 ? `${version}, up to date` : `${version}, ${missing} migrations missing; run: npx greatrouter migrate` };
  } catch (error) {
    return { what: 'PostgreSQL', good: false, said: (error as Error).message };
  } finally {
    await db.close();
  }
}
