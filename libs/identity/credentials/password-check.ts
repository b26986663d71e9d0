/** Whether a password is a person's, with every wrong one counted. */
import type { Passwords } from './passwords.js';
import type { SignInAttempts } from './sign-in-attempts.js';
import type { User, Users } from './users.js';

export type PasswordChecked =
  | { readonly outcome: 'right'; readonly user: User }
  /** `user` is null when nobody has the address, which nobody may be told. `lockedUntil` is set when this was one too many. */
  | { readonly outcome: 'wrong'; readonly user: User | null; readonly failures: number; readonly lockedUntil: Date | null }
  | { readonly outcome: 'locked'; readonly until: Date };

export class PasswordCheck {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly attempts: SignInAttempts,
  ) {}

  /** @param email in its normal spelling. */
  async check(email: string, password: string): Promise<PasswordChecked> {
    const attempt = await this.attempts.begin(email);
    if (attempt.locked) return { outcome: 'locked', until: attempt.until };
    const user = await this.users.byEmail(email);
    const right = await this.passwords.verify(password, user?.passwordHash ?? null);
    if (!right || !user) return { outcome: 'wrong', user, failures: attempt.failures, lockedUntil: attempt.lockedUntil };
    await this.attempts.succeeded(email);
    return { outcome: 'right', user };
  }
}
