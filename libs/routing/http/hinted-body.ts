/** What a caller may ask for by name, in every body that routes: the fields of the contract, and the hints they are. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsNotEmpty, IsNumber, IsOptional, IsPositive, IsString, MaxLength } from 'class-validator';
import { noHints, type RoutingHints } from '../domain/request.js';
import {
  classificationModes, contentModes, optimizations, tasks, type ClassificationMode, type ContentMode, type Optimization, type Task,
} from '../domain/vocabulary.js';
import { mostFallbackModels, namedModels } from './named-models.js';

export const longName = 200;

export abstract class HintedBody {
  @ApiPropertyOptional({ enum: tasks, description: 'Hint: what kind of work it is.' })
  @IsOptional()
  @IsIn(tasks)
  task?: Task;

  @ApiPropertyOptional({ enum: contentModes })
  @IsOptional()
  @IsIn(contentModes)
  content_mode?: ContentMode;

  @ApiPropertyOptional({ enum: optimizations, default: 'balanced' })
  @IsOptional()
  @IsIn(optimizations)
  optimization?: Optimization;

  @ApiPropertyOptional({ enum: classificationModes, default: 'auto' })
  @IsOptional()
  @IsIn(classificationModes)
  mode?: ClassificationMode;

  @ApiPropertyOptional({ description: 'Session for context; a new one when absent.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(longName)
  session_id?: string;

  @ApiPropertyOptional({ description: 'Most that the request may cost, in dollars.', example: 0.05 })
  @IsOptional()
  @IsNumber()
  @IsPositive()
  budget_dollars?: number;

  @ApiPropertyOptional({ description: 'Catalogue category: the best model in it.', example: 'llm' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(longName)
  taxonomy?: string;

  @ApiPropertyOptional({ description: 'Provider slug within the taxonomy.', example: 'google' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(longName)
  provider?: string;

  @ApiPropertyOptional({ description: 'Model line: its best routable variant.', example: 'llm/google--gemini' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(longName)
  catalog_family?: string;

  @ApiPropertyOptional({ description: 'Explicit model: ranking is skipped.', example: 'google/gemini-2.5-flash' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(longName)
  model?: string;

  @ApiPropertyOptional({ type: [String], maxItems: mostFallbackModels, description: 'Stand in for `model`, in this order, when it cannot serve or fails.', example: ['anthropic/claude-sonnet-4'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(mostFallbackModels)
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  models?: string[];
}

/** @throws ApiError 400 for stand-ins of a model that is not named. */
export const hintsOf = (body: HintedBody): RoutingHints => ({
  ...noHints,
  task: body.task ?? null,
  contentMode: body.content_mode ?? null,
  optimization: body.optimization ?? null,
  mode: body.mode ?? 'auto',
  taxonomy: body.taxonomy ?? null,
  provider: body.provider ?? null,
  catalogFamily: body.catalog_family ?? null,
  ...namedModels(body.model, body.models),
});
