/**
 * Whether the models of a decision take the input that was sent, by their own input schemas, before anything is
 * recorded or spent. A model that does not is excluded and the decision made again; when none is left, the caller is
 * told which field is wrong. Which models refused is part of the request, so that a replay decides the same.
 */
import { Injectable } from '@nestjs/common';
import { SchemaCheck, type SchemaReport } from '../../catalog/exports.js';
import type { CatalogModel } from '../../catalog/domain/model.js';
import { invalid, type ApiError } from '../../platform/http/api-error.js';
import type { Fields } from '../commands/measure-input.js';
import type { Wish } from '../commands/route-request.js';
import type { Decision } from '../domain/decision.js';
import type { ModelId, Task } from '../domain/vocabulary.js';
import { Router } from '../router.js';
import { asSchemaInput } from './schema-input.js';

/** What the models of so many chains refuse, one after the other, is taken for a mistake of the caller's. */
const mostRounds = 6;

@Injectable()
export class InputFit {
  constructor(
    private readonly router: Router,
    private readonly schemas: SchemaCheck,
  ) {}

  /** @throws ApiError 400 naming the field of the input that the best models do not take; whatever deciding throws. */
  fitted(wish: Wish, input: Fields, prompt: string): Wish {
    const refuses = (id: ModelId) => !this.report(this.router.model(id)!, input, prompt).valid;
    let first: { readonly refusal: ApiError; readonly task: Task } | null = null;
    let request = this.router.received(wish.request);
    for (let round = 0; round < mostRounds; round++) {
      const { fallbackChain, classification } = this.decided({ ...wish, request }, first?.refusal);
      // Another task takes the place of one that nobody is left for: an input that is wrong is not another task's.
      if (first && classification.task !== first.task) break;
      const refusing = fallbackChain.filter(refuses);
      if (refusing.length === 0) return { ...wish, request };
      first ??= { refusal: this.refusal(refusing[0]!, input, prompt), task: classification.task };
      request = { ...request, unfit: [...(request.unfit ?? []), ...refusing].sort() };
    }
    throw first!.refusal;
  }

  report(model: CatalogModel, input: Fields, prompt: string): SchemaReport {
    return this.schemas.input(model, asSchemaInput(input, prompt));
  }

  /** @param refusal what is said when nothing is left to choose. */
  private decided({ request, text }: Wish, refusal: ApiError | undefined): Decision {
    try {
      return this.router.decide(request, text).decision;
    } catch (error) {
      throw refusal ?? error;
    }
  }

  /** `messages[0].role` of the schema is `input.messages.0.role` of the body. */
  private refusal(id: ModelId, input: Fields, prompt: string): ApiError {
    const { path, message } = this.report(this.router.model(id)!, input, prompt).errors[0]!;
    const field = path.replaceAll(/\[(\d+)\]/g, '.$1');
    return invalid(field === '' ? 'input' : `input.${field}`, `input does not fit what ${id} takes: ${message}.`, 'invalid_input');
  }
}
