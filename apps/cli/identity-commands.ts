/** What the commands of keys and organizations are called and take. */
import { Option, type Command } from 'commander';
import type { KeyWish } from './keys.js';
import type { Role } from '../../libs/identity/exports.js';
import type { WithConfig } from './with-config.js';

export function addIdentityCommands(program: Command, withConfig: WithConfig): void {
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
}
