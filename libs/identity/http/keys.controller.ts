import { Body, Controller, Delete, Get, HttpCode, Inject, Optional, Param, Patch, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { KNOWN_NAMES, type KnownNames } from '../../catalog/domain/known-names.js';
import { ApiError, invalid, notFound } from '../../platform/http/api-error.js';
import { ChangeOrganization, type PlainChange } from '../commands/change-organization.js';
import { IssueApiKey, type NewKey } from '../commands/issue-api-key.js';
import { RotateApiKey } from '../commands/rotate-api-key.js';
import { isRestricted } from '../domain/api-key.js';
import type { KeyId, KeyMode } from '../domain/caller.js';
import { ApiKeys, type ApiKey } from '../read-model/api-keys.js';
import { KeyUsage } from '../read-model/key-usage.js';
import { Access, Caller } from './access.js';
import { ChangeKeyBody, CreateKeyBody, KeyDto, keyDto, KeyListDto, NewKeyDto, overlapMs, RotateKeyBody, termsOf } from './keys.dto.js';
import { Written } from './written.js';

/** The API keys of an organization. The text of a key is in the answer that makes it, and nowhere after. */
@ApiTags('keys')
@Controller('v1/org/keys')
@Access('org:keys')
export class KeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly keys: ApiKeys,
    private readonly usage: KeyUsage,
    private readonly written: Written,
    @Optional() @Inject(KNOWN_NAMES) private readonly known: KnownNames | null = null,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every key, also revoked ones' })
  @ApiOkResponse({ type: KeyListDto })
  async list(@Caller() { orgId }: Caller): Promise<KeyListDto> {
    const keys = this.keys.of(orgId);
    const used = await this.usage.lastUsed(keys.map(({ keyId }) => keyId));
    return { data: keys.map((key) => keyDto(key, used.get(key.keyId))) };
  }

  @Post()
  @ApiOperation({ summary: 'Make a key' })
  @ApiCreatedResponse({ type: NewKeyDto })
  async create(@Caller() caller: Caller, @Body() body: CreateKeyBody, @Res({ passthrough: true }) reply: FastifyReply): Promise<NewKeyDto> {
    const mode = body.mode ?? 'live';
    this.refuseStrongerSister(caller, mode);
    this.refuseUnknownNames(body);
    return this.shown(await this.commands.execute(new IssueApiKey(caller.orgId, mode, termsOf(body), caller)), reply);
  }

  @Patch(':keyId')
  @ApiOperation({ summary: 'Change what a key may do' })
  @ApiOkResponse({ type: KeyDto })
  async alter(@Caller() caller: Caller, @Param('keyId') keyId: string, @Body() body: ChangeKeyBody, @Res({ passthrough: true }) reply: FastifyReply): Promise<KeyDto> {
    const key = this.own(caller, keyId);
    this.refuseStrongerSister(caller, key.mode);
    this.refuseUnknownNames(body);
    await this.change(caller, { type: 'ChangeApiKey', keyId: key.keyId, terms: termsOf(body, key.terms), by: caller.role }, reply);
    return keyDto(this.own(caller, keyId), (await this.usage.lastUsed([key.keyId])).get(key.keyId));
  }

  @Post(':keyId/rotate')
  @ApiOperation({ summary: 'Give a key a new text; the old one works a while longer' })
  @ApiCreatedResponse({ type: NewKeyDto })
  async rotate(@Caller() caller: Caller, @Param('keyId') keyId: string, @Body() body: RotateKeyBody, @Res({ passthrough: true }) reply: FastifyReply): Promise<NewKeyDto> {
    const key = this.own(caller, keyId);
    this.refuseStrongerSister(caller, key.mode);
    return this.shown(await this.commands.execute(new RotateApiKey(caller.orgId, key, overlapMs(body), caller)), reply);
  }

  @Delete(':keyId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a key, on every process within a second' })
  @ApiNoContentResponse()
  async revoke(@Caller() caller: Caller, @Param('keyId') keyId: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.change(caller, { type: 'RevokeApiKey', keyId: this.own(caller, keyId).keyId }, reply);
  }

  private async change(caller: Caller, change: PlainChange, reply: FastifyReply): Promise<void> {
    const { position } = await this.commands.execute(new ChangeOrganization(caller.orgId, change, caller));
    await this.written.at(position, reply);
  }

  private async shown({ keyId, text, hint, position }: NewKey, reply: FastifyReply): Promise<NewKeyDto> {
    await this.written.at(position, reply);
    return { id: keyId, key: text, hint };
  }

  /** A key that is held back gets no hold of one that is not, nor a test key of a live one. People may, by their role. */
  private refuseStrongerSister({ keyId, mode: own }: Caller, mode: KeyMode): void {
    const terms = keyId === null ? null : this.keys.get(keyId)?.terms;
    if (!terms) return;
    if (isRestricted(terms)) throw new ApiError(403, 'permission_error', 'key_restricted', 'a key with restrictions makes and changes no keys');
    if (own === 'test' && mode === 'live') throw new ApiError(403, 'permission_error', 'test_key', 'a test key makes and changes test keys only', 'mode');
  }

  /** A key that is held to a name nobody has reaches nothing, and its first request is late for saying so. */
  private refuseUnknownNames({ models, providers }: ChangeKeyBody): void {
    const { known } = this;
    if (!known) return;
    const model = models?.find((id) => !known.hasModel(id));
    if (model !== undefined) throw invalid('models', `models names "${model.slice(0, 200)}", which the catalogue does not know.`, 'model_not_found');
    const provider = providers?.find((slug) => !known.hasProvider(slug));
    if (provider !== undefined) throw invalid('providers', `providers names "${provider.slice(0, 200)}", which the catalogue does not know.`, 'provider_not_found');
  }

  /** A key of another organization is no key at all. */
  private own({ orgId }: Caller, keyId: string): ApiKey {
    const key = this.keys.get(keyId as KeyId);
    if (key?.orgId !== orgId) throw notFound('there is no such key', 'key_not_found');
    return key;
  }
}
