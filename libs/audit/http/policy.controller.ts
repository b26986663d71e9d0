import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { AsOfRequest, PointsOfThePast } from '../../event-sourcing/as-of.js';
import { Access } from '../../identity/exports.js';
import { notFound } from '../../platform/http/api-error.js';
import { defaultPolicy } from '../../routing/domain/policy.js';
import { PastPolicies } from '../read-model/past-policies.js';

class PolicyRequest extends AsOfRequest {
  @ApiPropertyOptional({ type: String, description: 'Name of a published policy.', default: defaultPolicy.name })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,39}$/, { message: 'name must be the name of a policy, such as default' })
  name?: string;
}

/** What the numbers of a decision weigh. It is the operator's, and the same for every organization. */
@ApiTags('audit')
@Controller('v1/policy')
export class PolicyController {
  constructor(
    private readonly policies: PastPolicies,
    private readonly points: PointsOfThePast,
  ) {}

  @Get()
  @Access('org:audit')
  @ApiOperation({ summary: 'The routing policy in force, now or as of a point of the past; X-GR-Position names the event that published it' })
  @ApiOkResponse({ description: '{name, version, policy, position}; version 0 at position 0 is the policy that ships.' })
  async get(@Query() { name = defaultPolicy.name, as_of: text }: PolicyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const found = await this.policies.of(name, await this.points.named(text));
    if (!found) throw notFound(`There is no policy ${name}${text === undefined ? '' : ` as of ${text}`}.`, 'policy_not_found', 'name');
    void reply.header('x-gr-position', found.position.toString());
    return { ...found.policy, position: found.position.toString() };
  }
}
