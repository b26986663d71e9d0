import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { roles, type Role } from '../domain/caller.js';
import { notPrintable, printableName } from './organization.dto.js';

/** NIST SP 800-63B: length is what counts; no rules of composition. */
const shortestPassword = 12;
const longestPassword = 256;

export class SignUpBody {
  @ApiProperty({ example: 'ann@example.com' })
  @IsEmail()
  @MaxLength(254)
  readonly email!: string;

  @ApiProperty({ minLength: shortestPassword, maxLength: longestPassword })
  @IsString()
  @Length(shortestPassword, longestPassword)
  readonly password!: string;

  @ApiPropertyOptional({ description: 'Token of an invitation link: joins the organization that gave it.' })
  @IsOptional()
  @IsString()
  @MaxLength(128)
  readonly invitation?: string;

  @ApiPropertyOptional({ description: 'Name of a new organization, without an invitation. Only where organizations pay first.' })
  @IsOptional()
  @Matches(printableName, { message: notPrintable })
  readonly organization_name?: string;
}

export class SignInBody {
  @ApiProperty()
  @IsString()
  @MaxLength(254)
  readonly email!: string;

  @ApiProperty()
  @IsString()
  @MaxLength(longestPassword)
  readonly password!: string;
}

export class ChangePasswordBody {
  @ApiProperty()
  @IsString()
  @MaxLength(longestPassword)
  readonly current_password!: string;

  @ApiProperty({ minLength: shortestPassword, maxLength: longestPassword })
  @IsString()
  @Length(shortestPassword, longestPassword)
  readonly new_password!: string;
}

export class AcceptInvitationBody {
  @ApiProperty({ description: 'Token of the invitation link.' })
  @IsString()
  @MaxLength(128)
  readonly invitation!: string;
}

export class SwitchOrganizationBody {
  @ApiProperty({ example: 'org_7f3k2m9x' })
  @Matches(/^org_[0-9a-z]+$/)
  readonly organization_id!: string;
}

export class PersonView {
  @ApiProperty()
  readonly id!: string;
  @ApiProperty()
  readonly email!: string;
}

export class MembershipView {
  @ApiProperty()
  readonly id!: string;
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({ enum: roles })
  readonly role!: Role;
}

export class SessionView {
  @ApiProperty({ type: PersonView })
  readonly user!: PersonView;
  @ApiProperty({ type: MembershipView, description: 'The organization this session works in.' })
  readonly organization!: MembershipView;
  @ApiProperty({ type: [MembershipView] })
  readonly organizations!: readonly MembershipView[];
  @ApiProperty({ description: 'To be sent as x-csrf-token with every request that changes something.' })
  readonly csrf_token!: string;
}
