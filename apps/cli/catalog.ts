/** `greatrouter catalog publish`: brings the log to the shipped catalogue with the operator's overrides on top. */
import { randomUUID } from 'node:crypto';
import { EventLog } from '../../libs/event-sourcing/event-log.js';
import { LiveFolds } from '../../libs/event-sourcing/live-folds.js';
import { LiveCatalog, overridesIn, plannedCatalog, publishCatalog, readOverrides, sandboxModels, shippedCatalog, type PublishReport } from '../../libs/catalog/exports.js';

export interface CatalogPublishOptions {
  readonly eventStoreUrl: string;
  readonly dataDir: string;
  /** Instead of the file in the data folder. */
  readonly overrides?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/** @throws InvalidOverrides, or Error naming the file that cannot be read. */
export async function catalogPublish(options: CatalogPublishOptions): Promise<PublishReport> {
  const overrides = await readOverrides(options.overrides ?? overridesIn(options.dataDir), options.overrides !== undefined);
  const log = new EventLog(options.eventStoreUrl);
  const catalog = new LiveCatalog();
  const folds = new LiveFolds(log, null, (error) => console.error(error));
  folds.register(catalog);
  try {
    await folds.start();
    const publishing = { shipped: [...shippedCatalog(), ...sandboxModels()], overrides, current: catalog.latest() };
    if (options.dryRun) return plannedCatalog(publishing);
    const id = randomUUID();
    const context = { orgId: null, actor: 'cli' as const, commandId: id, correlationId: id, at: new Date().toISOString() };
    return await publishCatalog(log, { ...publishing, context });
  } finally {
    await folds.stop();
    await log.close();
  }
}

/** What a person reads: each difference, then the counts. */
export function catalogPublishText({ lines, listed, repriced, changed, retired, unchanged }: PublishReport, dryRun: boolean): string {
  const counts = `${listed} listed, ${repriced} repriced, ${changed} changed, ${retired} retired, ${unchanged} unchanged`;
  return [...lines, dryRun ? `would write: ${counts}` : counts].join('\n');
}
