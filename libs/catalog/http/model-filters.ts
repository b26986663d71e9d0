/** The filters of the list and the query, and what is said when they name nothing or contradict each other. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, IsString, MaxLength } from 'class-validator';
import { invalid } from '../../platform/http/api-error.js';
import { priceTiers, tasks } from '../../routing/domain/vocabulary.js';
import { closest } from '../domain/closest.js';
import { problemOf, type FilterProblem, type Filters } from '../domain/filters.js';
import { categories, modelTypes, taskTypes, visibilities } from '../domain/model.js';
import type { CatalogSnapshot } from '../domain/snapshot.js';
import { AsOfRequest } from '../../event-sourcing/as-of.js';

/** `true` and `false` of a query string, as well as of JSON. */
export const toBoolean = ({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value);
/** `a,b`, `a=1&a=2` and `["a","b"]` are one list. */
export const toList = ({ value }: { value: unknown }) => {
  const given = Array.isArray(value) ? value : [value];
  return given.flatMap((item) => (typeof item === 'string' ? item.split(',').map((word) => word.trim()).filter(Boolean) : [item]));
};

export class ModelFilters extends AsOfRequest {
  @ApiPropertyOptional({ enum: taskTypes })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  task_type?: string;

  @ApiPropertyOptional({ enum: tasks, description: 'Router task; models that are also fit for it are included.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  task?: string;

  @ApiPropertyOptional({ example: 'openai' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  provider?: string;

  @ApiPropertyOptional({ enum: categories })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  category?: string;

  @ApiPropertyOptional({ description: 'Branch of the catalogue, see /v1/catalog/taxonomy.', example: 'image-editing' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  taxonomy?: string;

  @ApiPropertyOptional({ description: 'All of these, separated by commas.', example: 'vision,reasoning', type: String })
  @IsOptional()
  @Transform(toList)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  capabilities?: string[];

  @ApiPropertyOptional({ description: 'Any of these.', type: [String] })
  @IsOptional()
  @Transform(toList)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  tags?: string[];

  @ApiPropertyOptional({ enum: modelTypes })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  type?: string;

  @ApiPropertyOptional({ description: 'Model line, `category/provider--family`.', example: 'llm/openai--gpt-5' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  catalog_family?: string;

  @ApiPropertyOptional({ enum: visibilities })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  catalog_visibility?: string;

  @ApiPropertyOptional({ enum: priceTiers })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  price_tier?: string;

  @ApiPropertyOptional({ description: 'Only models the router may choose: priced, current, not of the long tail.', type: Boolean })
  @IsOptional()
  @Transform(toBoolean)
  @IsBoolean({ message: 'routable_only must be true or false' })
  routable_only?: boolean;
}

const names = [
  'task_type', 'task', 'provider', 'category', 'taxonomy', 'capabilities', 'tags', 'type', 'catalog_family', 'catalog_visibility', 'price_tier', 'routable_only',
] as const;

/** The filters as asked. @throws ApiError 400 naming the field that is unknown or contradicts, and what it may be. */
export function checkedFilters(request: ModelFilters, latest: CatalogSnapshot): Filters {
  const filters = Object.fromEntries(names.filter((name) => request[name] !== undefined).map((name) => [name, request[name]])) as Filters;
  // Names are checked against everything ever listed, so that a question about the past may use the names of the past.
  const problem = problemOf(filters, latest.ever);
  if (problem) throw invalid(problem.field, said(problem), problem.code);
  return filters;
}

/** Values listed in an error; beyond that it says how many there are. */
const listed = 120;

function said({ field, code, value, allowed, beside }: FilterProblem): string {
  const shown = `${allowed.slice(0, listed).join(', ')}${allowed.length > listed ? ` and ${allowed.length - listed} more` : ''}`;
  if (code === 'contradictory_filters') return `${field}=${value} contradicts ${beside.join(' and ')}; there, ${field} may be: ${shown}.`;
  const meant = closest(value, allowed);
  return `${field}=${value} is not known${meant ? `; did you mean ${meant}?` : '.'} Allowed: ${shown}.`;
}
