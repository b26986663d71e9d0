import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiNotFoundResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '../../identity/exports.js';
import { invalid } from '../../platform/http/api-error.js';
import { inputSchema } from '../domain/input-schema.js';
import { outputSchema } from '../domain/output-schema.js';
import { SchemaCheck, type SchemaReport } from '../read-model/schema-check.js';
import { AsOfRequest } from './as-of.js';
import { CatalogReader } from './catalog-reader.js';
import { modelDetail } from './model-json.js';

/** `provider/model` as two segments, or as one with the slash encoded; aliases and unique bare names work in one. */
const paths = (tail = '') => [`:provider/:model${tail}`, `:model${tail}`];

interface ModelPath {
  readonly provider?: string;
  readonly model: string;
}
const nameOf = ({ provider, model }: ModelPath) => (provider === undefined ? model : `${provider}/${model}`);

/** One model: its facts, what it takes and gives, and whether a value fits. */
@ApiTags('Models')
@ApiBearerAuth()
@ApiParam({ name: 'model', description: 'Name of the model within its provider, or the whole id with its slash encoded.' })
@ApiNotFoundResponse({ description: 'No model of that id was in the catalogue then.' })
@Access('catalog:models')
@Controller('v1/models')
export class ModelController {
  constructor(
    private readonly catalog: CatalogReader,
    private readonly check: SchemaCheck,
  ) {}

  @Get(paths('/input-schema'))
  @ApiOperation({ summary: 'Input schema of a model', description: 'JSON Schema, narrowed by what the model can do.' })
  inputSchema(@Param() path: ModelPath, @Query() { as_of }: AsOfRequest) {
    return inputSchema(this.catalog.model(nameOf(path), as_of).model);
  }

  @Get(paths('/output-schema'))
  @ApiOperation({ summary: 'Output schema of a model' })
  outputSchema(@Param() path: ModelPath, @Query() { as_of }: AsOfRequest) {
    return outputSchema(this.catalog.model(nameOf(path), as_of).model);
  }

  @Post(paths('/validate-input'))
  @HttpCode(200)
  @ApiBody({ description: 'The input itself, or {"input": {...}}.', schema: { type: 'object' } })
  @ApiOperation({ summary: 'Validate an input', description: 'Answers 200 with a report, also when the input does not fit.' })
  validateInput(@Param() path: ModelPath, @Query() { as_of }: AsOfRequest, @Body() body: unknown) {
    const { model } = this.catalog.model(nameOf(path), as_of);
    return report(model.id, this.check.input(model, unwrapped(body, 'input')));
  }

  @Post(paths('/validate-output'))
  @HttpCode(200)
  @ApiBody({ description: 'The output itself, or {"output": {...}}.', schema: { type: 'object' } })
  @ApiOperation({ summary: 'Validate an output', description: 'Answers 200 with a report, also when the output does not fit.' })
  validateOutput(@Param() path: ModelPath, @Query() { as_of }: AsOfRequest, @Body() body: unknown) {
    const { model } = this.catalog.model(nameOf(path), as_of);
    return report(model.id, this.check.output(model, unwrapped(body, 'output')));
  }

  @Get(paths())
  @ApiOperation({ summary: 'Get a model', description: 'Facts, provenance, benchmarks with their sources, price history, and how it does in production.' })
  async one(@Param() path: ModelPath, @Query() { as_of }: AsOfRequest) {
    return modelDetail(await this.catalog.detail(nameOf(path), as_of));
  }
}

const report = (model: string, { valid, errors, warnings }: SchemaReport) => ({ model, valid, errors, warnings });

/** Both forms are taken; a model whose own input has a text called `input` is not confused by it. */
function unwrapped(body: unknown, wrapper: 'input' | 'output'): unknown {
  if (typeof body !== 'object' || body === null) throw invalid(null, `The body must be a JSON object: the ${wrapper} to validate.`, 'missing_field');
  const inner = (body as Record<string, unknown>)[wrapper];
  return typeof inner === 'object' && inner !== null && Object.keys(body).length === 1 ? inner : body;
}
