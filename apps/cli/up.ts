/**
 * `greatrouter up`: everything on one machine. Starts the stores, brings them up to date, makes the first
 * organization, then supervises one process each for the API, the projections and the reactors; stops in the order
 * that loses nothing.
 */
import { migrate } from '../../libs/platform/migrate.js';
import type { Config } from '../../libs/platform/config.js';
import { allMigrations } from '../../migrations/all.js';
import { storeAway } from './exit-code.js';
import { firstSetUp, type FirstSetUp } from './first-set-up.js';
import { Progress } from './progress.js';
import { announce, withdraw } from './running.js';
import { DidNotStart, startChild, startStores, stopChild, type Child, type Stores } from './stores.js';

const services = ['projector', 'worker', 'api'] as const;
type Service = (typeof services)[number];

const restartAfterMs = 500;
/** How long a process that finds a store away is tried again at the start. */
const startPatienceMs = 30_000;

export async function up(settings: Config): Promise<void> {
  const progress = new Progress();
  console.log('GreatRouter is starting');
  const stores = await progress.step('event log and PostgreSQL', startStores(settings));
  const config = settings.with({ eventStoreUrl: stores.eventStoreUrl, databaseUrl: stores.databaseUrl });
  await progress.step('migrations', allMigrations().then((all) => migrate(stores.databaseUrl, all)));
  const first = await progress.step('catalogue, policy and first organization', firstSetUp(config));
  const supervisor = new Supervisor(config, stores);
  await progress.step('API, projections and worker', supervisor.start());
  await announce(config.dataDir, { pid: process.pid, eventStoreUrl: stores.eventStoreUrl, databaseUrl: stores.databaseUrl, apiUrl: supervisor.apiUrl });
  welcome(supervisor.apiUrl, first, progress.elapsedSeconds());
  await stopped(supervisor);
  await withdraw(config.dataDir);
}

function welcome(url: string, { apiKey, invitation }: FirstSetUp, seconds: string): void {
  console.log(`\nReady in ${seconds} s at ${url}  (API reference: ${url}/docs)`);
  console.log(apiKey ? `\nYour key, shown only now:\n\n  ${apiKey}` : '\nYour keys are as before; make another with: npx greatrouter keys create');
  if (invitation) console.log(`\nInvitation of the first owner, for the dashboard API:\n\n  ${invitation}`);
  console.log(`\nTry it:\n\n  ${example(url, apiKey ?? '$GREATROUTER_API_KEY')}\n\nCtrl-C stops everything and loses nothing.`);
}

const example = (url: string, key: string): string =>
  `curl -s ${url}/v1/auto/route -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" ` +
  `-d '{"prompt":"What is the capital of France?","input":{"messages":[{"role":"user","content":"What is the capital of France?"}]}}'`;

class Supervisor {
  private readonly children = new Map<Service, Child>();
  private readonly restarting = new Set<Promise<void>>();
  private stopping = false;
  apiUrl = '';

  constructor(
    private readonly config: Config,
    private readonly stores: Stores,
  ) {}

  async start(): Promise<void> {
    try {
      await Promise.all(services.map((service) => this.startPatiently(service)));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** On a busy machine a store may not answer in time, for the first moments. */
  private async startPatiently(service: Service): Promise<void> {
    for (const giveUpAt = performance.now() + startPatienceMs; ; ) {
      try {
        return await this.startService(service);
      } catch (error) {
        const mayPass = error instanceof DidNotStart && error.code === storeAway && performance.now() < giveUpAt;
        if (!mayPass || this.stopping) throw error;
        await new Promise((resolve) => setTimeout(resolve, restartAfterMs));
      }
    }
  }

  /** The API first: open requests end while the log and everybody who reads it are still there. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const service of ['api', 'worker', 'projector'] as const) {
      const child = this.children.get(service);
      if (child) await stopChild(child.process);
    }
    await Promise.all(this.restarting);
    await this.stores.stop();
  }

  private async startService(service: Service): Promise<void> {
    const child = await startChild(this.config, service, { EVENTSTORE_URL: this.stores.eventStoreUrl, DATABASE_URL: this.stores.databaseUrl });
    this.children.set(service, child);
    if (service === 'api') this.apiUrl = String(child.details['url']);
    child.process.once('exit', (code, signal) => {
      const restarting = this.restart(service, signal ?? code).finally(() => this.restarting.delete(restarting));
      this.restarting.add(restarting);
    });
  }

  /** What starts again while everything stops is stopped with it. */
  private async restart(service: Service, why: unknown): Promise<void> {
    while (!this.stopping) {
      console.error(`${service} ended (${String(why)}); starting it again`);
      await new Promise((resolve) => setTimeout(resolve, restartAfterMs));
      try {
        await this.startService(service);
        if (this.stopping) await stopChild(this.children.get(service)!.process);
        return;
      } catch (error) {
        why = (error as Error).message;
      }
    }
  }
}

function stopped(supervisor: Supervisor): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) return;
        asked = true;
        console.log('\nStopping: open requests are drained');
        void supervisor.stop().finally(resolve);
      });
    }
  });
}
