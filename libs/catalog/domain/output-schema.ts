/** What a model gives back through this API, as JSON Schema: OpenAI's shapes where it has one. */
import type { CatalogModel } from './model.js';
import { integer, list, number, object, oneOfWords, string, type JsonSchema } from './schema-parts.js';

export function outputSchema(model: CatalogModel): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `Output of ${model.id}`,
    ...bodyOf(model),
  };
}

function bodyOf(model: CatalogModel): JsonSchema {
  switch (model.task_type) {
    case 'text_generation':
    case 'code_generation':
    case 'speech_to_speech':
      return completion(model);
    case 'web_search':
      return model.pricing?.unit === 'request' || model.context_window === null ? results : completion(model);
    case 'image_generation':
    case 'image_editing':
      return object({ created: integer('Seconds since 1970.', 0), data: list('The pictures.', file, { minItems: 1 }), usage: { type: 'object' } }, ['data']);
    case 'speech_to_text':
      return object({ text: string('The transcript.'), language: string('As heard.'), duration: number('Seconds.', 0), segments: list('Timed parts.', object({ start: number('Second.', 0), end: number('Second.', 0), text: string('Words.'), speaker: string('Who.') })), words: { type: 'array' } }, ['text']);
    case 'text_embedding':
      return object({ object: { const: 'list' }, model: string('Which answered.'), data: list('One for each text, in their order.', object({ object: { const: 'embedding' }, index: integer('Which text.', 0), embedding: { anyOf: [list('The vector.', { type: 'number' }), string('The same, as base64 of 32-bit floats.')] } }, ['index', 'embedding']), { minItems: 1 }), usage: { type: 'object' } }, ['data']);
    case 'video_generation':
    case 'image_to_video':
    case 'video_editing':
    case 'avatar_video':
    case 'character_performance':
    case 'music_generation':
    case 'text_to_speech':
      return object({ created: integer('Seconds since 1970.', 0), data: list('What was made.', file, { minItems: 1 }), duration: number('Seconds made.', 0), usage: { type: 'object' } }, ['data']);
  }
}

const file: JsonSchema = {
  ...object({ url: string('Where to fetch it.'), b64_json: string('The file itself, base64.'), content_type: string('Such as image/png.'), revised_prompt: string('As the model understood it.') }),
  anyOf: [{ required: ['url'] }, { required: ['b64_json'] }],
};

const usage = object({ prompt_tokens: integer('Read.', 0), completion_tokens: integer('Written.', 0), total_tokens: integer('Both.', 0) });

function completion(model: CatalogModel): JsonSchema {
  const message = object(
    {
      role: { const: 'assistant' },
      content: { type: ['string', 'null'], description: 'The answer.' },
      ...(model.capabilities.includes('tool_use')
        ? { tool_calls: list('Calls to make.', object({ id: string('Answer with it.'), type: { const: 'function' }, function: object({ name: string('Which.'), arguments: string('JSON text.') }, ['name', 'arguments']) }, ['id', 'function'])) }
        : {}),
      ...(model.modalities.output.includes('audio') ? { audio: { type: ['object', 'null'] } } : {}),
    },
    ['role'],
  );
  const choice = object({ index: integer('Which.', 0), message, finish_reason: { type: ['string', 'null'] } }, ['message']);
  return object(
    { id: string('Of the completion.'), object: oneOfWords('', ['chat.completion']), created: integer('Seconds since 1970.', 0), model: string('Which answered.'), choices: list('The answers.', choice, { minItems: 1 }), usage, ...(model.capabilities.includes('citations') ? { citations: list('Sources.', string('An address.')) } : {}) },
    ['choices'],
  );
}

const results = object(
  { results: list('Best first.', object({ title: string('Of the page.'), url: string('Of the page.'), snippet: string('What it says.'), published: string('ISO date.') }, ['title', 'url'])), answer: string('A summary, where the service writes one.') },
  ['results'],
);
