import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { AsOfRequest } from '../../event-sourcing/as-of.js';
import { walletEventTypes } from '../domain/events.js';

const exact = { type: String, example: '12.34', description: 'Dollars, an exact decimal.' };

export class WalletDto {
  @ApiProperty() organization_id!: string;
  @ApiProperty({ ...exact, description: 'All that the organization has: available and held, less what it owes.' }) balance_dollars!: string;
  @ApiProperty({ ...exact, description: 'Leased by processes: held for requests, or spent and about to be debited.' }) held_dollars!: string;
  @ApiProperty({ ...exact, description: 'Never negative.' }) available_dollars!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Log position of the last event in it.' }) position!: string | null;
}

export class AccountsDto {
  @ApiProperty(exact) available!: string;
  @ApiProperty(exact) held!: string;
  @ApiProperty(exact) owed!: string;
}

export class WalletProofDto {
  @ApiProperty() organization_id!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Log position folded to.' }) position!: string | null;
  @ApiProperty({ description: 'Lines of the ledger.' }) entries!: number;
  @ApiProperty({ description: 'Last link of the chain over all entries, hex.' }) hash!: string;
  @ApiProperty({ description: 'How to recompute the hash from GET /v1/wallet/entries.' }) algorithm!: string;
  @ApiProperty(exact) balance_dollars!: string;
  @ApiProperty({ type: AccountsDto }) accounts!: AccountsDto;
}

export class EntryDto {
  @ApiProperty() revision!: number;
  @ApiProperty() line!: number;
  @ApiProperty() at!: string;
  @ApiProperty({ enum: walletEventTypes }) type!: string;
  @ApiProperty({ description: 'available, owed, lease:..., payments, usage or adjustments.' }) account!: string;
  @ApiProperty({ ...exact, description: 'Positive into the account; the lines of one revision sum to zero.' }) amount_dollars!: string;
  @ApiProperty({ type: String, nullable: true }) request_id!: string | null;
  @ApiProperty({ type: String, nullable: true }) reference!: string | null;
}

export class EntryPageDto {
  @ApiProperty({ type: [EntryDto] }) entries!: EntryDto[];
  @ApiProperty({ type: String, nullable: true }) next_cursor!: string | null;
}

export class StatementDto {
  @ApiProperty({ example: '2026-11' }) month!: string;
  @ApiProperty(exact) opening_balance_dollars!: string;
  @ApiProperty(exact) credited_dollars!: string;
  @ApiProperty(exact) refunded_dollars!: string;
  @ApiProperty(exact) adjusted_dollars!: string;
  @ApiProperty(exact) debited_dollars!: string;
  @ApiProperty({ description: 'Requests debited.' }) requests!: number;
  @ApiProperty(exact) closing_balance_dollars!: string;
}

export class StatementsDto {
  @ApiProperty() organization_id!: string;
  @ApiProperty({ type: [StatementDto] }) statements!: StatementDto[];
}

export class ParkedPurchaseDto {
  @ApiProperty() purchase_id!: string;
  @ApiProperty({ enum: ['unknown_organization', 'other_currency', 'amount_differs'] }) reason!: string;
  @ApiProperty() currency!: string;
  @ApiProperty({ description: 'In the smallest unit of the currency.' }) amount!: string;
  @ApiProperty({ type: String, nullable: true }) organization!: string | null;
  @ApiProperty() parked_at!: string;
}

export class ParkedPurchasesDto {
  @ApiProperty({ type: [ParkedPurchaseDto] }) parked!: ParkedPurchaseDto[];
}

const isoDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const said = 'must be a date (2026-01-31) or a time with its zone (2026-01-31T12:00:00Z)';
export const mostEntries = 10_000;

export class EntriesRequest extends AsOfRequest {
  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsOptional()
  @IsIn(['json', 'csv'])
  format: 'json' | 'csv' = 'json';

