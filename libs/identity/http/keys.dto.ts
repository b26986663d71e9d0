import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsISO8601, IsObject, IsOptional, IsString, Matches, Max, Min, ValidateNested } from 'class-validator';
import { invalid } from '../../platform/http/api-error.js';
import { dollars, fromPico, toDollars, toPico, type PicoDollars } from '../../money/money.js';
import { plainTerms, type KeyBudget, type KeyRole, type KeyTerms } from '../domain/api-key.js';
import { keyModes, type KeyMode } from '../domain/caller.js';
import type { ApiKey } from '../read-model/api-keys.js';
import { tasks } from '../../routing/domain/vocabulary.js';
import { parseIpRange } from '../../platform/ip-ranges.js';
import { LimitsDto, limitsDto, limitsOf, notPrintable, printableName } from './organization.dto.js';

const keyRoles = ['viewer', 'developer', 'admin'] as const satisfies readonly KeyRole[];
const longestList = 200;
/** No budget is larger than the columns of money hold. */
const mostDollars = dollars('999999999999999');
const dayS = 86_400;

/** Exact decimal dollars; null or absent: no budget of this kind. */
export class BudgetDto {
  @ApiPropertyOptional({ type: String, nullable: true, example: '5.00' })
  @IsOptional()
  readonly per_day_dollars?: string | number | null;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  readonly per_month_dollars?: string | number | null;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  readonly total_dollars?: string | number | null;
}

export class CreateKeyBody {
  @ApiProperty({ example: 'mobile app' })
  @Matches(printableName, { message: notPrintable })
  readonly name!: string;

  @ApiPropertyOptional({ enum: keyModes, default: 'live' })
  @IsOptional()
  @IsIn(keyModes)
  readonly mode?: KeyMode;

  @ApiPropertyOptional({ enum: keyRoles, default: 'developer' })
  @IsOptional()
  @IsIn(keyRoles)
  readonly role?: KeyRole;

