/**
 * How long sign-in stays shut after wrong passwords: OWASP's exponential lockout (Authentication Cheat Sheet),
 * so that a guesser is slowed to nothing while an owner with a slip of the finger is not.
 */
const freeFailures = 5;
const firstLockMs = 30_000;
const longestLockMs = 60 * 60_000;

/** Milliseconds the next attempt must wait after that many failures in a row; 0: none. */
export function lockAfter(failures: number): number {
  if (failures < freeFailures) return 0;
  return Math.min(firstLockMs * 2 ** (failures - freeFailures), longestLockMs);
}
