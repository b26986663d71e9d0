/** The bodies of the two routing endpoints, as the contract names their fields. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize, IsArray, IsBoolean, IsIn, IsNotEmpty, IsNumber, IsObject, IsOptional, IsPositive, IsString, MaxLength, ValidateNested,
} from 'class-validator';
import {
  classificationModes, contentModes, optimizations, priceTiers, tasks,
  type ClassificationMode, type ContentMode, type Optimization, type PriceTier, type Task,
} from '../domain/vocabulary.js';

const longName = 200;

export class RouteFeedbackBody {
  @ApiProperty({ description: 'Whether the classification of the earlier request was right.' })
  @IsBoolean()
  correct!: boolean;

  @ApiPropertyOptional({ enum: tasks, description: 'What the task should have been.' })
  @IsOptional()
  @IsIn(tasks)
  suggested_task?: Task;
}

export class AutoRouteBody {
  @ApiProperty({ description: 'What is wanted, in words.', example: 'What is the capital of France?' })
  @IsString()
  @IsNotEmpty()
  prompt!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Input of the model: messages, images, audio, parameters.',
    example: { messages: [{ role: 'user', content: 'What is the capital of France?' }] },
  })
  @IsObject()
  input!: Record<string, unknown>;

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

  @ApiPropertyOptional({ type: RouteFeedbackBody })
  @IsOptional()
  @ValidateNested()
  @Type(() => RouteFeedbackBody)
  feedback?: RouteFeedbackBody;
}

export class ExplicitFilterBody {
  @ApiPropertyOptional({ example: 'text_generation' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(longName)
  task_type?: string;

  @ApiPropertyOptional({ type: [String], example: ['vision', 'reasoning'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(30)
  @IsString({ each: true })
  capabilities?: string[];
}

export class ExplicitRouteBody {
  @ApiProperty({ description: 'Task type or description to match.', example: 'summarize a contract' })
  @IsString()
  @IsNotEmpty()
  query!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { messages: [{ role: 'user', content: 'Summarize: ...' }] } })
  @IsObject()
  input!: Record<string, unknown>;

  @ApiPropertyOptional({ enum: priceTiers, description: 'No dearer tier than this.' })
  @IsOptional()
  @IsIn(priceTiers)
  maxCost?: PriceTier;

  @ApiPropertyOptional({ type: ExplicitFilterBody })
  @IsOptional()
  @ValidateNested()
  @Type(() => ExplicitFilterBody)
  filter?: ExplicitFilterBody;
}
