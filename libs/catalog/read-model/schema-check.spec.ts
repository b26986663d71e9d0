import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { shippedCatalog } from '../data/shipped-catalog.js';
import { inputSchema } from '../domain/input-schema.js';
import type { CatalogModel, TaskType } from '../domain/model.js';
import { outputSchema } from '../domain/output-schema.js';
import { SchemaCheck } from './schema-check.js';
import { aModel } from '../testing/a-model.js';

const models = shippedCatalog();
const check = new SchemaCheck();
const says = (report: { errors: readonly { path: string; message: string }[] }) => report.errors.map(({ path, message }) => `${path}: ${message}`);

const completion = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
const made = { created: 1, data: [{ url: 'https://example.com/a' }] };
const chat = { messages: [{ role: 'user', content: 'Hello' }], temperature: 0.5, max_tokens: 1 };
const samples: Record<TaskType, { input: object; output: object }> = {
  text_generation: { input: chat, output: completion },
  code_generation: { input: chat, output: completion },
  web_search: { input: { messages: chat.messages }, output: completion },
  image_generation: { input: { prompt: 'A cat', n: 1, size: '1024x1024' }, output: made },
  image_editing: { input: { prompt: 'Make it blue', image: 'https://example.com/cat.png' }, output: made },
  video_generation: { input: { prompt: 'A dragon' }, output: made },
  image_to_video: { input: { prompt: 'It turns', image: 'https://example.com/cat.png' }, output: made },
  video_editing: { input: { prompt: 'At night', video: 'https://example.com/a.mp4' }, output: made },
  avatar_video: { input: { script: 'Hello', image: 'https://example.com/face.png' }, output: made },
  character_performance: { input: { image: 'https://example.com/face.png', video: 'https://example.com/a.mp4' }, output: made },
  music_generation: { input: { prompt: 'A waltz' }, output: made },
  text_embedding: { input: { input: ['one text', 'another'], encoding_format: 'base64' }, output: { object: 'list', data: [{ object: 'embedding', index: 0, embedding: [0.6, 0.8] }] } },
  text_to_speech: { input: { input: 'Hello', voice: 'alloy' }, output: made },
  speech_to_text: { input: { file: 'data:audio/wav;base64,AAAA' }, output: { text: 'hello' } },
  speech_to_speech: { input: chat, output: completion },
};

describe('schemas of all models', () => {
  it('compile, and take a plain input and output of their kind', () => {
    for (const model of models) {
      const { input, output } = samples[model.task_type];
      const searched = model.task_type === 'web_search' && (model.pricing?.unit === 'request' || model.context_window === null);
      expect([model.id, says(check.input(model, searched ? { query: 'cats' } : input))]).toEqual([model.id, []]);
      expect([model.id, says(check.output(model, searched ? { results: [{ title: 'Cats', url: 'https://example.com' }] } : output))]).toEqual([model.id, []]);
    }
  });

  it('are valid JSON Schema, and refuse an empty input', () => {
    const ajv = new Ajv({ strict: false });
    for (const model of models) {
      expect([model.id, ajv.validateSchema(inputSchema(model)), ajv.validateSchema(outputSchema(model))]).toEqual([model.id, true, true]);
      expect([model.id, check.input(model, {}).valid]).toEqual([model.id, false]);
    }
  });

  it('know the limits of the model', () => {
    for (const model of models.filter(({ task, max_output }) => task === 'text' && max_output !== null)) {
      expect([model.id, check.input(model, { ...chat, max_tokens: model.max_output! + 1 }).valid]).toEqual([model.id, false]);
    }
  });
});

describe('what is said of a wrong value', () => {
  const text = aModel({ capabilities: ['tool_use'] });
  const seeing = aModel({ modalities: { input: ['image', 'text'], output: ['text'] } });
  const film = (limits: CatalogModel['limits']) => aModel({ task_type: 'video_generation', category: 'video', task: 'video', limits, pricing: { unit: 'second', price: '1' as never, variants: { '720p/audio': '1' as never, '1080p': '2' as never } } });
  it.each<[string, CatalogModel, unknown, string[]]>([
    ['nothing to answer', text, {}, [': one of these is required: messages, prompt']],
    ['no object', text, 'hello', [': the value must be object, not string']],
    ['an empty conversation', text, { messages: [] }, ['messages: messages must NOT have fewer than 1 items']],
    ['a speaker unknown', text, { messages: [{ role: 'narrator', content: 'Hi' }] }, ['messages[0].role: messages[0].role must be one of system, developer, user, assistant, tool, not "narrator"']],
    ['content of a wrong type', text, { messages: [{ role: 'user', content: 7 }] }, ['messages[0].content: messages[0].content must be string or null, not number']],
    ['an image to a model that cannot see', text, { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }] }, ['messages[0].content[0].type: messages[0].content[0].type must be one of text, not "image_url"']],
    ['an image to one that can, without address', seeing, { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, ['messages[0].content[0].image_url: messages[0].content[0].image_url is required']],
    ['too many tokens', text, { ...chat, max_tokens: 8001 }, ['max_tokens: max_tokens must be at most 8000, not 8001']],
    ['two faults at once', text, { ...chat, temperature: 3, top_p: 'all' }, ['temperature: temperature must be at most 2, not 3', 'top_p: top_p must be number, not string']],
    ['a schema promised and not given', aModel({ capabilities: ['structured_output'] }), { ...chat, response_format: { type: 'json_schema' } }, ['response_format.json_schema: response_format.json_schema is required']],
    ['a length the model does not make', film({ durations_s: [5, 10] }), { prompt: 'x', duration: 7 }, ['duration: duration must be one of 5, 10, not 7']],
    ['a length out of range', film({ durations_s: [3, 15] }), { prompt: 'x', duration: 20 }, ['duration: duration must be at most 15, not 20']],
    ['a resolution the model does not make', film({}), { prompt: 'x', resolution: '4k' }, ['resolution: resolution must be one of 720p, 1080p, not "4k"']],
    ['an edit without a picture', aModel({ task_type: 'image_editing', category: 'image', task: 'image', modalities: { input: ['image', 'text'], output: ['image'] } }), { prompt: 'blue' }, [': one of these is required: prompt with image, messages, image']],
  ])('%s', (_name, model, value, expected) => expect(says(check.input(model, value))).toEqual(expected));

  it('warns of a field the model does not know, and what it may have meant', () => {
    const report = check.input(text, { ...chat, temprature: 1, zzz: 1 });
    expect(report.valid).toBe(true);
    expect(report.warnings.map(({ message }) => message)).toEqual(['temprature is not a field of this model; did you mean temperature?', 'zzz is not a field of this model']);
  });

  it('does not repeat a long value', () => {
    const [error] = check.input(text, { ...chat, temperature: 'x'.repeat(5000), stream: 'y'.repeat(5000) }).errors;
    expect(error!.message.length).toBeLessThan(200);
  });

  it('of an output, too', () => {
    expect(says(check.output(text, { choices: [] }))).toEqual(['choices: choices must NOT have fewer than 1 items']);
    expect(says(check.output(text, { choices: [{ message: { role: 'assistant', content: 3 } }] }))).toEqual(['choices[0].message.content: choices[0].message.content must be string or null, not number']);
  });
});
