import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNumber, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { Written, WritesTo } from '../../event-sourcing/projections/read-your-writes.js';
import { Access, Caller } from '../../identity/exports.js';
import { tasks, type Task } from '../../routing/domain/vocabulary.js';
import { GiveFeedback } from '../commands/give-feedback.js';

class FeedbackBody {
  @ApiProperty({ description: 'The original prompt: the last turn of the user, as it was sent.' })
  @IsString()
  @MinLength(1)
  @MaxLength(1_000_000)
  prompt!: string;

  @ApiProperty({ enum: tasks, description: 'The task the router classified.' })
  @IsIn(tasks)
  classified_task!: Task;

  @ApiProperty({ description: 'Whether the classification was right.' })
  @IsBoolean()
  correct!: boolean;

  @ApiPropertyOptional({ minimum: 0, maximum: 1 })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  confidence?: number;

  @ApiPropertyOptional({ enum: tasks, description: 'What the task should have been.' })
  @IsOptional()
  @IsIn(tasks)
  suggested_task?: Task;

  @ApiPropertyOptional({ description: 'x-request-id of the answer it speaks of; found by the prompt when absent.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  request_id?: string;
}

@ApiTags('feedback')
@Controller('v1/auto/feedback')
export class FeedbackController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @Access('org:feedback')
  @WritesTo('feedback')
  @ApiOperation({ summary: 'Says whether a classification was right, so that the router learns; the same feedback twice is one' })
  async give(@Caller() { orgId, actor }: Caller, @Body() body: FeedbackBody) {
    const opinion = {
      prompt: body.prompt,
      requestId: body.request_id ?? null,
      classifiedTask: body.classified_task,
      correct: body.correct,
      confidence: body.confidence ?? null,
      suggestedTask: body.suggested_task ?? null,
    };
    const { feedback, position } = await this.commands.execute(new GiveFeedback(orgId, opinion, actor));
    return new Written(position, { feedback_id: feedback.feedbackId, request_id: feedback.requestId, model: feedback.model, recorded: true, tenant_id: orgId });
  }
}
