import { Injectable } from '@nestjs/common';
import { ApiError } from '../../platform/http/api-error.js';
import type { Session } from '../credentials/sessions.js';
import { Users } from '../credentials/users.js';
import type { OrgId } from '../domain/caller.js';
import { Organizations } from '../read-model/organizations.js';
import type { SessionView } from './auth.dto.js';
import { SessionAuthentication } from './session-authentication.js';

/** What the dashboard shows of a session. */
@Injectable()
export class SessionViews {
  constructor(
    private readonly users: Users,
    private readonly organizations: Organizations,
    private readonly cookies: SessionAuthentication,
  ) {}

  async of(session: Session): Promise<SessionView> {
    const { userId, orgId } = session;
    const memberships = this.organizations.ofUser(userId).map(({ orgId: id, name, members }) => ({ id, name, role: members.get(userId)!.role }));
    const organization = memberships.find(({ id }) => id === orgId);
    if (!organization) throw new ApiError(403, 'permission_error', 'not_a_member', 'you are no longer a member of this organization');
    return { user: { id: userId, email: await this.emailOf(userId) }, organization, organizations: memberships, csrf_token: this.cookies.csrfToken(session) };
  }

  isMember({ userId }: Session, orgId: OrgId): boolean {
    return this.organizations.roleOf(orgId, userId) !== undefined;
  }

  async emailOf(userId: Session['userId']): Promise<string> {
    return (await this.users.byId(userId))?.email ?? '';
  }
}
