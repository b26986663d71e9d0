/** The dashboard's cookie, and what keeps another site from using it (OWASP CSRF Prevention Cheat Sheet). */
import { Injectable } from '@nestjs/common';
import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../../platform/http/api-error.js';
import { Pepper } from '../credentials/pepper.js';
import { sessionLifeMs, Sessions, type Session } from '../credentials/sessions.js';
import type { Digest } from '../domain/api-key.js';
import type { Caller } from '../domain/caller.js';
import { Organizations } from '../read-model/organizations.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set with `caller` when the credential was a cookie. */
    session?: Session;
  }
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const overTls = (request: FastifyRequest): boolean => request.protocol === 'https';
/** `__Host-` binds the cookie to this very host; browsers accept the prefix over TLS alone (RFC 6265bis section 4.1.3). */
const cookieName = (request: FastifyRequest): string => (overTls(request) ? '__Host-gr_session' : 'gr_session');

@Injectable()
export class SessionAuthentication {
  constructor(
    private readonly sessions: Sessions,
    private readonly organizations: Organizations,
    private readonly pepper: Pepper,
  ) {}

  presented(request: FastifyRequest): boolean {
    return request.cookies?.[cookieName(request)] !== undefined;
  }

  /** @throws ApiError 401 when the cookie opens nothing; 403 when another site sent the request, or the person left. */
  async authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
    const found = await this.sessions.find(request.cookies[cookieName(request)]!);
    if (!found) throw new ApiError(401, 'authentication_error', 'session_over', 'the session is over: sign in again');
    const { session, newToken } = found;
    if (!safeMethods.has(request.method)) this.refuseOtherSites(request, session);
    if (newToken !== null) this.give(request, reply, newToken);
    const role = this.organizations.roleOf(session.orgId, session.userId);
    if (!role) throw new ApiError(403, 'permission_error', 'not_a_member', 'you are no longer a member of this organization');
    request.session = session;
    return { orgId: session.orgId, keyId: null, userId: session.userId, mode: 'live', role, scope: null, actor: `user:${session.userId}` };
  }

  /** Hands the token to the browser, out of reach of scripts and of other sites. */
  give(request: FastifyRequest, reply: FastifyReply, token: string): void {
    void reply.setCookie(cookieName(request), token, { ...attributes(request), maxAge: sessionLifeMs / 1_000 });
  }

  takeBack(request: FastifyRequest, reply: FastifyReply): void {
    void reply.clearCookie(cookieName(request), attributes(request));
  }

  /** Bound to the session and shown to the dashboard's own scripts, which send it back as `x-csrf-token`. */
  csrfToken({ sessionId }: Session): string {
    return this.pepper.digest('csrf token', sessionId);
  }

  private refuseOtherSites(request: FastifyRequest, { sessionId }: Session): void {
    refuseCrossSite(request);
    const token = request.headers['x-csrf-token'];
    const given = typeof token === 'string' && /^[0-9a-f]{64}$/.test(token) ? token : '0'.repeat(64);
    if (!this.pepper.matches('csrf token', sessionId, given as Digest)) {
      throw new ApiError(403, 'permission_error', 'csrf_token_wrong', 'the header x-csrf-token is missing or wrong: read it from GET /auth/session');
    }
  }
}

const attributes = (request: FastifyRequest) => ({ httpOnly: true, secure: overTls(request), sameSite: 'strict', path: '/' }) as const;

/** What a browser says about where a request comes from; other clients say nothing. @throws ApiError 403 */
export function refuseCrossSite({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  const sameSite = site === undefined || site === 'same-origin' || site === 'none';
  const sameOrigin = headers.origin === undefined || hostOf(headers.origin) === headers.host;
  if (!sameSite || !sameOrigin) throw new ApiError(403, 'permission_error', 'cross_site_request', 'this request was sent by another site');
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