  @ApiPropertyOptional({ type: [String], nullable: true, description: 'Model ids it may reach; null or absent: all.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(longestList)
  @IsString({ each: true })
  readonly models?: string[] | null;

  @ApiPropertyOptional({ type: [String], nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(longestList)
  @IsString({ each: true })
  readonly providers?: string[] | null;

  @ApiPropertyOptional({ enum: tasks, isArray: true, nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(longestList)
  @IsIn(tasks, { each: true })
  readonly tasks?: string[] | null;

  @ApiPropertyOptional({ type: [String], nullable: true, example: ['/v1/chat/completions'], description: 'Routes it may use, with what lies below them.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(longestList)
  @Matches(/^\/[\w/:.-]+$/, { each: true })
  readonly endpoints?: string[] | null;

  @ApiPropertyOptional({ type: [String], nullable: true, example: ['10.0.0.0/8', '2001:db8::/32'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(longestList)
  @IsString({ each: true })
  readonly ip_ranges?: string[] | null;

  @ApiPropertyOptional({ type: LimitsDto, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => LimitsDto)
  readonly limits?: LimitsDto | null;

  @ApiPropertyOptional({ type: BudgetDto, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => BudgetDto)
  readonly budget?: BudgetDto | null;

  @ApiPropertyOptional({ format: 'date-time', nullable: true, type: String })
  @IsOptional()
  @IsISO8601({ strict: true })
  readonly expires_at?: string | null;
}

/** What is absent stays; null takes a restriction away. The mode of a key never changes. */
export class ChangeKeyBody extends PartialType(CreateKeyBody) {}

export class RotateKeyBody {
  @ApiPropertyOptional({ type: 'integer', default: dayS, minimum: 0, maximum: 30 * dayS, description: 'How long the old text still works.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(30 * dayS)
  readonly overlap_seconds?: number;
}

export const overlapMs = ({ overlap_seconds = dayS }: RotateKeyBody): number => overlap_seconds * 1_000;

export class NewKeyDto {
  @ApiProperty()
  readonly id!: string;
  @ApiProperty({ description: 'The key itself. Shown once.' })
  readonly key!: string;
  @ApiProperty({ description: 'The part of the key that may be shown.' })
  readonly hint!: string;
}

export class KeyDto {
  @ApiProperty()
  readonly id!: string;
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({ enum: keyModes })
  readonly mode!: KeyMode;
  @ApiProperty()
  readonly hint!: string;
  @ApiProperty({ enum: keyRoles })
  readonly role!: KeyRole;
  @ApiProperty({ type: [String], nullable: true })
  readonly models!: readonly string[] | null;
  @ApiProperty({ type: [String], nullable: true })
  readonly providers!: readonly string[] | null;
  @ApiProperty({ type: [String], nullable: true })
  readonly tasks!: readonly string[] | null;
  @ApiProperty({ type: [String], nullable: true })
  readonly endpoints!: readonly string[] | null;
  @ApiProperty({ type: [String], nullable: true })
  readonly ip_ranges!: readonly string[] | null;
  @ApiProperty({ type: LimitsDto })
  readonly limits!: LimitsDto;
  @ApiProperty({ type: BudgetDto })
  readonly budget!: BudgetDto;
  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  readonly expires_at!: string | null;
  @ApiProperty({ format: 'date-time' })
  readonly created_at!: string;
  @ApiProperty({ example: 'user:user_7f3k2m9x' })
  readonly created_by!: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  readonly last_used_at!: string | null;
  @ApiProperty({ format: 'date-time', nullable: true, type: String })
  readonly revoked_at!: string | null;
  @ApiProperty({ format: 'date-time', nullable: true, type: String, description: 'Until when the text before the last rotation works.' })
  readonly previous_valid_until!: string | null;
}

export class KeyListDto {
  @ApiProperty({ type: [KeyDto] })
  readonly data!: readonly KeyDto[];
}

/** @param current the terms that hold where the body says nothing. @throws ApiError 400 */
export function termsOf(body: ChangeKeyBody, current: KeyTerms = plainTerms('')): KeyTerms {
  const { models, providers, tasks: kinds } = { ...current.scope, ...present({ models: body.models, providers: body.providers, tasks: body.tasks }) };
  return {
    name: body.name ?? current.name,
    role: body.role ?? current.role,
    scope: { ...(models ? { models } : {}), ...(providers ? { providers } : {}), ...(kinds ? { tasks: kinds } : {}) },
    endpoints: kept(body.endpoints, current.endpoints),
    ipRanges: kept(checkedRanges(body.ip_ranges), current.ipRanges),
    limits: body.limits === undefined ? current.limits : limitsOf(body.limits),
    budget: body.budget === undefined ? current.budget : budgetOf(body.budget),
    expiresAt: body.expires_at === undefined ? current.expiresAt : expiryOf(body.expires_at),
  };
}

export function keyDto({ keyId, mode, hint, terms, ...key }: ApiKey, lastUsedAt: string | undefined): KeyDto {
  const { name, role, scope, endpoints, ipRanges, limits, budget, expiresAt } = terms;
  const { models = null, providers = null, tasks = null } = scope;
  return {
    id: keyId, name, mode, hint, role, models, providers, tasks, endpoints, ip_ranges: ipRanges,
    limits: limitsDto(limits),
    budget: budgetDto(budget),
    expires_at: expiresAt,
    created_at: key.issuedAt,
    created_by: key.issuedBy,
    last_used_at: lastUsedAt ?? null,
    revoked_at: key.revokedAt,
    previous_valid_until: key.previous?.validUntil ?? null,
  };
}

const kept = <T>(given: T | undefined, current: T): T => (given === undefined ? current : given);

function present<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function checkedRanges(ranges: string[] | null | undefined): string[] | null | undefined {
  for (const range of ranges ?? []) if (!parseIpRange(range)) throw invalid('ip_ranges', `not an address or a CIDR range: ${range.slice(0, 60)}`);
  return ranges;
}

function expiryOf(text: string | null): string | null {
  if (text === null) return null;
  if (Date.parse(text) <= Date.now()) throw invalid('expires_at', 'expires_at must be in the future; to end a key now, revoke it');
  return new Date(text).toISOString();
}

function budgetOf(dto: BudgetDto | null): KeyBudget | null {
  if (dto === null) return null;
  return {
    perDay: amount('budget.per_day_dollars', dto.per_day_dollars),
    perMonth: amount('budget.per_month_dollars', dto.per_month_dollars),
    total: amount('budget.total_dollars', dto.total_dollars),
  };
}

function amount(param: string, value: string | number | null | undefined): PicoDollars | null {
  if (value === null || value === undefined) return null;
  try {
    const money = dollars(String(value));
    if (money >= 0n && money <= mostDollars) return toPico(money);
  } catch {
    // falls through to the one answer for everything that is no amount
  }
  throw invalid(param, `${param} must be an amount of dollars, such as "5.00"`);
}

const budgetDto = (budget: KeyBudget | null): BudgetDto => ({
  per_day_dollars: inDollars(budget?.perDay),
  per_month_dollars: inDollars(budget?.perMonth),
  total_dollars: inDollars(budget?.total),
});

const inDollars = (amount: PicoDollars | null | undefined): string | null => (amount ? toDollars(fromPico(amount)) : null);
