import { Body, Controller, Delete, Get, Inject, Param, Put, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsDefined, IsOptional, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { KNOWN_NAMES, type KnownNames } from '../../catalog/domain/known-names.js';
import { AsOfRequest, PointsOfThePast } from '../../event-sourcing/as-of.js';
import { ReadsAfterWrites, Written, WritesTo } from '../../event-sourcing/projections/read-your-writes.js';
import { Access, Caller } from '../../identity/exports.js';
import { ChangePreferences } from '../commands/change-preferences.js';
import { parsePreference, parsePreferenceKey } from '../domain/parse-preference.js';
import { preferenceKeys } from '../domain/preferences.js';
import { PastPreferences } from '../read-model/past-preferences.js';
import { PreferencesQuery } from '../read-model/preferences.js';
import { Suggestions } from '../read-model/suggestions.js';

class SetPreferenceBody {
  @ApiProperty({ description: 'A name for the default_* keys and content_mode_default, a list of names for the others.', oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] })
  @IsDefined()
  value!: unknown;
}

class PreferencesRequest extends AsOfRequest {
  @ApiPropertyOptional({ description: 'Wait, for a bounded time, until the read model has reached this position.' })
  @IsOptional()
  @Matches(/^\d{1,19}$/, { message: 'min_position must be a whole number' })
  min_position?: string;
}

@ApiTags('preferences')
@Controller('v1/preferences')
@Access('org:preferences')
export class PreferencesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly preferences: PreferencesQuery,
    private readonly suggestions: Suggestions,
    private readonly past: PastPreferences,
    private readonly points: PointsOfThePast,
    @Inject(KNOWN_NAMES) private readonly known: KnownNames,
  ) {}

  @Get()
  @ReadsAfterWrites('preferences')
  @ApiOperation({ summary: 'Routing preferences of the organization; safe defaults when they cannot be read (X-GR-Degraded says so). As of a point of the past, X-GR-Position names the last change in them' })
  async all(@Caller() { orgId }: Caller, @Query() request: PreferencesRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const asOf = await this.points.named(request.as_of);
    if (asOf !== null) {
      const { view, position } = await this.past.at(orgId, asOf);
      void reply.header('x-gr-position', position.toString());
      return { preferences: view, tenant_id: orgId };
    }
    const { view, fromDatabase } = await this.preferences.of(orgId);
    if (!fromDatabase) void reply.header('x-gr-degraded', 'database');
    return { preferences: view, tenant_id: orgId };
  }

  @Get('suggestions')
  @ReadsAfterWrites('logs')
  @ApiOperation({ summary: 'What use and feedback of the last 30 days suggest, each with its evidence, expected saving and confidence' })
  async suggested(@Caller() { orgId }: Caller) {
    return { ...(await this.suggestions.of(orgId)), tenant_id: orgId };
  }

  @Put(':key')
  @WritesTo('preferences')
  @ApiOperation({ summary: 'Sets one preference' })
  @ApiParam({ name: 'key', enum: preferenceKeys })
  async set(@Caller() { orgId, actor }: Caller, @Param('key') key: string, @Body() body: SetPreferenceBody) {
    const preference = parsePreference(parsePreferenceKey(key), body.value, this.known);
    const { position } = await this.commands.execute(new ChangePreferences(orgId, { type: 'SetPreference', preference }, actor));
    return new Written(position, { ...preference, tenant_id: orgId });
  }

  @Delete(':key')
  @WritesTo('preferences')
  @ApiOperation({ summary: 'Deletes one preference; the default holds again' })
  @ApiParam({ name: 'key', enum: preferenceKeys })
  async remove(@Caller() { orgId, actor }: Caller, @Param('key') text: string) {
    const key = parsePreferenceKey(text);
    const { position } = await this.commands.execute(new ChangePreferences(orgId, { type: 'DeletePreference', key }, actor));
    return new Written(position, { key, deleted: true, tenant_id: orgId });
  }
}
