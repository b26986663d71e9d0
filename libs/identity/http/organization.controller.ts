import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { notFound } from '../../platform/http/api-error.js';
import { ChangeOrganization, type PlainChange } from '../commands/change-organization.js';
import { InviteMember } from '../commands/invite-member.js';
import { Users } from '../credentials/users.js';
import type { UserId } from '../domain/caller.js';
import type { InvitationId } from '../domain/organization.js';
import { Organizations, type OrganizationView } from '../read-model/organizations.js';
import { Access, Caller } from './access.js';
import { ChangeRoleBody, InvitationListDto, InviteBody, LimitsDto, limitsDto, limitsOf, MemberListDto, NewInvitationDto, OrganizationDto } from './organization.dto.js';
import { Written } from './written.js';

/** The organization of the caller, who is in it, and who is asked to join. */
@ApiTags('organization')
@Controller('v1/org')
export class OrganizationController {
  constructor(
    private readonly commands: CommandBus,
    private readonly organizations: Organizations,
    private readonly users: Users,
    private readonly written: Written,
  ) {}

  @Get()
  @Access('org:settings')
  @ApiOperation({ summary: 'The organization' })
  @ApiOkResponse({ type: OrganizationDto })
  read(@Caller() caller: Caller): OrganizationDto {
    const { orgId, name, createdAt, limits } = this.of(caller);
    return { id: orgId, name, created_at: createdAt, limits: limitsDto(limits) };
  }

  @Put('limits')
  @Access('org:settings')
  @ApiOperation({ summary: 'Set the rate limits over all keys' })
  @ApiOkResponse({ type: LimitsDto })
  async setLimits(@Caller() caller: Caller, @Body() body: LimitsDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<LimitsDto> {
    await this.change(caller, { type: 'SetOrganizationLimits', limits: limitsOf(body) }, reply);
    return limitsDto(this.of(caller).limits);
  }

  @Get('members')
  @Access('org:members')
  @ApiOperation({ summary: 'Who is in the organization' })
  @ApiOkResponse({ type: MemberListDto })
  async members(@Caller() caller: Caller): Promise<MemberListDto> {
    const members = [...this.of(caller).members.values()];
    const emails = await this.users.emails(members.map(({ userId }) => userId));
    return { data: members.map(({ userId, role, joinedAt }) => ({ user_id: userId, email: emails.get(userId) ?? null, role, joined_at: joinedAt })) };
  }

  @Patch('members/:userId')
  @HttpCode(204)
  @Access('org:members')
  @ApiOperation({ summary: 'Change what a member may do' })
  @ApiNoContentResponse()
  async changeRole(@Caller() caller: Caller, @Param('userId') userId: string, @Body() { role }: ChangeRoleBody, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.change(caller, { type: 'ChangeMemberRole', userId: this.member(caller, userId), role, by: caller.role }, reply);
  }

  @Delete('members/:userId')
  @HttpCode(204)
  @Access('org:members')
  @ApiOperation({ summary: 'Remove a member; their sessions end here with it' })
  @ApiNoContentResponse()
  async remove(@Caller() caller: Caller, @Param('userId') userId: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.change(caller, { type: 'RemoveMember', userId: this.member(caller, userId), by: caller.role }, reply);
  }

  @Get('invitations')
  @Access('org:members')
  @ApiOperation({ summary: 'Invitations that are open' })
  @ApiOkResponse({ type: InvitationListDto })
  async invitations(@Caller() caller: Caller): Promise<InvitationListDto> {
    const open = [...this.of(caller).invitations.values()];
    const emails = await this.users.invitedAddresses(open.map(({ invitationId }) => invitationId));
    return {
      data: open.map(({ invitationId, role, invitedAt, expiresAt }) => ({
        id: invitationId, email: emails.get(invitationId) ?? null, role, invited_at: invitedAt, expires_at: expiresAt,
      })),
    };
  }

  @Post('invitations')
  @Access('org:members')
  @ApiOperation({ summary: 'Invite somebody' })
  @ApiCreatedResponse({ type: NewInvitationDto })
  async invite(@Caller() caller: Caller, @Body() { email, role }: InviteBody, @Res({ passthrough: true }) reply: FastifyReply): Promise<NewInvitationDto> {
    const { invitationId, token, expiresAt, position } = await this.commands.execute(new InviteMember(caller.orgId, email ?? null, role, caller));
    await this.written.at(position, reply);
    return { id: invitationId, token, expires_at: expiresAt };
  }

  @Delete('invitations/:invitationId')
  @HttpCode(204)
  @Access('org:members')
  @ApiOperation({ summary: 'Take an invitation back' })
  @ApiNoContentResponse()
  async uninvite(@Caller() caller: Caller, @Param('invitationId') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const invitationId = id as InvitationId;
    if (!this.of(caller).invitations.has(invitationId)) throw notFound('there is no such open invitation', 'invitation_not_found');
    await this.change(caller, { type: 'RevokeInvitation', invitationId }, reply);
    await this.users.forgetInvited(invitationId);
  }

  private async change(caller: Caller, change: PlainChange, reply: FastifyReply): Promise<void> {
    const { position } = await this.commands.execute(new ChangeOrganization(caller.orgId, change, caller));
    await this.written.at(position, reply);
  }

  private of({ orgId }: Caller): OrganizationView {
    const found = this.organizations.get(orgId);
    if (!found) throw notFound('there is no such organization', 'organization_not_found');
    return found;
  }

  private member(caller: Caller, userId: string): UserId {
    if (!this.of(caller).members.has(userId as UserId)) throw notFound('there is no such member', 'member_not_found');
    return userId as UserId;
  }
}
