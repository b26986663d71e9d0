/** What the commands on read models are called and take. */
import type { Command } from 'commander';
import type { RebuildWish } from './rebuild.js';
import { withLog, withStores } from './stores.js';
import type { Config } from '../../libs/platform/config.js';
import type { WithConfig } from './with-config.js';

/** What the commands on read models work with. */
const withReadModels = (config: Config, work: (wish: RebuildWish) => Promise<void>) =>
  withStores(config, async (stores) => {
    const [{ projections }, { keptFrom }] = await Promise.all([import('../projector/projections.js'), import('../../libs/event-sourcing/projections/housekeeping.js')]);
    await withLog(stores, (log) => work({ databaseUrl: stores.databaseUrl!, log, projections, keepFrom: keptFrom(Date.now(), config.logRetentionDays) }));
  });

export function addReadModelCommands(program: Command, withConfig: WithConfig): void {
  program
    .command('rebuild')
    .argument('<projection>')
    .description('make a read model anew from the log, compare it with the live one, and swap')
    .option('--force', 'swap although rows differ')
    .action(
      withConfig(async (config, name: string, { force }: { force?: boolean }) => {
        const { rebuildCommand, reportText } = await import('./rebuild.js');
        await withReadModels(config, async (wish) => {
          const report = await rebuildCommand(wish, name, force ?? false);
          console.log(reportText(report));
          if (!report.swapped) throw new Error('the rows differ, so nothing was swapped: look at them, then use --force');
        });
      }),
    );
  program
    .command('verify')
    .argument('[projection]', 'all of them when absent')
    .description('prove that live read models are what the log says, row for row')
    .action(
      withConfig(async (config, name: string | undefined) => {
        const { isVerified, reportText, verifyCommand } = await import('./rebuild.js');
        await withReadModels(config, async (wish) => {
          const reports = await verifyCommand(wish, name ?? null);
          for (const report of reports) console.log(reportText(report));
          if (!isVerified(reports)) throw new Error('not the same');
        });
      }),
    );
  const parked = program.command('parked').description('events that a projection could not apply');
  parked
    .command('list')
    .argument('[projection]')
    .action(
      withConfig(async (config, projection: string | undefined) => {
        const { parkedList, parkedStreamsText } = await import('./parked.js');
        await withStores(config, async ({ databaseUrl }) => console.log(parkedStreamsText(await parkedList(databaseUrl!, projection ?? null))));
      }),
    );
  parked
    .command('retry')
    .description('apply what is parked, stream by stream')
    .action(
      withConfig(async (config) => {
        const { drainedText, parkedRetry } = await import('./parked.js');
        await withReadModels(config, async (wish) => console.log(drainedText(await parkedRetry(wish))));
      }),
    );
}