  @ApiPropertyOptional({ minimum: 1, maximum: mostEntries, default: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(mostEntries)
  limit = 100;

  @ApiPropertyOptional({ description: 'next_cursor of the page before: `revision.line`, entries older than it.' })
  @IsOptional()
  @Matches(/^\d{1,15}\.\d{1,4}$/, { message: 'cursor must be the next_cursor of a page' })
  cursor?: string;

  @ApiPropertyOptional({ enum: walletEventTypes })
  @IsOptional()
  @IsIn(walletEventTypes)
  type?: string;

  @ApiPropertyOptional({ example: 'usage' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  account?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  request_id?: string;

  @ApiPropertyOptional({ description: 'Written at or after this date or time.' })
  @IsOptional()
  @Matches(isoDate, { message: `from ${said}` })
  from?: string;

  @ApiPropertyOptional({ description: 'Written before this date or time.' })
  @IsOptional()
  @Matches(isoDate, { message: `to ${said}` })
  to?: string;

  @ApiPropertyOptional({ description: 'Wait until the wallet shows this log position (X-GR-Position of a write).' })
  @IsOptional()
  @Matches(/^\d{1,19}$/)
  min_position?: string;
}

export class StatementsRequest {
  @ApiPropertyOptional({ example: '2026-11', description: 'One month; every month when it is absent.' })
  @IsOptional()
  @Matches(/^\d{4}-(0[1-9]|1[0-2])$/, { message: 'month must look like 2026-11' })
  month?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(/^\d{1,19}$/)
  min_position?: string;
}

export class WalletRequest extends AsOfRequest {
  @ApiPropertyOptional({ description: 'Wait until the wallet shows this log position (X-GR-Position of a write).' })
  @IsOptional()
  @Matches(/^\d{1,19}$/)
  min_position?: string;
}

export class ReadRequest {
  @ApiPropertyOptional({ description: 'Wait until the wallet shows this log position (X-GR-Position of a write).' })
  @IsOptional()
  @Matches(/^\d{1,19}$/)
  min_position?: string;
}

const decimalDollars = /^\d{1,15}(\.\d{1,12})?$/;
const saidDollars = 'must be an exact amount of dollars in quotes, such as "12.50", or null';
const orNull = { type: String, nullable: true, example: '12.50' };

/** Absent is null: not limited. */
export class OrganizationBudgetBody {
  @ApiPropertyOptional({ ...orNull, description: 'What all keys together may spend in a UTC day.' })
  @IsOptional()
  @Matches(decimalDollars, { message: `per_day_dollars ${saidDollars}` })
  per_day_dollars?: string | null;

  @ApiPropertyOptional({ ...orNull, description: 'What all keys together may spend in a UTC month.' })
  @IsOptional()
  @Matches(decimalDollars, { message: `per_month_dollars ${saidDollars}` })
  per_month_dollars?: string | null;
}

export class BudgetDto {
  @ApiProperty({ description: '`organization`, or the id of the key that asks.' }) scope!: string;
  @ApiProperty({ description: 'yyyy-mm-dd, yyyy-mm or total.' }) period!: string;
  @ApiProperty(exact) budget_dollars!: string;
  @ApiProperty(exact) spent_dollars!: string;
}

export class BudgetsDto {
  @ApiProperty({ type: [BudgetDto] }) budgets!: BudgetDto[];
}

export class NoticeTermsBody {
  @ApiPropertyOptional({ type: String, nullable: true, example: 'https://example.com/hooks/greatrouter' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  url?: string | null;

  @ApiPropertyOptional({ ...orNull, description: 'A balance below it is told, once until money comes in.' })
  @IsOptional()
  @Matches(decimalDollars, { message: `low_balance_dollars ${saidDollars}` })
  low_balance_dollars?: string | null;

  @ApiPropertyOptional({ ...orNull, description: 'What the notice proposes to buy.' })
  @IsOptional()
  @Matches(decimalDollars, { message: `top_up_dollars ${saidDollars}` })
  top_up_dollars?: string | null;
}

export class NoticeTermsDto {
  @ApiProperty({ type: String, nullable: true }) url!: string | null;
  @ApiProperty(orNull) low_balance_dollars!: string | null;
  @ApiProperty(orNull) top_up_dollars!: string | null;
}

export class NewNoticeTermsDto extends NoticeTermsDto {
  @ApiProperty({ description: 'Checks the signatures of notices, with any Standard Webhooks library.' }) signing_secret!: string;
}
