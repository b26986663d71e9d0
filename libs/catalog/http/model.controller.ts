import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiExcludeController, ApiNotFoundResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '../../identity/exports.js';
import { invalid } from '../../platform/http/api-error.js';
import { inputSchema } from '../domain/input-schema.js';
import { outputSchema } from '../domain/output-schema.js';
import { SchemaCheck, type SchemaReport } from '../read-model/schema-check.js';
import { AsOfRequest } from '../../event-sourcing/as-of.js';
import { CatalogReader } from './catalog-reader.js';
import { modelDetail } from './model-json.js';
import { routerModelBy } from './router-model.js';

interface ModelPath {
  /** Absent when the id came in one segment, with its slash encoded, or as an alias. */
  readonly provider?: string;
  readonly model: string;
}
const nameOf = ({ provider, model }: ModelPath) => (provider === undefined ? model : `${provider}/${model}`);

/** One model: its facts, what it takes and gives, and whether a value fits. */
@ApiTags('Models')
@ApiBearerAuth()
@ApiParam({ name: 'provider', example: 'openai' })
@ApiParam({ name: 'model', example: 'gpt-5', description: 'The whole id may also be one segment with its slash encoded: openai%2Fgpt-5.' })
@ApiNotFoundResponse({ description: 'No model of that id was in the catalogue then.' })
@Access('catalog:models')
@Controller('v1/models')
export class ModelController {
  constructor(
    private readonly catalog: CatalogReader,
    private readonly check: SchemaCheck,
  ) {}

  @Get(':provider/:model/input-schema')
  @ApiOperation({ summary: 'Input schema of a model', description: 'JSON Schema, narrowed by what the model can do.' })
  async inputSchema(@Param() path: ModelPath, @Query() { as_of }: AsOfRequest) {
    return inputSchema((await this.catalog.model(nameOf(path), as_of)).model);
  }

  @Get(':provider/:model/output-schema')
  @ApiOperation({ summary: 'Output schema of a model' })
  async outputSchema(@Param() path: ModelPath, @Query() { as_of }: AsOfRequest) {
    return outputSchema((await this.catalog.model(nameOf(path), as_of)).model);
  }

  @Post(':provider/:model/validate-input')
  @HttpCode(200)
  @ApiBody({ description: 'The input itself, or {"input": {...}}.', schema: { type: 'object' } })
  @ApiOperation({ summary: 'Validate an input', description: 'Answers 200 with a report, also when the input does not fit.' })
  async validateInput(@Param() path: ModelPath, @Query() { as_of }: AsOfRequest, @Body() body: unknown) {
    const { model } = await this.catalog.model(nameOf(path), as_of);
    return report(model.id, this.check.input(model, unwrapped(body, 'input')));
  }

  @Post(':provider/:model/validate-output')
  @HttpCode(200)
  @ApiBody({ description: 'The output itself, or {"output": {...}}.', schema: { type: 'object' } })
  @ApiOperation({ summary: 'Validate an output', description: 'Answers 200 with a report, also when the output does not fit.' })
  async validateOutput(@Param() path: ModelPath, @Query() { as_of }: AsOfRequest, @Body() body: unknown) {
    const { model } = await this.catalog.model(nameOf(path), as_of);
    return report(model.id, this.check.output(model, unwrapped(body, 'output')));
  }

  @Get(':provider/:model')
  @ApiOperation({ summary: 'Get a model', description: 'Facts, provenance, benchmarks with their sources, price history, and how it does in production.' })
  async one(@Param() path: ModelPath, @Query() { as_of }: AsOfRequest) {
    return routerModelBy(nameOf(path)) ?? modelDetail(await this.catalog.detail(nameOf(path), as_of));
  }
}

/** The same for an id in one segment: the slash encoded, as OpenAI's clients send it, or an alias without one. */
@ApiExcludeController()
@Access('catalog:models')
@Controller('v1/models/:model')
export class ModelByIdController {
  constructor(private readonly models: ModelController) {}

  @Get('input-schema')
  inputSchema(@Param() path: ModelPath, @Query() query: AsOfRequest) {
    return this.models.inputSchema(path, query);
  }

  @Get('output-schema')
  outputSchema(@Param() path: ModelPath, @Query() query: AsOfRequest) {
    return this.models.outputSchema(path, query);
  }

  @Post('validate-input')
  @HttpCode(200)
  validateInput(@Param() path: ModelPath, @Query() query: AsOfRequest, @Body() body: unknown) {
    return this.models.validateInput(path, query, body);
  }

  @Post('validate-output')
  @HttpCode(200)
  validateOutput(@Param() path: ModelPath, @Query() query: AsOfRequest, @Body() body: unknown) {
    return this.models.validateOutput(path, query, body);
  }

  @Get()
  one(@Param() path: ModelPath, @Query() query: AsOfRequest) {
    return this.models.one(path, query);
  }
}

const report = (model: string, { valid, errors, warnings }: SchemaReport) => ({ model, valid, errors, warnings });

/** Both forms are taken; a model whose own input has a text called `input` is not confused by it. */
function unwrapped(body: unknown, wrapper: 'input' | 'output'): unknown {
  if (typeof body !== 'object' || body === null) throw invalid(null, `The body must be a JSON object: the ${wrapper} to validate.`, 'missing_field');
  const inner = (body as Record<string, unknown>)[wrapper];
  return typeof inner === 'object' && inner !== null && Object.keys(body).length === 1 ? inner : body;
}
