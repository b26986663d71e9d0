import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { EventLog } from '../../event-sourcing/event-log.js';
import { Access, Caller } from '../../identity/exports.js';
import { Vault } from '../../platform/vault.js';
import { eraseText } from '../commands/erase-text.js';

class EraseBody {
  @ApiPropertyOptional({ type: String, description: 'The end user whose text is forgotten, as requests name it (`user`); without it, all text of the organization.' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(512)
  subject?: string;
}

/** Forgets text for good. Decisions, costs and proofs stay valid. */
@ApiTags('audit')
@Controller('v1/audit/erase')
export class ErasureController {
  constructor(
    private readonly log: EventLog,
    private readonly vault: Vault,
  ) {}

  @Post()
  @HttpCode(200)
  @Access('org:erase')
  @ApiOperation({ summary: 'Destroys the data keys of the organization, or of one of its end users' })
  @ApiOkResponse({ description: '{erased_keys, position}' })
  async erase(@Caller() { orgId, actor }: Caller, @Body() { subject }: EraseBody, @Res({ passthrough: true }) reply: FastifyReply) {
    const id = randomUUID();
    const context = { orgId, actor, commandId: id, correlationId: id, at: new Date().toISOString() };
    const { keys, position } = await eraseText(this.log, this.vault, { orgId, subject: subject ?? null }, context);
    void reply.header('x-gr-position', position.toString());
    return { erased_keys: keys, position: position.toString() };
  }
}
