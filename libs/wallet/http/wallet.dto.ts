import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
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

export class EntriesRequest {
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

export class ReadRequest {
  @ApiPropertyOptional({ description: 'Wait until the wallet shows this log position (X-GR-Position of a write).' })
  @IsOptional()
  @Matches(/^\d{1,19}$/)
  min_position?: string;
}
