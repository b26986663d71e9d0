/**
 * Why a batch failed decides what happens next.
 * - retry          the database asks to try the same batch again (serialization, deadlock, disk, locks)
 * - reconnect      the connection is gone, so the outcome of a COMMIT is unknown: reread the checkpoint
 * - deterministic  it fails the same way every time: find the event and park its stream
 * - fenced         somebody else leads now: stop
 */
export type FailureClass = 'retry' | 'reconnect' | 'deterministic' | 'fenced';

/** The checkpoint was not where this process left it, or its epoch is over. */
export class Fenced extends Error {
  constructor(readonly projection: string) {
    super(`the checkpoint of ${projection} belongs to another leader`);
    this.name = 'Fenced';
  }
}

/** The projection cannot run as it stands, and says what would help. */
export class CannotRun extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotRun';
  }
}

/** The tables were made by an earlier version of the projection: it can run once they are made anew. */
export class Outdated extends CannotRun {
  constructor(projection: string, made: number, present: number) {
    super(`projection ${projection} was made by its version ${made} and is at ${present} now`);
    this.name = 'Outdated';
  }
}

/** SQLSTATE classes and codes (PostgreSQL manual, appendix A). */
const retried = /^(40|53|55P03|58)/;
const disconnected = /^(08|57P0|25P0)/;

export function failureClass(error: unknown): FailureClass {
  if (error instanceof Fenced) return 'fenced';
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) {
    if (retried.test(code)) return 'retry';
    return disconnected.test(code) ? 'reconnect' : 'deterministic';
  }
  return isConnectionError(error) ? 'reconnect' : 'deterministic';
}

const isConnectionError = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== undefined && /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_)/.test(code)) return true;
  // The messages of pg 8 for a socket that ended under a query or before it.
  return /^(Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout expired)/.test(error.message);
};

/** Waits grow from 50 ms to 5 s; half of each is chance, so that several processes do not retry in step. */
export const backoffMs = (attempt: number, chance: number): number => {
  const full = Math.min(5_000, 50 * 2 ** Math.min(attempt, 10));
  return full / 2 + (full / 2) * chance;
};
