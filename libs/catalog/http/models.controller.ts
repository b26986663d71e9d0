import { Body, Controller, Get, HttpCode, Inject, Optional, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Access } from '../../identity/exports.js';
import { invalid } from '../../platform/http/api-error.js';
import { optimizations, priceTiers, tasks, type Optimization, type Task } from '../../routing/domain/vocabulary.js';
import { narrowed } from '../domain/filters.js';
import { taskTypes, type TaskType } from '../domain/model.js';
import { PROMPT_TASK, type PromptTask } from '../domain/prompt-task.js';
import { recommend } from '../domain/recommend.js';
import { yardsticks } from '../domain/tiers.js';
import { AsOfRequest } from '../../event-sourcing/as-of.js';
import { CatalogReader } from './catalog-reader.js';
import { checkedFilters, ModelFilters } from './model-filters.js';
import { modelJson } from './model-json.js';
import { routerModel } from './router-model.js';

class ModelQuery extends ModelFilters {
  @ApiPropertyOptional({ description: 'Words that must begin words of the name, the description or the maker.' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  text?: string;

  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: 500, default: 100 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(500)
  limit = 100;

  @ApiPropertyOptional({ type: Number, minimum: 0, default: 0 })
  @IsOptional()
  @IsInt()
  @Min(0)
  offset = 0;
}

/** One name is of both: `web_search`. */
const tasksOrTypes = [...new Set<string>([...tasks, ...taskTypes])];

class RecommendRequest {
  @ApiPropertyOptional({ enum: tasksOrTypes, description: 'A router task, or a task_type of the registry.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  task?: string;

  @ApiPropertyOptional({ description: 'What the model is for, or like.', example: 'cheap vision model with long context' })
  @IsOptional()
  @IsString()
  @MaxLength(100_000)
  prompt?: string;

  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: 50, default: 5 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(50)
  limit = 5;

  @ApiPropertyOptional({ enum: optimizations, default: 'balanced' })
  @IsOptional()
  @IsString()
  optimization?: string;
}

@ApiTags('Models')
@ApiBearerAuth()
@Access('catalog:models')
@Controller('v1/models')
export class ModelsController {
  constructor(
    private readonly catalog: CatalogReader,
    @Optional() @Inject(PROMPT_TASK) private readonly promptTask: PromptTask | null = null,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List models', description: "All matching models: OpenAI's list, with the catalogue's facts on each entry. Without a filter the router itself comes last." })
  @ApiOkResponse({ description: '{object: "list", data: [model]}' })
  async list(@Query() request: ModelFilters) {
    const snapshot = await this.catalog.at(request.as_of);
    const filters = checkedFilters(request, this.catalog.latest());
    const models = narrowed(snapshot.models, filters).map(modelJson);
    const isAsked = Object.values(filters).some((filter) => filter !== undefined && filter !== false);
    return { object: 'list', data: isAsked ? models : [...models, routerModel] };
  }

  @Post('query')
  @HttpCode(200)
  @ApiOperation({ summary: 'Search models', description: 'The filters of the list, full text, price tier, tags, in pages.' })
  async query(@Body() request: ModelQuery, @Query() { as_of }: AsOfRequest) {
    const snapshot = await this.catalog.at(request.as_of ?? as_of);
    const filters = checkedFilters(request, this.catalog.latest());
    const found = request.text?.trim() ? snapshot.textIndex.matching(request.text).map(({ model }) => model) : snapshot.models;
    const matching = narrowed(found, filters);
    const { limit, offset } = request;
    return {
      object: 'list',
      data: matching.slice(offset, offset + limit).map(modelJson),
      total: matching.length,
      limit,
      offset,
      has_more: offset + limit < matching.length,
    };
  }

  @Post('recommend')
  @HttpCode(200)
  @ApiOperation({ summary: 'Recommend models', description: 'By a task, by a wish in words, or both; says what it read out of the words.' })
  async recommend(@Body() request: RecommendRequest, @Query() { as_of }: AsOfRequest) {
    const prompt = request.prompt?.trim() || null;
    if (request.task === undefined && prompt === null) throw invalid('prompt', 'Give a task, a prompt, or both.', 'missing_field');
    const { recommendations, understood, relaxed } = recommend(await this.catalog.at(as_of), {
      ...taskOf(request.task),
      prompt,
      work: prompt && this.promptTask ? this.promptTask(prompt) : null,
      optimization: optimizationOf(request.optimization),
      limit: request.limit,
    });
    return {
      object: 'list',
      data: recommendations.map(({ model, score, reasons }) => ({ model: modelJson(model), cost_tier: model.price_tier, score, reasons })),
      understood: understood && { ...understood, max_price: understood.max_price && { dollars: Number(understood.max_price.amount) / 1e12, per: understood.max_price.unit } },
      relaxed,
    };
  }

  @Get('tags')
  @ApiOperation({ summary: 'List all tags' })
  async tags(@Query() { as_of }: AsOfRequest) {
    const counts = new Map<string, number>();
    for (const { tags } of (await this.catalog.at(as_of)).models) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    const data = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([tag, model_count]) => ({ tag, model_count }));
    return { object: 'list', data, tags: data.map(({ tag }) => tag) };
  }

  @Get('price-tiers')
  @ApiOperation({ summary: 'List all price tiers', description: 'Cheapest first, with what each means for each kind of model.' })
  async priceTiers(@Query() { as_of }: AsOfRequest) {
    const { models } = await this.catalog.at(as_of);
    const bounds = Object.entries(yardsticks);
    const data = priceTiers.map((tier, i) => ({
      tier,
      model_count: models.filter(({ price_tier }) => price_tier === tier).length,
      dollars: bounds.map(([, { of, cuts }]) => ({ of, from: Number(cuts[i - 1] ?? 0), below: cuts[i] === undefined ? null : Number(cuts[i]) })),
    }));
    return { object: 'list', data, price_tiers: priceTiers };
  }
}

function taskOf(asked: string | undefined): { task: Task | null; task_type: TaskType | null } {
  if (asked === undefined) return { task: null, task_type: null };
  if ((tasks as readonly string[]).includes(asked)) return { task: asked as Task, task_type: null };
  if ((taskTypes as readonly string[]).includes(asked)) return { task: null, task_type: asked as TaskType };
  throw invalid('task', `task=${asked} is not known. Allowed: ${tasksOrTypes.join(', ')}.`, 'unknown_value');
}

function optimizationOf(asked = 'balanced'): Optimization {
  if ((optimizations as readonly string[]).includes(asked)) return asked as Optimization;
  throw invalid('optimization', `optimization=${asked} is not known. Allowed: ${optimizations.join(', ')}.`, 'unknown_value');
}
