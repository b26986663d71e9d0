/** What the commands of audit and replay are called and take. */
import type { Command } from 'commander';
import type { WhatIfOptions } from './replay.js';
import type { WithConfig } from './with-config.js';

const time = '<time>';

export function addAuditCommands(program: Command, withConfig: WithConfig): void {
  const replay = program.command('replay').description('decisions, made again');
  replay
    .command('verify')
    .description('make every decision again and compare it byte for byte')
    .option(`--from ${time}`, 'received at or after, such as 2026-11-01T00:00:00.000Z')
    .option(`--to ${time}`, 'received before')
    .action(withConfig(async (config, range: { from?: string; to?: string }) => (await import('./replay.js')).replayVerify(config, range)));
  replay
    .command('what-if')
    .description('what another policy or model would have chosen and cost; calls no model')
    .option(`--from ${time}`, 'received at or after')
    .option(`--to ${time}`, 'received before')
    .option('--org <id>', 'of one organization')
    .option('--task <task>', 'of one task')
    .option('--policy <name[@version] or file...>', 'up to five variants in one pass', [])
    .option('--model <id...>', 'as if every request had asked for it', [])
    .option('--decider <version...>', 'as this version would have decided: present, or an earlier one of this build', [])
    .action(withConfig(async (config, options: WhatIfOptions) => (await import('./replay.js')).replayWhatIf(config, options)));

  const audit = program.command('audit').description('the tamper evidence of the log');
  audit
    .command('export')
    .description('write decisions, events, proofs, tree heads and the verifier into one archive')
    .option(`--from ${time}`, 'written at or after')
    .option(`--to ${time}`, 'written before')
    .option('--org <id>', 'events of one organization alone')
    .option('--out <file>', 'the archive', 'greatrouter-audit.tar.gz')
    .action(withConfig(async (config, options: { from?: string; to?: string; org?: string; out: string }) => (await import('./audit.js')).auditExport(config, options)));
  audit
    .command('verify')
    .description('compare the log, event by event, with what was signed')
    .argument('[head files...]', 'tree heads that were kept outside')
    .action(withConfig(async (config, files: string[]) => (await import('./audit.js')).auditVerify(config, files)));
  audit
    .command('sign')
    .description('sign the log as it is now, and print the tree head')
    .action(withConfig(async (config) => (await import('./audit.js')).auditSign(config)));
  audit
    .command('rotate-key')
    .description('sign with a new key from now on; the next tree head carries both signatures')
    .action(withConfig(async (config) => (await import('./audit.js')).auditRotateKey(config)));

  program
    .command('erase')
    .description('forget the text of an organization, or of one of its end users, for good')
    .requiredOption('--org <id>', 'the organization')
    .option('--subject <name>', 'one end user, as its requests name it')
    .action(withConfig(async (config, { org, subject }: { org: string; subject?: string }) => (await import('./erase.js')).erase(config, org, subject)));
}
