import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type', 'param', 'code'],
      properties: {
        message: { type: 'string' },
        type: { type: 'string' },
        param: { type: ['string', 'null'] },
        code: { type: 'string' },
      },
    },
  },
};

const meanings: Readonly<Record<number, string>> = {
  400: 'The request is at fault; `param` names the field.',
  401: 'The API key is missing, unknown, expired or revoked.',
  402: 'The wallet cannot pay for this request.',
  404: 'Unknown model or endpoint.',
  413: 'The body is too large.',
  429: 'A rate limit was reached; see Retry-After.',
  500: 'Our fault.',
  502: 'No provider of the chain could answer.',
  503: 'Try again after Retry-After seconds; no model was called.',
};

/** The errors of an endpoint that calls a model, for the API reference. */
export const answerErrors = () =>
  applyDecorators(...Object.entries(meanings).map(([status, description]) => ApiResponse({ status: Number(status), description, schema: errorSchema as never })));
