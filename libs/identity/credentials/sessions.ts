/**
 * The sessions of the dashboard. The browser holds a random token, the row its digest. The token changes every
 * quarter of an hour and at every change of rights, so a stolen one is soon worth nothing; the one before it lives
 * half a minute longer, for the requests a page has under way.
 */
import type { Db, Queryable } from '../../platform/postgres.js';
import type { OrgId, UserId } from '../domain/caller.js';
import type { SessionId } from '../domain/user.js';
import type { Pepper } from './pepper.js';
import { newSessionId, newToken } from './random.js';

export interface Session {
  readonly sessionId: SessionId;
  readonly userId: UserId;
  readonly orgId: OrgId;
}

export interface OpenedSession extends Session {
  /** For the cookie, and nowhere else. */
  readonly token: string;
}

interface SessionRow {
  readonly session_id: SessionId;
  readonly user_id: UserId;
  readonly org_id: OrgId;
  readonly digest: string;
  readonly rotated_at: Date;
}

const minute = 60_000;
const rotateAfterMs = 15 * minute;
const previousLivesMs = minute / 2;
const idleMs = 12 * 60 * minute;
/** However busy it is, a session ends after two weeks. */
export const sessionLifeMs = 14 * 24 * 60 * minute;

export class Sessions {
  constructor(
    private readonly db: Db,
    private readonly pepper: Pepper,
    private readonly now: () => number = Date.now,
  ) {}

  /** Opens a session; rows of sessions that are over go at the same time. */
  async open(tx: Queryable, userId: UserId, orgId: OrgId): Promise<OpenedSession> {
    const now = this.now();
    const session = { sessionId: newSessionId(), userId, orgId, token: newToken() };
    await tx.query('DELETE FROM sessions WHERE user_id = $1 AND (expires_at <= $2 OR rotated_at <= $3)', [userId, new Date(now), new Date(now - idleMs)]);
    await tx.query('INSERT INTO sessions (session_id, user_id, org_id, digest, rotated_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)', [
      session.sessionId, userId, orgId, this.digest(session.token), new Date(now), new Date(now + sessionLifeMs),
    ]);
    return session;
  }

  /** @returns the session, with a new token when it was time for one; null when the token opens nothing. */
  async find(token: string): Promise<{ readonly session: Session; readonly newToken: string | null } | null> {
    const now = this.now();
    const digest = this.digest(token);
    const [row] = await this.db.query<SessionRow>(
      `SELECT session_id, user_id, org_id, digest, rotated_at FROM sessions
        WHERE (digest = $1 OR (previous_digest = $1 AND rotated_at > $2)) AND expires_at > $3 AND rotated_at > $4`,
      [digest, new Date(now - previousLivesMs), new Date(now), new Date(now - idleMs)],
      'session_by_token',
    );
    if (!row) return null;
    const session = { sessionId: row.session_id, userId: row.user_id, orgId: row.org_id };
    const due = row.digest === digest && now - row.rotated_at.getTime() >= rotateAfterMs;
    return { session, newToken: due ? await this.rotate(session.sessionId, digest) : null };
  }

  /** Another organization is another set of rights: the token changes with it. */
  async switchTo(sessionId: SessionId, orgId: OrgId): Promise<string> {
    const token = newToken();
    await this.db.query('UPDATE sessions SET org_id = $2, digest = $3, previous_digest = NULL, rotated_at = $4 WHERE session_id = $1', [
      sessionId, orgId, this.digest(token), new Date(this.now()),
    ]);
    return token;
  }

  async close(sessionId: SessionId): Promise<void> {
    await this.db.query('DELETE FROM sessions WHERE session_id = $1', [sessionId]);
  }

  async closeAll(tx: Queryable, userId: UserId): Promise<void> {
    await tx.query('DELETE FROM sessions WHERE user_id = $1', [userId]);
  }

  /** Null when a request of the same page was first: that one carries the new token. */
  private async rotate(sessionId: SessionId, digest: string): Promise<string | null> {
    const token = newToken();
    const rows = await this.db.query(
      'UPDATE sessions SET previous_digest = digest, digest = $3, rotated_at = $4 WHERE session_id = $1 AND digest = $2 RETURNING session_id',
      [sessionId, digest, this.digest(token), new Date(this.now())],
    );
    return rows.length > 0 ? token : null;
  }

  private digest = (token: string): string => this.pepper.digest('session token', token);
}
