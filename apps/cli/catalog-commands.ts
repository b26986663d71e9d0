/** What the commands of the catalogue and of routing policies are called and take. */
import type { Command } from 'commander';
import { withLog, withStores } from './stores.js';
import type { WithConfig } from './with-config.js';

export function addCatalogCommands(program: Command, withConfig: WithConfig): void {
  const catalog = program.command('catalog').description('the catalogue of models');
  catalog
    .command('publish')
    .description('bring the log to the shipped catalogue, with the overrides of the data folder on top')
    .option('--overrides <file>', 'instead of catalog-overrides.json in the data folder')
    .option('--dry-run', 'say what would be written')
    .action(
      withConfig(async (config, { overrides, dryRun }: { overrides?: string; dryRun?: boolean }) => {
        const { catalogPublish, catalogPublishText } = await import('./catalog.js');
        await withStores(config, async ({ eventStoreUrl, dataDir }) => {
          const report = await catalogPublish({ eventStoreUrl: eventStoreUrl!, dataDir, overrides, dryRun });
          console.log(catalogPublishText(report, dryRun ?? false));
        });
      }),
    );

  const policy = program.command('policy').description('the policies of routing');
  policy
    .command('show')
    .argument('[name]', 'policy', 'default')
    .option('--at <version>', 'an earlier version')
    .option('--json', 'as publish takes it')
    .action(
      withConfig(async (config, name: string, { at, json }: { at?: string; json?: boolean }) => {
        const { policyShow, policyText } = await import('./policy.js');
        await withLog(config, async (log) => {
          const shown = await policyShow(log, name, at === undefined ? undefined : Number(at));
          console.log(json ? JSON.stringify(shown.policy, null, 2) : policyText(shown));
        });
      }),
    );
  policy
    .command('publish')
    .argument('<file>', 'the policy as JSON')
    .option('--name <name>', 'policy', 'default')
    .option('--note <text>', 'why', '')
    .action(
      withConfig(async (config, file: string, { name, note }: { name: string; note: string }) => {
        const { policyPublish } = await import('./policy.js');
        await withLog(config, async (log) => {
          const { version, isNew } = await policyPublish(log, { name, file, note });
          console.log(isNew ? `published ${name}@${version}` : `${name}@${version} is already so`);
        });
      }),
    );
  policy
    .command('diff')
    .argument('<before>', 'a version or a file')
    .argument('<after>', 'a version or a file')
    .option('--name <name>', 'policy', 'default')
    .action(
      withConfig(async (config, before: string, after: string, { name }: { name: string }) => {
        const { policyDiff } = await import('./policy.js');
        await withLog(config, async (log) => console.log((await policyDiff(log, name, before, after)).join('\n') || 'no difference'));
      }),
    );
}
