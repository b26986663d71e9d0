/** What the commands of wallets are called and take. */
import type { Command } from 'commander';
import { withLog } from './stores.js';
import type { WithConfig } from './with-config.js';

export function addWalletCommands(program: Command, withConfig: WithConfig): void {
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
}
