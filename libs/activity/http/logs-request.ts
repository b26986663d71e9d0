import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { invalid } from '../../platform/http/api-error.js';
import { dollars, type Money } from '../../money/money.js';
import { tasks } from '../../routing/domain/vocabulary.js';
import { logStatuses, type LogStatus } from '../domain/log-entry.js';
import type { LogFilter } from '../read-model/log-conditions.js';

export const mostRows = 100_000;

const isoDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const decimalDollars = /^\d{1,15}(\.\d{1,12})?$/;
const said = 'must be a date (2026-01-31) or a time with its zone (2026-01-31T12:00:00Z)';
const saidDollars = 'must be an amount of dollars such as 0.05';

/** Query parameters of GET /v1/org/logs. */
export class LogsRequest {
  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsOptional()
  @IsIn(['json', 'csv'])
  format: 'json' | 'csv' = 'json';

  @ApiPropertyOptional({ minimum: 1, maximum: mostRows, default: 100, description: 'Rows of this answer at most; long answers are streamed. A page whose filters let through little may end early: it goes on as long as there is a next_cursor.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(mostRows)
  limit = 100;

  @ApiPropertyOptional({ description: 'next_cursor of the page before; keep the filters as they were.' })
  @IsOptional()
  @IsString()
  @MaxLength(400)
  cursor?: string;

  @ApiPropertyOptional({ description: 'Received at or after this date or time.' })
  @IsOptional()
  @Matches(isoDate, { message: `from ${said}` })
  from?: string;

  @ApiPropertyOptional({ description: 'Received before this date or time.' })
  @IsOptional()
  @Matches(isoDate, { message: `to ${said}` })
  to?: string;

  @ApiPropertyOptional({ example: 'openai/gpt-5' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(300)
  model?: string;

  @ApiPropertyOptional({ example: 'openai' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(300)
  provider?: string;

  @ApiPropertyOptional({ enum: tasks })
  @IsOptional()
  @IsIn(tasks)
  task?: string;

  @ApiPropertyOptional({ enum: logStatuses })
  @IsOptional()
  @IsIn(logStatuses)
  status?: LogStatus;

  @ApiPropertyOptional({ description: 'Id of the API key that asked.' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(300)
  key_id?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(300)
  session_id?: string;

  @ApiPropertyOptional({ example: '0.0001', description: 'Cost at least this; requests without a known price are left out.' })
  @IsOptional()
  @Matches(decimalDollars, { message: `min_cost_dollars ${saidDollars}` })
  min_cost_dollars?: string;

  @ApiPropertyOptional({ example: '0.05', description: 'Cost at most this; requests without a known price are left out.' })
  @IsOptional()
  @Matches(decimalDollars, { message: `max_cost_dollars ${saidDollars}` })
  max_cost_dollars?: string;

  @ApiPropertyOptional({ description: 'Text that the routing reason contains, from the start of a word on, in any case.' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  routing_reason?: string;

  @ApiPropertyOptional({ description: 'Wait, for a bounded time, until the log has reached this position (X-GR-Position of a write).' })
  @IsOptional()
  @Matches(/^\d{1,19}$/, { message: 'min_position must be a whole number' })
  min_position?: string;
}

/** @throws ApiError naming the field, for dates that look right and are none, and for a NUL that no text contains. */
export function filterOf(request: LogsRequest): LogFilter {
  const { model, provider, task, status } = request;
  const filter = {
    from: timeOf('from', request.from),
    to: timeOf('to', request.to),
    model,
    provider,
    task,
    status,
    keyId: request.key_id,
    sessionId: request.session_id,
    minCost: costOf(request.min_cost_dollars),
    maxCost: costOf(request.max_cost_dollars),
    reason: request.routing_reason,
  };
  for (const [param, value] of Object.entries(request)) {
    if (typeof value === 'string' && value.includes('\0')) throw invalid(param, `${param} must not contain the character NUL`);
  }
  return filter as LogFilter;
}

/** Also refuses 2026-02-31, which Date would read as a day in March. */
function timeOf(param: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const day = text.slice(0, 10);
  const midnight = new Date(`${day}T00:00:00Z`);
  const exists = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  const time = new Date(text);
  if (!exists || Number.isNaN(time.getTime())) throw invalid(param, `${param} ${said}`);
  return time.toISOString();
}

const costOf = (text: string | undefined): Money | undefined => (text === undefined ? undefined : dollars(text));
