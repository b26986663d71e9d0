import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { csvRecord } from '../../activity/domain/csv.js';
import { isDay, PointsOfThePast } from '../../event-sourcing/as-of.js';
import { ReadsAfterWrites } from '../../event-sourcing/projections/read-your-writes.js';
import { Access, Caller } from '../../identity/exports.js';
import { invalid } from '../../platform/http/api-error.js';
import { entryColumns, type Entry } from '../domain/entry.js';
import { ParkedPurchases } from '../read-model/parked-purchases.js';
import { PastWallets } from '../read-model/past-wallets.js';
import { WalletQuery, type EntryCursor } from '../read-model/wallet-query.js';
import {
  EntriesRequest, EntryPageDto, ParkedPurchasesDto, ReadRequest, StatementsDto, StatementsRequest, WalletDto, WalletProofDto, WalletRequest,
} from './wallet.dto.js';

/** The wallet of the caller's organization. Every amount is an exact decimal of dollars. */
@ApiTags('wallet')
@Controller('v1/wallet')
export class WalletController {
  constructor(
    private readonly wallets: WalletQuery,
    private readonly parked: ParkedPurchases,
    private readonly past: PastWallets,
    private readonly points: PointsOfThePast,
  ) {}

  @Get()
  @Access('org:wallet')
  @ReadsAfterWrites('wallet')
  @ApiOperation({ summary: 'Balance, what is held of it, and what is available; now, or as of any point of the past' })
  @ApiOkResponse({ type: WalletDto })
  async read(@Caller() { orgId }: Caller, @Query() request: WalletRequest): Promise<WalletDto> {
    const asOf = await this.points.named(request.as_of);
    return asOf === null ? this.wallets.wallet(orgId) : this.past.at(orgId, asOf);
  }

  @Get('proof')
  @Access('org:wallet')
  @ReadsAfterWrites('wallet')
  @ApiOperation({ summary: 'What the balance rests on: position, number and hash of the entries; anyone can recompute it' })
  @ApiOkResponse({ type: WalletProofDto })
  proof(@Caller() { orgId }: Caller, @Query() _request: ReadRequest): Promise<WalletProofDto> {
    return this.wallets.proof(orgId);
  }

  @Get('entries')
  @Access('org:wallet')
  @ReadsAfterWrites('wallet')
  @ApiOperation({ summary: 'The double-entry ledger, newest first; now, or as of a point of the past, when X-GR-Position names the last event in it' })
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ type: EntryPageDto })
  async entries(@Caller() { orgId }: Caller, @Query() request: EntriesRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<EntryPageDto | string> {
    const { type, account, request_id: requestId, from, to } = request;
    const asOf = await this.points.named(request.as_of);
    checkTimes(request);
    const filter = { ...(type && { type }), ...(account && { account }), ...(requestId && { requestId }), ...(from && { from }), ...(to && { to }) };
    const after = cursorOf(request.cursor);
    const { entries, next, position } =
      asOf === null ? { ...(await this.wallets.entries(orgId, filter, after, request.limit)), position: null } : await this.past.entries(orgId, { asOf, filter, after, limit: request.limit });
    if (position !== null) void reply.header('x-gr-position', position.toString());
    const next_cursor = next && `${next.revision}.${next.line}`;
    if (request.format === 'json') return { entries, next_cursor };
    if (next_cursor) void reply.header('x-gr-next-cursor', next_cursor);
    void reply.header('content-type', 'text/csv; charset=utf-8; header=present').header('content-disposition', 'attachment; filename="greatrouter-wallet.csv"');
    return csvOf(entries);
  }

  @Get('statements')
  @Access('org:wallet')
  @ReadsAfterWrites('wallet')
  @ApiOperation({ summary: 'What each month came to; the closing balance of one is the opening balance of the next' })
  @ApiOkResponse({ type: StatementsDto })
  async statements(@Caller() { orgId }: Caller, @Query() { month }: StatementsRequest): Promise<StatementsDto> {
    const statements = month === undefined ? await this.wallets.statements(orgId) : [await this.wallets.statement(orgId, month)];
    return { organization_id: orgId, statements };
  }

  @Get('parked')
  @Access('org:wallet')
  @ReadsAfterWrites('purchases')
  @ApiOperation({ summary: 'Purchases that name this organization and were not credited: another currency, or tellings that disagree' })
  @ApiOkResponse({ type: ParkedPurchasesDto })
  async parkedPurchases(@Caller() { orgId }: Caller, @Query() _request: ReadRequest): Promise<ParkedPurchasesDto> {
    return { parked: await this.parked.list(orgId) };
  }
}

/** @throws ApiError for a day that no calendar has. */
function checkTimes({ from, to }: EntriesRequest): void {
  for (const [param, text] of Object.entries({ from, to })) {
    if (text !== undefined && (!isDay(text.slice(0, 10)) || Number.isNaN(Date.parse(text)))) throw invalid(param, `${param} names a day or a time that there is not.`);
  }
}

const cursorOf = (text: string | undefined): EntryCursor | null => {
  if (text === undefined) return null;
  const [revision, line] = text.split('.').map(Number);
  return { revision: revision!, line: line! };
};

const csvOf = (entries: readonly Entry[]): string => [csvRecord(entryColumns), ...entries.map((entry) => csvRecord(entryColumns.map((column) => entry[column])))].join('');
