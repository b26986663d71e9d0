import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsIn, IsInt, IsOptional, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import type { Limits } from '../domain/api-key.js';
import { roles, type Role } from '../domain/caller.js';

const optionalCount = { type: 'integer', minimum: 0, nullable: true, description: 'Null or absent: no limit of this kind.' } as const;
const mostCount = 1_000_000_000;

/** Names are shown in the terminals of operators, which obey control characters, and kept in columns, which take no NUL. */
export const printableName = /^\P{Cc}{1,100}$/u;
export const notPrintable = '$property must be 1 to 100 characters, none of them a control character';

/** Rate limits, as bodies and answers carry them. */
export class LimitsDto {
  @ApiPropertyOptional(optionalCount)
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(mostCount)
  readonly requests_per_minute?: number | null;

  @ApiPropertyOptional(optionalCount)
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(mostCount)
  readonly tokens_per_minute?: number | null;

  @ApiPropertyOptional(optionalCount)
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(mostCount)
  readonly concurrent_requests?: number | null;
}

export const limitsOf = (dto: LimitsDto | null | undefined): Limits => ({
  requestsPerMinute: dto?.requests_per_minute ?? null,
  tokensPerMinute: dto?.tokens_per_minute ?? null,
  concurrentRequests: dto?.concurrent_requests ?? null,
});

export const limitsDto = (limits: Limits | null): LimitsDto => ({
  requests_per_minute: limits?.requestsPerMinute ?? null,
  tokens_per_minute: limits?.tokensPerMinute ?? null,
  concurrent_requests: limits?.concurrentRequests ?? null,
});

export class OrganizationDto {
  @ApiProperty()
  readonly id!: string;
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({ format: 'date-time' })
  readonly created_at!: string;
  @ApiProperty({ type: LimitsDto })
  readonly limits!: LimitsDto;
}

export class MemberDto {
  @ApiProperty()
  readonly user_id!: string;
  @ApiProperty({ nullable: true, type: String, description: 'Null when the person was forgotten.' })
  readonly email!: string | null;
  @ApiProperty({ enum: roles })
  readonly role!: Role;
  @ApiProperty({ format: 'date-time' })
  readonly joined_at!: string;
}

export class MemberListDto {
  @ApiProperty({ type: [MemberDto] })
  readonly data!: readonly MemberDto[];
}

export class ChangeRoleBody {
  @ApiProperty({ enum: roles })
  @IsIn(roles)
  readonly role!: Role;
}

export class InviteBody {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'Who may use it; absent: whoever has the link.' })
  @ValidateIf(({ email }: InviteBody) => email !== undefined && email !== null)
  @IsEmail()
  @MaxLength(254)
  readonly email?: string | null;

  @ApiProperty({ enum: roles })
  @IsIn(roles)
  readonly role!: Role;
}

export class InvitationDto {
  @ApiProperty()
  readonly id!: string;
  @ApiProperty({ nullable: true, type: String })
  readonly email!: string | null;
  @ApiProperty({ enum: roles })
  readonly role!: Role;
  @ApiProperty({ format: 'date-time' })
  readonly invited_at!: string;
  @ApiProperty({ format: 'date-time' })
  readonly expires_at!: string;
}

export class InvitationListDto {
  @ApiProperty({ type: [InvitationDto] })
  readonly data!: readonly InvitationDto[];
}

export class NewInvitationDto {
  @ApiProperty()
  readonly id!: string;
  @ApiProperty({ description: 'For the link you send. Shown once.' })
  readonly token!: string;
  @ApiProperty({ format: 'date-time' })
  readonly expires_at!: string;
}
