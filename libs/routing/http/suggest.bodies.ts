/** The bodies of the two endpoints that rank without calling a model, as the contract names their fields. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsNumber, IsObject, IsOptional, IsPositive, IsString, Max, Min } from 'class-validator';
import { optimizations, tasks, type Optimization, type Task } from '../domain/vocabulary.js';
import { HintedBody } from './hinted-body.js';

export const mostSuggestions = 20;

export class AutoSuggestBody extends HintedBody {
  @ApiProperty({ description: 'What is wanted, in words.', example: 'Write a short poem' })
  @IsString()
  @IsNotEmpty()
  prompt!: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'Input of the model: its attachments and size count, and each suggestion says whether it fits its schema.' })
  @IsOptional()
  @IsObject()
  input?: Record<string, unknown>;

  @ApiPropertyOptional({ minimum: 1, maximum: mostSuggestions, default: 5 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(mostSuggestions)
  limit?: number;
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
