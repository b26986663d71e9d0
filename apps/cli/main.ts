/** The command `greatrouter`. Each command's work is in a file of its own; here is only what it is called and takes. */
import { Command, Option } from 'commander';
import { addAuditCommands } from './audit-commands.js';
import { withLog, withStores } from './stores.js';
import type { Role } from '../../libs/identity/exports.js';
import { InvalidSettings, readConfig, type Config } from '../../libs/platform/config.js';
import type { KeyWish } from './keys.js';
import type { RebuildWish } from './rebuild.js';

const program = new Command('greatrouter').description('Routes prompts to the best AI model, and proves every decision it made.').showHelpAfterError();

/** Settings are read when a command runs, so that --help needs none. */
const withConfig =
  <Args extends unknown[]>(run: (config: Config, ...args: Args) => Promise<void>) =>
  (...args: Args) =>
    run(readConfig(process.env), ...args);

program
  .command('up')
  .description('start everything on this machine: stores, API, projections, worker')
  .action(withConfig(async (config) => (await import('./up.js')).up(config)));

for (const [name, description, load] of [
  ['api', 'the HTTP process alone', () => import('../api/main.js').then((module) => module.runApi)],
  ['projector', 'the projections alone', () => import('../projector/main.js').then((module) => module.runProjector)],
  ['worker', 'the reactors and jobs alone', () => import('../worker/main.js').then((module) => module.runWorker)],
  ['eventstore', 'the embedded event log alone', () => import('./eventstore.js').then((module) => module.runEventStore)],
] as const) {
  program
    .command(name)
    .description(`start ${description}`)
    .action(withConfig(async (config) => (await load())(config)));
}

program
  .command('migrate')
  .description('bring the database up to date')
  .action(withConfig(async (config) => (await import('./migrate.js')).migrateCommand(config)));

program
  .command('events')
  .argument('<request id>', 'as in x-request-id of an answer')
  .description('print the events of a request from the log')
  .action(withConfig(async (config, requestId: string) => (await import('./events.js')).eventsCommand(config, requestId)));

program
  .command('doctor')
  .description('check the settings, the stores and the providers')
  .action(withConfig(async (config) => (await import('./doctor.js')).doctorCommand(config)));

program
  .command('classify')
  .description('classify prompts from a file of {id, prompt} lines; needs no store')
  .requiredOption('--file <path>', 'one JSON object a line')
  .action(async ({ file }: { file: string }) => void (await (await import('./classify.js')).classifyFile(file, process.stdout)));

/** What the commands on read models work with. */
const withReadModels = (config: Config, work: (wish: RebuildWish) => Promise<void>) =>
  withStores(config, async (stores) => {
    const [{ projections }, { keptFrom }] = await Promise.all([import('../projector/projections.js'), import('../../libs/event-sourcing/projections/housekeeping.js')]);
    await withLog(stores, (log) => work({ databaseUrl: stores.databaseUrl!, log, projections, keepFrom: keptFrom(Date.now(), config.logRetentionDays) }));
  });

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

const keys = program.command('keys').description('API keys');
keys
  .command('create')
  .argument('<name>', 'what it is for')
  .option('--org <id or name>', 'when there are several organizations')
  .addOption(new Option('--mode <mode>', 'test keys are answered by the sandbox, free of charge').choices(['live', 'test']).default('live'))
  .addOption(new Option('--role <role>', 'what it may do').choices(['viewer', 'developer', 'admin']).default('developer'))
  .option('--expires <date>', 'ISO 8601; until it is revoked when absent')
  .action(
    withConfig(async (config, name: string, { expires, ...wish }: Pick<KeyWish, 'org' | 'mode' | 'role'> & { expires?: string }) => {
      const [{ keysCreate }, { withIdentity }] = await Promise.all([import('./keys.js'), import('./identity-tools.js')]);
      await withIdentity(config, async ({ log, pepper }) => {
        const { keyId, text } = await keysCreate(log, pepper, { ...wish, name, expiresAt: expires ?? null });
        console.error(`${keyId}, shown this once:`);
        console.log(text);
      });
    }),
  );
keys
  .command('list')
  .option('--org <id or name>', 'of one organization')
  .action(
    withConfig(async (config, { org }: { org?: string }) => {
      const [{ keysList, keysText }, { withIdentity }] = await Promise.all([import('./keys.js'), import('./identity-tools.js')]);
      await withIdentity(config, async ({ log, pepper }) => console.log(keysText(await keysList(log, pepper, org))));
    }),
  );
keys
  .command('revoke')
  .argument('<key>', 'its id, or its public part: pk_live_{9 characters}')
  .action(
    withConfig(async (config, key: string) => {
      const [{ keysRevoke }, { withIdentity }] = await Promise.all([import('./keys.js'), import('./identity-tools.js')]);
      await withIdentity(config, async ({ log, pepper }) => console.log(`revoked ${(await keysRevoke(log, pepper, key)).keyId}`));
    }),
  );

