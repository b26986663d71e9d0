import { Readable } from 'node:stream';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ReadsAfterWrites } from '../../event-sourcing/projections/read-your-writes.js';
import { Access, Caller, type OrgId } from '../../identity/exports.js';
import { invalid } from '../../platform/http/api-error.js';
import { csvRecord } from '../domain/csv.js';
import { logColumns, type LogEntry } from '../domain/log-entry.js';
import { decodeCursor, encodeCursor, LogsQuery, type LogCursor, type LogFilter } from '../read-model/logs-query.js';
import { filterOf, LogsRequest } from './logs-request.js';

/** Rows read at a time: what one export holds in memory, however long it is. */
const pageRows = 1_000;

@ApiTags('activity')
@Controller('v1/org/logs')
export class LogsController {
  constructor(private readonly logs: LogsQuery) {}

  @Get()
  @Access('org:logs')
  @ReadsAfterWrites('logs')
  @ApiOperation({ summary: 'Activity log of the organization: every finished request with its routing reason, fallback chain and exact cost, newest first' })
  @ApiProduces('application/json', 'text/csv')
  @ApiResponse({ status: 200, description: 'JSON {logs, next_cursor}, or CSV with a header line and the cursor in X-GR-Next-Cursor.' })
  async list(@Caller() { orgId }: Caller, @Query() request: LogsRequest, @Res() reply: FastifyReply): Promise<void> {
    const filter = filterOf(request);
    const pages = await this.pages(orgId, filter, cursorOf(orgId, request.cursor), request.limit);
    const csv = request.format === 'csv';
    void reply.header('content-type', csv ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8');
    if (csv) {
      void reply.header('content-disposition', 'attachment; filename="greatrouter-logs.csv"');
      // Headers go first, so the cursor of an export of several pages cannot be among them; JSON carries it at its end.
      if (pages.only?.next) void reply.header('x-gr-next-cursor', encodeCursor(orgId, pages.only.next));
    }
    await reply.send(Readable.from(csv ? csvOf(pages.rest) : jsonOf(orgId, pages.rest)));
  }

  /** The first page is read before anything is sent, so that a failing database is a clear error and not a cut answer. */
  private async pages(orgId: OrgId, filter: LogFilter, after: LogCursor | null, limit: number) {
    const first = await this.logs.page(orgId, filter, after, Math.min(limit, pageRows));
    const logs = this.logs;
    async function* rest() {
      let page = first;
      let left = limit - page.entries.length;
      yield page;
      while (page.next && left > 0) {
        page = await logs.page(orgId, filter, page.next, Math.min(left, pageRows));
        left -= page.entries.length;
        yield page;
      }
    }
    return { only: limit <= pageRows ? first : null, rest: rest() };
  }
}

type Pages = AsyncIterable<{ readonly entries: readonly LogEntry[]; readonly next: LogCursor | null }>;

async function* csvOf(pages: Pages): AsyncGenerator<string> {
  yield csvRecord(logColumns);
  for await (const { entries } of pages) yield entries.map((entry) => csvRecord(logColumns.map((column) => entry[column]))).join('');
}

async function* jsonOf(orgId: OrgId, pages: Pages): AsyncGenerator<string> {
  let separator = '';
  let next: LogCursor | null = null;
  yield '{"logs":[';
  for await (const page of pages) {
    if (page.entries.length > 0) yield separator + page.entries.map((entry) => JSON.stringify(entry)).join(',');
    separator = page.entries.length > 0 ? ',' : separator;
    next = page.next;
  }
  yield `],"next_cursor":${JSON.stringify(next && encodeCursor(orgId, next))}}`;
}

function cursorOf(orgId: OrgId, text: string | undefined): LogCursor | null {
  if (text === undefined) return null;
  const cursor = decodeCursor(orgId, text);
  if (!cursor) throw invalid('cursor', 'cursor is not one that this organization was given', 'invalid_cursor');
  return cursor;
}
