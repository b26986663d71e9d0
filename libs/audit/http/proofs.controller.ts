import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { Access, Caller } from '../../identity/exports.js';
import { invalid } from '../../platform/http/api-error.js';
import { Proofs } from '../tree/published-proofs.js';

const whole = /^\d{1,15}$/;
const position = /^\d{1,19}$/;

class InclusionRequest {
  @ApiProperty({ description: 'Commit position of the event.' })
  @Matches(position, { message: 'position must be a commit position, a whole number' })
  position!: string;

  @ApiPropertyOptional({ description: 'Size of the signed tree to prove it in; the latest signed head when absent.' })
  @IsOptional()
  @Matches(whole, { message: 'size must be a whole number' })
  size?: string;
}

class ConsistencyRequest {
  @ApiProperty({ description: 'Size of the earlier tree.' })
  @Matches(whole, { message: 'from must be the size of a tree, a whole number' })
  from!: string;

  @ApiPropertyOptional({ description: 'Size of the later tree; the latest signed head when absent.' })
  @IsOptional()
  @Matches(whole, { message: 'to must be the size of a tree, a whole number' })
  to?: string;
}

/** The tamper evidence of the log: RFC 6962 proofs under signed tree heads. */
@ApiTags('audit')
@Controller('v1/audit')
export class ProofsController {
  constructor(private readonly proofs: Proofs) {}

  @Get('tree-head')
  @Access('org:audit')
  @ApiOperation({ summary: 'The latest signed tree head (C2SP tlog-checkpoint) and the keys that sign' })
  @ApiOkResponse({ description: '{origin, size, root_hash, position, note, keys}' })
  head() {
    return this.proofs.head();
  }

  @Get('proof/inclusion')
  @Access('org:audit')
  @ApiOperation({ summary: 'That one event is in the signed tree: its bytes, its place and its audit path' })
  @ApiOkResponse({ description: '{event, leaf_index, size, path, root_hash, note}' })
  inclusion(@Caller() { orgId }: Caller, @Query() { position: at, size }: InclusionRequest) {
    return this.proofs.inclusion(orgId, BigInt(at), size === undefined ? null : Number(size));
  }

  @Get('proof/consistency')
  @Access('org:audit')
  @ApiOperation({ summary: 'That a later tree begins with an earlier one: nothing was rewritten between them' })
  @ApiOkResponse({ description: '{from, to, from_root, to_root, path}' })
  consistency(@Query() { from, to }: ConsistencyRequest) {
    if (to !== undefined && Number(from) > Number(to)) throw invalid('from', `from ${from} is larger than to ${to}`);
    return this.proofs.consistency(Number(from), to === undefined ? null : Number(to));
  }
}
