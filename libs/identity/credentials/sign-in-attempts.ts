/**
 * Wrong passwords in a row, by the digest of the address, whether somebody has it or not: an answer never tells
 * which addresses exist. An attempt is counted before the password is looked at, so a thousand guesses at once
 * cannot slip in before the first of them is counted.
 */
import type { Db } from '../../platform/postgres.js';
import { lockAfter } from '../domain/lockout.js';
import type { Pepper } from './pepper.js';

export type Attempt =
  | { readonly locked: true; readonly until: Date }
  /** `lockedUntil` is what holds from here on unless this attempt succeeds; null while slips are free. */
  | { readonly locked: false; readonly failures: number; readonly lockedUntil: Date | null };

interface AttemptRow {
  readonly failures: number;
  readonly last_at: Date;
  readonly locked_until: Date;
}

/** After a quiet day the count starts again. */
const forgottenAfterMs = 24 * 60 * 60_000;
const never = new Date(0);

export class SignInAttempts {
  constructor(
    private readonly db: Db,
    private readonly pepper: Pepper,
    private readonly now: () => number = Date.now,
  ) {}

  begin(email: string): Promise<Attempt> {
    const digest = this.pepper.digest('e-mail address', email);
    const now = new Date(this.now());
    return this.db.transaction(async (tx) => {
      await tx.query('INSERT INTO sign_in_attempts (email_digest, failures, last_at, locked_until) VALUES ($1, 0, $2, $3) ON CONFLICT DO NOTHING', [digest, now, never]);
      const [row] = await tx.query<AttemptRow>('SELECT failures, last_at, locked_until FROM sign_in_attempts WHERE email_digest = $1 FOR UPDATE', [digest]);
      if (row!.locked_until > now) return { locked: true, until: row!.locked_until };
      const failures = now.getTime() - row!.last_at.getTime() >= forgottenAfterMs ? 1 : row!.failures + 1;
      const lockMs = lockAfter(failures);
      const lockedUntil = lockMs === 0 ? null : new Date(now.getTime() + lockMs);
      await tx.query('UPDATE sign_in_attempts SET failures = $2, last_at = $3, locked_until = $4 WHERE email_digest = $1', [digest, failures, now, lockedUntil ?? never]);
      return { locked: false, failures, lockedUntil };
    });
  }

  async succeeded(email: string): Promise<void> {
    await this.db.query('DELETE FROM sign_in_attempts WHERE email_digest = $1', [this.pepper.digest('e-mail address', email)]);
  }
}
