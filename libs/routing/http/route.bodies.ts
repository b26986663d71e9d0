/** The bodies of the two routing endpoints, as the contract names their fields. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsNotEmpty, IsObject, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { priceTiers, tasks, type PriceTier, type Task } from '../domain/vocabulary.js';
import { HintedBody, longName } from './hinted-body.js';

export class RouteFeedbackBody {
  @ApiProperty({ description: 'Whether the classification of the earlier request was right.' })
  @IsBoolean()
  correct!: boolean;

  @ApiPropertyOptional({ enum: tasks, description: 'What the task should have been.' })
  @IsOptional()
  @IsIn(tasks)
  suggested_task?: Task;
}

export class AutoRouteBody extends HintedBody {
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
