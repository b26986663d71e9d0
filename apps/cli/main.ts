/** The command `greatrouter`. Each command's work is in a file of its own; here is only what it is called and takes. */
import { Command } from 'commander';
import { InvalidSettings, readConfig, type Config } from '../../libs/platform/config.js';

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

try {
  await program.parseAsync();
} catch (error) {
  const mistakes = error instanceof InvalidSettings ? error.lines : [(error as Error).message];
  for (const line of mistakes) console.error(line);
  process.exit(1);
}
