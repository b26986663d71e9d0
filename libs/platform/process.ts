/**
 * One process of the product: it starts, says that it is ready, and stops when it is told to, once, with what is open
 * drained. A child whose parent died stops as well, so that nothing is left running.
 */
import type { Logger } from './logger.js';

export interface Running {
  /** Ends everything in order; what was acknowledged is durable when it resolves. */
  stop(): Promise<void>;
}

/** Sent to the parent once the process serves. */
export interface ReadyMessage {
  readonly kind: 'ready';
  readonly details: Readonly<Record<string, string | number>>;
}

const stopPatienceMs = 30_000;

export async function runProcess(logger: Logger, start: () => Promise<Running & { details?: ReadyMessage['details'] }>): Promise<void> {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception: the process ends, and its supervisor starts another');
    process.exit(1);
  });
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  const isChild = process.send !== undefined;
  // Nothing was accepted yet, so nothing is lost; and a start that waits for a store which died with the parent would wait for ever.
  const abandon = () => process.exit(1);
  if (isChild) process.once('disconnect', abandon);
  const running = await start();
  process.off('disconnect', abandon);
  let stopping: Promise<void> | undefined;
  const stop = (why: string) =>
    (stopping ??= (async () => {
      setTimeout(() => process.exit(1), stopPatienceMs);
      say(() => logger.info({ why }, 'stopping'));
      await running.stop().catch((error: unknown) => say(() => logger.error({ err: error }, 'stop failed')));
      process.exit(0);
    })());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal));
  if (!isChild) return;
  process.on('disconnect', () => void stop('the parent is gone'));
  process.send!({ kind: 'ready', details: running.details ?? {} } satisfies ReadyMessage);
}

/** Whoever read the log may be gone with the parent; that must not keep this process from ending. */
function say(write: () => void): void {
  try {
    write();
  } catch {
    // There is nobody left to tell.
  }
}