const orgs = program.command('orgs').description('organizations');
orgs
  .command('create')
  .argument('<name>')
  .action(
    withConfig(async (config, name: string) => {
      const [{ orgsCreate }, { withIdentity }] = await Promise.all([import('./orgs.js'), import('./identity-tools.js')]);
      await withIdentity(config, async ({ log }) => console.log((await orgsCreate(log, name)).orgId));
    }),
  );
orgs.command('list').action(
  withConfig(async (config) => {
    const [{ orgsList, orgsText }, { withIdentity }] = await Promise.all([import('./orgs.js'), import('./identity-tools.js')]);
    await withIdentity(config, async ({ log, pepper }) => console.log(orgsText(await orgsList(log, pepper))));
  }),
);
orgs
  .command('invite')
  .description('a token by which one person signs up')
  .option('--org <id or name>', 'when there are several organizations')
  .option('--email <address>', 'the only address it is for')
  .addOption(new Option('--role <role>', 'what the person may do').choices(['viewer', 'developer', 'admin', 'owner']).default('owner'))
  .action(
    withConfig(async (config, { org, email, role }: { org?: string; email?: string; role: Role }) => {
      const [{ orgsInvite }, { withIdentity }] = await Promise.all([import('./orgs.js'), import('./identity-tools.js')]);
      await withIdentity(config, async (tools) => {
        const invited = await orgsInvite(tools, { org, role, email: email ?? null });
        console.error(`until ${invited.expiresAt}, shown this once:`);
        console.log(invited.token);
      });
    }),
  );

const wallet = program.command('wallet').description('the wallets of organizations');
for (const [name, description, amount] of [
  ['credit', 'add money by hand', 'dollars, exact: 12.50'],
  ['adjust', 'correct a balance by hand, up or down', 'dollars, exact; write a negative one after --: -- -0.25'],
] as const) {
  wallet
    .command(name)
    .description(description)
    .argument('<organization id>')
    .argument('<amount>', amount)
    .requiredOption('--reason <text>', 'what for')
    .option('--reference <text>', 'what it is known by, such as an invoice: moved once, however often the command is run. Without it, the same amount for the same reason is moved once a day (UTC)')
    .option('--by <who>', 'who asked for it')
    .action(
      withConfig(async (config, org: string, dollars: string, { reason, reference, by }: { reason: string; reference?: string; by?: string }) => {
        const commands = await import('./wallet.js');
        const move = name === 'credit' ? commands.walletCredit : commands.walletAdjust;
        const orgId = org as Parameters<typeof commands.walletShow>[1];
        await withLog(config, async (log) => {
          const { wallet: moved, isNew } = await move(log, { orgId, amount: dollars, reason, reference, by });
          if (!isNew) console.error('that was done already, and nothing was added; another of the same takes a --reference of its own');
          console.log(commands.walletText(orgId, moved));
        });
      }),
    );
}
wallet
  .command('show')
  .argument('<organization id>')
  .description('balance, what is held of it, and what is available')
  .action(
    withConfig(async (config, org: string) => {
      const { walletShow, walletText } = await import('./wallet.js');
      const orgId = org as Parameters<typeof walletShow>[1];
      await withLog(config, async (log) => console.log(walletText(orgId, await walletShow(log, orgId))));
    }),
  );
wallet
  .command('reprice')
  .argument('<request id>')
  .argument('<cost>', 'dollars, exact')
  .description('say what a request really cost: the difference is adjusted, nothing is overwritten')
  .requiredOption('--reason <text>', 'why')
  .option('--by <who>', 'who asked for it')
  .action(
    withConfig(async (config, requestId: string, amount: string, { reason, by }: { reason: string; by?: string }) => {
      const { walletReprice } = await import('./wallet.js');
      await withLog(config, async (log) => console.log((await walletReprice(log, { requestId, amount, reason, by })) ? 'repriced; the worker adjusts the wallet' : 'that is its cost already'));
    }),
  );
wallet
  .command('parked')
  .description('purchases that were not credited: unknown organizations, other currencies, tellings that disagree')
  .action(
    withConfig(async (config) => {
      const { parkedText, walletParked } = await import('./wallet.js');
      await withLog(config, async (log) => console.log(parkedText(await walletParked(log))));
    }),
  );
wallet
  .command('assign')
  .argument('<purchase>')
  .argument('<organization id>')
  .description('say whose a parked purchase is')
  .option('--by <who>', 'who decided it')
  .action(
    withConfig(async (config, purchaseId: string, org: string, { by }: { by?: string }) => {
      const { walletAssign } = await import('./wallet.js');
      const orgId = org as Parameters<typeof walletAssign>[1]['orgId'];
      await withLog(config, async (log) => console.log((await walletAssign(log, { purchaseId, orgId, by })) ? 'assigned; the worker credits the wallet' : 'there is nothing to assign'));
    }),
  );

addAuditCommands(program, withConfig);

try {
  await program.parseAsync();
} catch (error) {
  const mistakes = error instanceof InvalidSettings ? error.lines : [(error as Error).message];
  for (const line of mistakes) console.error(line);
  process.exit(1);
}
