/** Who is behind a user id: the address and the password hash, as rows that can be deleted. */
import { Refused } from '../../event-sourcing/domain/decider.js';
import type { Db, Queryable } from '../../platform/postgres.js';
import type { UserId } from '../domain/caller.js';
import type { InvitationId } from '../domain/organization.js';

export interface User {
  readonly userId: UserId;
  readonly email: string;
  readonly passwordHash: string;
}

interface UserRow {
  readonly user_id: UserId;
  readonly email: string;
  readonly password_hash: string;
}

/** One spelling for one address. */
export const normalEmail = (email: string): string => email.trim().normalize('NFKC').toLowerCase();

export class Users {
  constructor(private readonly db: Db) {}

  /**
   * Adds a person and does what belongs to it, all or nothing: the row is written first and committed last.
   * @throws Refused `email_taken`
   */
  async add<T>({ userId, email, passwordHash }: User, andThen: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.db.transaction(async (tx) => {
      const sql = 'INSERT INTO users (user_id, email, password_hash) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING RETURNING user_id';
      const added = await tx.query(sql, [userId, email, passwordHash]);
      if (added.length === 0) throw new Refused('email_taken', 'there is an account with this address already: sign in', 'email');
      return andThen(tx);
    });
  }

  async byEmail(email: string): Promise<User | null> {
    return this.one('SELECT user_id, email, password_hash FROM users WHERE email = $1', email);
  }

  async byId(userId: UserId): Promise<User | null> {
    return this.one('SELECT user_id, email, password_hash FROM users WHERE user_id = $1', userId);
  }

  /** Absent where the person was forgotten. */
  async emails(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, string>> {
    const rows = await this.db.query<{ user_id: UserId; email: string }>('SELECT user_id, email FROM users WHERE user_id = ANY($1)', [userIds]);
    return new Map(rows.map((row) => [row.user_id, row.email]));
  }

  async setPassword(tx: Queryable, userId: UserId, passwordHash: string): Promise<void> {
    await tx.query('UPDATE users SET password_hash = $2, password_changed_at = now() WHERE user_id = $1', [userId, passwordHash]);
  }

  async invite(invitationId: InvitationId, orgId: string, email: string): Promise<void> {
    await this.db.query('INSERT INTO invited_addresses (invitation_id, org_id, email) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [invitationId, orgId, email]);
  }

  /** The address an invitation is for; null when it is for whoever has it. */
  async invitedAddress(invitationId: InvitationId): Promise<string | null> {
    return (await this.invitedAddresses([invitationId])).get(invitationId) ?? null;
  }

  async invitedAddresses(invitationIds: readonly InvitationId[]): Promise<ReadonlyMap<InvitationId, string>> {
    const rows = await this.db.query<{ invitation_id: InvitationId; email: string }>(
      'SELECT invitation_id, email FROM invited_addresses WHERE invitation_id = ANY($1)',
      [invitationIds],
    );
    return new Map(rows.map((row) => [row.invitation_id, row.email]));
  }

  async forgetInvited(invitationId: InvitationId): Promise<void> {
    await this.db.query('DELETE FROM invited_addresses WHERE invitation_id = $1', [invitationId]);
  }

  private async one(sql: string, param: string): Promise<User | null> {
    const [row] = await this.db.query<UserRow>(sql, [param]);
    return row ? { userId: row.user_id, email: row.email, passwordHash: row.password_hash } : null;
  }
}
