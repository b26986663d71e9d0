/** The command `greatrouter`. Each group of commands has a file of its own, and so has the work of each. */
import { Command } from 'commander';
import { exitCodeOf } from './exit-code.js';
import { addAuditCommands } from './audit-commands.js';
import { addCatalogCommands } from './catalog-commands.js';
import { addIdentityCommands } from './identity-commands.js';
import { addReadModelCommands } from './read-model-commands.js';
import { addWalletCommands } from './wallet-commands.js';
import { withConfig } from './with-config.js';
import { InvalidSettings } from '../../libs/platform/config.js';

const program = new Command('greatrouter').description('Routes prompts to the best AI model, and proves every decision it made.').showHelpAfterError();

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

addReadModelCommands(program, withConfig);
addCatalogCommands(program, withConfig);
addIdentityCommands(program, withConfig);
addWalletCommands(program, withConfig);
addAuditCommands(program, withConfig);

try {
  await program.parseAsync();
} catch (error) {
  const mistakes = error instanceof InvalidSettings ? error.lines : [(error as Error).message];
  for (const line of mistakes) console.error(line);
  process.exit(exitCodeOf(error as Error));
}
