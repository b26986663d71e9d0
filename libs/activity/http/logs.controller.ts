import { Readable } from 'node:stream';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReadsAfterWrites } from '../../event-sourcing/projections/read-your-writes.js';
import { Access, Caller, type OrgId } from '../../identity/exports.js';
import { invalid } from '../../platform/http/api-error.js';
import { csvRecord } from '../domain/csv.js';
import { logColumns, type LogEntry } from '../domain/log-entry.js';
import type { LogCursor, LogFilter, LogPart } from '../read-model/log-conditions.js';
import { decodeCursor, encodeCursor } from '../read-model/log-cursor.js';
import { LogsQuery } from '../read-model/logs-query.js';
import { filterOf, LogsRequest } from './logs-request.js';

/** Rows read at a time: what one export holds in memory, however long it is. */
const pageRows = 1_000;

interface Rows {
  readonly rows: AsyncIterable<readonly LogEntry[]>;
  /** Where to go on; null when nothing older is left. */
  readonly next: LogCursor | null;
}

@ApiTags('activity')
@Controller('v1/org/logs')
export class LogsController {
  constructor(private readonly logs: LogsQuery) {}

  @Get()
  @Access('org:logs')
  @ReadsAfterWrites('logs')
  @ApiOperation({ summary: 'Activity log of the organization: every finished request with its routing reason, fallback chain and exact cost, newest first' })
  @ApiProduces('application/json', 'text/csv')
  @ApiResponse({ status: 200, description: 'JSON {logs, next_cursor}, or CSV with a header line. While there is more, X-GR-Next-Cursor and Link (rel=next) say where to go on.' })
  async list(@Caller() { orgId }: Caller, @Query() request: LogsRequest, @Req() { url }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const csv = request.format === 'csv';
    const [filter, after] = [filterOf(request), cursorOf(orgId, request.cursor)];
    const { rows, next } = request.limit > pageRows ? await this.export(orgId, filter, after, request.limit) : await this.page({ orgId, filter, after, end: null }, request);
    const cursor = next && encodeCursor(orgId, next);
    void reply.header('content-type', csv ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8');
    if (csv) void reply.header('content-disposition', 'attachment; filename="greatrouter-logs.csv"');
    if (cursor) void reply.header('x-gr-next-cursor', cursor).header('link', `<${withCursor(url, cursor)}>; rel="next"`);
    await reply.send(Readable.from(csv ? csvOf(rows) : jsonOf(rows, cursor)));
  }

  /** A table is taken for whole by whoever opens it: it never ends early. */
  private async page(part: LogPart, { format, limit }: LogsRequest): Promise<Rows> {
    const { entries, next } = format === 'csv' ? await this.logs.partOfExport(part, limit) : await this.logs.page(part.orgId, part.filter, part.after, limit);
    return { rows: Readable.from([entries]), next };
  }

  /**
   * The first page is read before anything is sent, so that a failing database is a clear error and not a cut answer.
   * Where a long export ends is known before it begins: a request that ends meanwhile is in it or in the next.
   */
  private async export(orgId: OrgId, filter: LogFilter, after: LogCursor | null, limit: number): Promise<Rows> {
    const end = await this.logs.endOf(orgId, filter, after, limit);
    const part = { orgId, filter, after, end };
    const first = await this.logs.partOfExport(part, pageRows);
    const logs = this.logs;
    async function* rows() {
      yield first.entries;
      for (let { next } = first; next; ) {
        const more = await logs.partOfExport({ ...part, after: next }, pageRows);
        yield more.entries;
        ({ next } = more);
      }
    }
    return { rows: rows(), next: end };
  }
}

async function* csvOf(pages: AsyncIterable<readonly LogEntry[]>): AsyncGenerator<string> {
  yield csvRecord(logColumns);
  for await (const entries of pages) yield entries.map((entry) => csvRecord(logColumns.map((column) => entry[column]))).join('');
}

async function* jsonOf(pages: AsyncIterable<readonly LogEntry[]>, nextCursor: string | null): AsyncGenerator<string> {
  let separator = '';
  yield '{"logs":[';
  for await (const entries of pages) {
    if (entries.length > 0) yield separator + entries.map((entry) => JSON.stringify(entry)).join(',');
    separator = entries.length > 0 ? ',' : separator;
  }
  yield `],"next_cursor":${JSON.stringify(nextCursor)}}`;
}

/** The same address, from there on (RFC 8288). */
function withCursor(url: string, cursor: string): string {
  const [path = '', query = ''] = url.split('?');
  const params = new URLSearchParams(query);
  params.set('cursor', cursor);
  return `${path}?${params.toString()}`;
}

function cursorOf(orgId: OrgId, text: string | undefined): LogCursor | null {
  if (text === undefined) return null;
  const cursor = decodeCursor(orgId, text);
  if (!cursor) throw invalid('cursor', 'cursor is not one that this organization was given', 'invalid_cursor');
  return cursor;
}
