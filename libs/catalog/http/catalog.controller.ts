import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiNotFoundResponse, ApiOperation, ApiParam, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Access } from '../../identity/exports.js';
import { invalid, notFound } from '../../platform/http/api-error.js';
import { families, findFamilies, taxonomyOf } from '../domain/families.js';
import { taxonomy } from '../domain/taxonomy.js';
import { closest } from '../domain/closest.js';
import { AsOfRequest } from '../../event-sourcing/as-of.js';
import { CatalogReader } from './catalog-reader.js';
import { toBoolean } from './model-filters.js';
import { modelJson } from './model-json.js';

class FamiliesRequest extends AsOfRequest {
  @ApiPropertyOptional({ description: 'Branch of the taxonomy.', example: 'image-generation' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  taxonomy?: string;

  @ApiPropertyOptional({ type: Number, minimum: 0, default: 0 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  offset = 0;

  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: 100, default: 24 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 24;

  @ApiPropertyOptional({ description: 'Hides lines of which the router may choose no model.', type: Boolean })
  @IsOptional()
  @Transform(toBoolean)
  @IsBoolean({ message: 'routable_only must be true or false' })
  routable_only?: boolean;

  @ApiPropertyOptional({ description: "Words that must begin words of the line's name." })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;
}

/** Browsing the catalogue by model line; open to anyone. */
@ApiTags('Catalog')
@Access('public')
@Controller('v1/catalog')
export class CatalogController {
  constructor(private readonly catalog: CatalogReader) {}

  @Get('taxonomy')
  @ApiOperation({ summary: 'The branches of the catalogue, with how much hangs on each' })
  async taxonomy(@Query() { as_of }: AsOfRequest) {
    return { object: 'list', data: taxonomyOf((await this.catalog.at(as_of)).models) };
  }

  @Get('families')
  @ApiOperation({ summary: 'Model lines, in pages' })
  async families(@Query() { as_of, offset, limit, ...filters }: FamiliesRequest) {
    checkBranch(filters.taxonomy);
    const found = findFamilies(families((await this.catalog.at(as_of)).models), filters);
    return { object: 'list', data: found.slice(offset, offset + limit), total: found.length, offset, limit, has_more: offset + limit < found.length };
  }

  @Get('families/:id')
  @ApiParam({ name: 'id', example: 'llm%2Fopenai--gpt-5', description: 'The slash may be encoded or raw.' })
  @ApiNotFoundResponse({ description: 'No model line of that id was in the catalogue then.' })
  @ApiOperation({ summary: 'One model line with its models' })
  async family(@Param('id') id: string, @Query() { as_of }: AsOfRequest) {
    const { models } = await this.catalog.at(as_of);
    const members = models.filter(({ catalog_family }) => catalog_family === id);
    const [line] = families(members);
    if (!line) throw notFound(`There is no model line ${id}${suggestion(id, models.map((model) => model.catalog_family))}`, 'family_not_found', 'id');
    return { ...line, models: members.map(modelJson) };
  }

  @Get('families/:category/:line')
  @ApiExcludeEndpoint()
  familyOfTwoSegments(@Param('category') category: string, @Param('line') line: string, @Query() query: AsOfRequest) {
    return this.family(`${category}/${line}`, query);
  }
}

function checkBranch(branch: string | undefined): void {
  const known = taxonomy.map(({ id }) => id);
  if (branch !== undefined && !known.includes(branch)) throw invalid('taxonomy', `taxonomy=${branch} is not known. Allowed: ${known.join(', ')}.`, 'unknown_value');
}

function suggestion(asked: string, known: readonly string[]): string {
  const meant = closest(asked, [...new Set(known)]);
  return meant ? `; did you mean ${meant}?` : '.';
}
