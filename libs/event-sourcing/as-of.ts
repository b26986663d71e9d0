/** `?as_of=`: what an endpoint answered at a position of the log or at a time. */
import { Injectable } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { invalid } from '../platform/http/api-error.js';
import type { AsOf } from './domain/as-of.js';
import { EventLog } from './event-log.js';

export class AsOfRequest {
  @ApiPropertyOptional({ description: 'The state as of a commit position, or of a time such as 2026-11-22T10:00:00Z.', example: '2026-11-22T10:00:00Z' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  as_of?: string;
}

const position = /^\d{1,19}$/;
const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Null when it was not asked. A date alone is the end of that day, UTC.
 * @param reached the position that can be asked for: the end of the log, or what this process has folded up to. @param nowMs milliseconds since 1970.
 */
export function asOf(text: string | undefined, reached: bigint, nowMs: number): AsOf | null {
  if (text === undefined) return null;
  if (position.test(text)) {
    const asked = BigInt(text);
    if (asked > reached) throw invalid('as_of', `as_of ${text} lies ahead of the log, which is at ${reached}.`);
    return { position: asked };
  }
  const atMs = time.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text.length === 10 ? `${text}T23:59:59.999Z` : text) : NaN;
  if (Number.isNaN(atMs)) throw invalid('as_of', 'as_of must be a commit position such as 1234, or a time such as 2026-11-22T10:00:00Z.');
  const today = text.length === 10 && Date.parse(text) <= nowMs;
  if (atMs > nowMs && !today) throw invalid('as_of', `as_of ${text} lies in the future.`);
  return { atMs };
}

/** Whether the calendar has it: the 31st of February would be taken for the 3rd of March. */
export function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** The points that requests name, held against the end of the log. */
@Injectable()
export class PointsOfThePast {
  constructor(private readonly log: EventLog) {}

  /** Null when none was named. @throws ApiError 400 when `as_of` cannot be read or lies ahead of the log. */
  async named(text: string | undefined): Promise<AsOf | null> {
    return text === undefined ? null : asOf(text, await this.log.head(), Date.now());
  }
}
