#!/usr/bin/env node
/** The node in its own process, and the operations on a log, as one command. */
import { Command } from 'commander';
import { DEFAULT_PORT, startNode } from './node.js';

const program = new Command('embedded-event-log').description('A durable event log that speaks the protocol of EventStoreDB.');

program
  .command('serve', { isDefault: true })
  .description('run a node until SIGTERM or SIGINT')
  .option('--dir <folder>', 'folder of the log', './event-log')
  .option('--host <address>', 'address to bind to', '127.0.0.1')
  .option('--port <port>', 'port to listen on, 0 for a free one', String(DEFAULT_PORT))
  .option('--allow-public', 'bind to an address that other machines can reach (there is no authentication)', false)
  .action(async ({ dir, host, port, allowPublic }: { dir: string; host: string; port: string; allowPublic: boolean }) => {
    const node = await startNode({ dir, host, port: Number(port), allowPublic });
    console.log(`listening on ${node.connectionString}`);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void node.close());
    const reason = await node.stopped;
    if (reason !== undefined) throw reason;
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
