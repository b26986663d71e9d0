import { Body, Controller, Delete, Get, Inject, Param, Put, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsDefined } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { ReadsAfterWrites, Written, WritesTo } from '../../event-sourcing/projections/read-your-writes.js';
import { Access, Caller } from '../../identity/exports.js';
import { ChangePreferences } from '../commands/change-preferences.js';
import { parsePreference, parsePreferenceKey, type KnownNames } from '../domain/parse-preference.js';
import { preferenceKeys } from '../domain/preferences.js';
import { KNOWN_NAMES } from '../known-names.js';
import { PreferencesQuery } from '../read-model/preferences.js';
import { Suggestions } from '../read-model/suggestions.js';

class SetPreferenceBody {
  @ApiProperty({ description: 'A name for the default_* keys and content_mode_default, a list of names for the others.', oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] })
  @IsDefined()
  value!: unknown;
}

@ApiTags('preferences')
@Controller('v1/preferences')
@Access('org:preferences')
export class PreferencesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly preferences: PreferencesQuery,
    private readonly suggestions: Suggestions,
    @Inject(KNOWN_NAMES) private readonly known: KnownNames,
  ) {}

  @Get()
  @ReadsAfterWrites('preferences')
  @ApiOperation({ summary: 'Routing preferences of the organization; safe defaults when they cannot be read (X-GR-Degraded says so)' })
  async all(@Caller() { orgId }: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
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
