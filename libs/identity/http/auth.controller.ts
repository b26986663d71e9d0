import { Body, Controller, Delete, Get, HttpCode, Post, Put, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, invalid } from '../../platform/http/api-error.js';
import { AcceptInvitation } from '../commands/accept-invitation.js';
import { ChangePassword } from '../commands/change-password.js';
import { SignIn } from '../commands/sign-in.js';
import { SignOut } from '../commands/sign-out.js';
import { SignUp } from '../commands/sign-up.js';
import { Sessions, type OpenedSession } from '../credentials/sessions.js';
import type { OrgId } from '../domain/caller.js';
import { RateLimits } from '../limits/rate-limits.js';
import { Access } from './access.js';
import { AcceptInvitationBody, ChangePasswordBody, SessionView, SignInBody, SignUpBody, SwitchOrganizationBody } from './auth.dto.js';
import { refuseCrossSite, SessionAuthentication } from './session-authentication.js';
import { SessionViews } from './session-views.js';
import { Written } from './written.js';

/** Signing people up, in and out. Programs use API keys instead. */
@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly commands: CommandBus,
    private readonly cookies: SessionAuthentication,
    private readonly views: SessionViews,
    private readonly sessions: Sessions,
    private readonly limits: RateLimits,
    private readonly written: Written,
  ) {}

  @Post('sign-up')
  @Access('public')
  @ApiOperation({ summary: 'Make an account, by invitation or with an organization of its own' })
  @ApiCreatedResponse({ type: SessionView })
  async signUp(@Body() body: SignUpBody, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SessionView> {
    this.admit(request);
    const { session, position } = await this.commands.execute(new SignUp(body.email, body.password, belonging(body)));
    await this.written.at(position, reply);
    return this.enter(session, request, reply);
  }

  @Post('sign-in')
  @HttpCode(200)
  @Access('public')
  @ApiOperation({ summary: 'Open a session; the answer sets its cookie' })
  @ApiOkResponse({ type: SessionView })
  async signIn(@Body() body: SignInBody, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SessionView> {
    this.admit(request);
    return this.enter(await this.commands.execute(new SignIn(body.email, body.password)), request, reply);
  }

  @Get('session')
  @Access('session')
  @ApiOperation({ summary: 'Who is signed in, where, and the CSRF token to send' })
  @ApiOkResponse({ type: SessionView })
  session(@Req() request: FastifyRequest): Promise<SessionView> {
    return this.views.of(request.session!);
  }

  @Put('session')
  @Access('session')
  @ApiOperation({ summary: 'Work in another organization of yours' })
  @ApiOkResponse({ type: SessionView })
  async switch(@Body() body: SwitchOrganizationBody, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SessionView> {
    const orgId = body.organization_id as OrgId;
    if (!this.views.isMember(request.session!, orgId)) throw new ApiError(403, 'permission_error', 'not_a_member', 'you are not a member of this organization', 'organization_id');
    return this.workIn(orgId, request, reply);
  }

  @Delete('session')
  @HttpCode(204)
  @Access('session')
  @ApiOperation({ summary: 'Sign out of this browser' })
  @ApiNoContentResponse()
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    this.cookies.takeBack(request, reply);
    await this.commands.execute(new SignOut(request.session!, 'this'));
  }

  @Delete('sessions')
  @HttpCode(204)
  @Access('session')
  @ApiOperation({ summary: 'Sign out everywhere' })
  @ApiNoContentResponse()
  async signOutEverywhere(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    this.cookies.takeBack(request, reply);
    await this.commands.execute(new SignOut(request.session!, 'every'));
  }

  @Put('password')
  @Access('session')
  @ApiOperation({ summary: 'Change the password; every other session ends' })
  @ApiOkResponse({ type: SessionView })
  async changePassword(@Body() body: ChangePasswordBody, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SessionView> {
    const session = await this.commands.execute(new ChangePassword(request.session!, body.current_password, body.new_password));
    return this.enter(session, request, reply);
  }

  @Post('invitations/accept')
  @HttpCode(200)
  @Access('session')
  @ApiOperation({ summary: 'Join another organization with the account you have' })
  @ApiOkResponse({ type: SessionView })
  async accept(@Body() body: AcceptInvitationBody, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SessionView> {
    const { userId } = request.session!;
    const { orgId, position } = await this.commands.execute(new AcceptInvitation(body.invitation, userId, await this.views.emailOf(userId)));
    await this.written.at(position, reply);
    return this.workIn(orgId, request, reply);
  }

  private async workIn(orgId: OrgId, request: FastifyRequest, reply: FastifyReply): Promise<SessionView> {
    const session = { ...request.session!, orgId };
    this.cookies.give(request, reply, await this.sessions.switchTo(session.sessionId, orgId));
    return this.views.of(session);
  }

  private enter(session: OpenedSession, request: FastifyRequest, reply: FastifyReply): Promise<SessionView> {
    this.cookies.give(request, reply, session.token);
    return this.views.of(session);
  }

  /** Another site must not sign its visitors in as somebody else, and one address must not guess for many accounts. */
  private admit(request: FastifyRequest): void {
    refuseCrossSite(request);
    this.limits.admitAddress(request.ip);
  }
}

function belonging({ invitation, organization_name }: SignUpBody) {
  if (invitation !== undefined) return { invitation };
  if (organization_name !== undefined) return { organizationName: organization_name };
  throw invalid('organization_name', 'give an invitation, or a name for a new organization', 'missing_value');
}
