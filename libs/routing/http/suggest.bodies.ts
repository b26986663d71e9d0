/** The bodies of the two endpoints that rank without calling a model, as the contract names their fields. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsNumber, IsObject, IsOptional, IsPositive, IsString, Max, MaxLength, Min } from 'class-validator';
import {
  classificationModes, contentModes, optimizations, tasks, type ClassificationMode, type ContentMode, type Optimization, type Task,
} from '../domain/vocabulary.js';

const longName = 200;
export const mostSuggestions = 20;

export class AutoSuggestBody {
  @ApiProperty({ description: 'What is wanted, in words.', example: 'Write a short poem' })
  @IsString()
  @IsNotEmpty()
  prompt!: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'Input of the model: its attachments and size count, and each suggestion says whether it fits its schema.' })
  @IsOptional()
  @IsObject()
  input?: Record<string, unknown>;

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

  @ApiPropertyOptional({ minimum: 1, maximum: mostSuggestions, default: 5 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(mostSuggestions)
  limit?: number;

  @ApiPropertyOptional({ description: 'Session for context.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(longName)
  session_id?: string;

  @ApiPropertyOptional({ description: 'Most that the request may cost, in dollars.', example: 0.01 })
  @IsOptional()
  @IsNumber()
  @IsPositive()
  budget_dollars?: number;

  @ApiPropertyOptional({ description: 'Catalogue category.', example: 'llm' })
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

  @ApiPropertyOptional({ description: 'Model line.', example: 'llm/anthropic--claude-sonnet' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(longName)
  catalog_family?: string;

  @ApiPropertyOptional({ description: 'Explicit model: ranking is skipped.', example: 'openai/gpt-5.4-nano' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(longName)
  model?: string;
}

export class PriceComparisonBody {
  @ApiPropertyOptional({ description: 'Prices are compared for this prompt; for one of usual size when absent.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  prompt?: string;

  @ApiPropertyOptional({ enum: tasks, default: 'text', description: 'Hint; without one a prompt is classified.' })
  @IsOptional()
  @IsIn(tasks)
  task?: Task;

  @ApiPropertyOptional({ enum: optimizations, default: 'balanced' })
  @IsOptional()
  @IsIn(optimizations)
  optimization?: Optimization;

  @ApiPropertyOptional({ description: 'Most that the request may cost, in dollars.' })
  @IsOptional()
  @IsNumber()
  @IsPositive()
  budget_dollars?: number;
}
