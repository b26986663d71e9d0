/** What a model takes, as JSON Schema: one shape per kind of work, narrowed by what the facts say of the model. */
import type { CatalogModel } from './model.js';
import { boolean, integer, list, media, number, object, oneOfWords, string, text, type JsonSchema } from './schema-parts.js';

type Properties = Readonly<Record<string, JsonSchema>>;

export function inputSchema(model: CatalogModel): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `Input of ${model.id}`,
    ...bodyOf(model),
  };
}

function bodyOf(model: CatalogModel): JsonSchema {
  switch (model.task_type) {
    case 'text_generation':
    case 'code_generation':
      return chat(model);
    case 'web_search':
      return model.pricing?.unit === 'request' || model.context_window === null ? search() : chat(model);
    case 'image_generation':
    case 'image_editing':
      return prompted(image(model), model.task_type === 'image_editing' ? ['image'] : []);
    case 'video_generation':
    case 'image_to_video':
      return prompted(video(model), model.task_type === 'image_to_video' ? ['image'] : []);
    case 'video_editing':
      return prompted({ ...video(model), video: media('The video to edit.') }, ['video']);
    case 'avatar_video':
      return anyOf({ ...video(model), script: text('What the avatar says.'), voice: string('Name or id of the voice.'), audio: media('Speech to follow instead of a script.') },
        ['script'], ['audio'], ['prompt'], ['messages']);
    case 'character_performance':
      return object({ ...video(model), video: media('The performance to carry over.'), image: media('The character.') }, ['video', 'image']);
    case 'music_generation':
      return prompted(music(model));
    case 'text_to_speech':
      return anyOf(speech(model), ['input'], ['text'], ['prompt'], ['messages']);
    case 'speech_to_text':
      return anyOf(transcription(model), ['file'], ['audio_url'], ['messages']);
    case 'speech_to_speech':
      return chat(model);
    case 'text_embedding':
      return embedding(model);
  }
}

/** Most media models take a prompt; a chat client sends messages, whose last user turn is the prompt. */
function prompted(properties: Properties, required: readonly string[] = []): JsonSchema {
  const withPrompt = { prompt: text('What to make, in words.'), messages: messages(['text', 'image']), ...properties };
  const alone = required.length > 0 ? [{ required }] : [];
  return { ...object(withPrompt), anyOf: [{ required: ['prompt', ...required] }, { required: ['messages'] }, ...alone] };
}

function anyOf(properties: Properties, ...choices: readonly (readonly string[])[]): JsonSchema {
  return { ...object({ messages: messages(['text']), ...properties }), anyOf: choices.map((required) => ({ required })) };
}

function chat(model: CatalogModel): JsonSchema {
  const can = (capability: string) => model.capabilities.includes(capability);
  const longest = model.max_output ?? model.context_window ?? undefined;
  const properties: Record<string, JsonSchema> = {
    messages: messages(model.modalities.input),
    prompt: text('A single user turn, instead of messages.'),
    max_tokens: integer('Most tokens to write.', 1, longest),
    max_completion_tokens: integer('Most tokens to write, thinking included.', 1, longest),
    temperature: number('0 repeats itself, 2 wanders.', 0, 2),
    top_p: number('Share of probability to draw from.', 0, 1),
    frequency_penalty: number('Against repeating words.', -2, 2),
    presence_penalty: number('Towards new topics.', -2, 2),
    seed: { type: 'integer', description: 'The same seed asks for the same answer; not every host can promise it.' },
    n: integer('How many answers.', 1, 128),
    stop: { description: 'Where to stop.', anyOf: [string(''), list('', string(''), { minItems: 1, maxItems: 4 })] },
    stream: boolean('Send the answer as server-sent events.'),
    stream_options: object({ include_usage: boolean('Close the stream with a chunk of usage.') }),
    user: string('An id of your end user.'),
    metadata: { type: 'object' },
    ...(can('reasoning') ? { reasoning_effort: oneOfWords('How long to think.', ['none', 'minimal', 'low', 'medium', 'high', 'xhigh']) } : {}),
    ...(can('tool_use') ? tools : {}),
    ...(can('structured_output') ? { response_format: responseFormat } : {}),
    ...(can('web_search') ? { web_search_options: object({ search_context_size: oneOfWords('How much to read.', ['low', 'medium', 'high']) }) } : {}),
    ...(model.modalities.output.includes('audio') ? { modalities: list('What to answer in.', oneOfWords('', ['text', 'audio'])), audio: object({ voice: string('Voice of the answer.'), format: string('Such as wav or mp3.') }) } : {}),
  };
  return { ...object(properties), anyOf: [{ required: ['messages'] }, { required: ['prompt'] }] };
}

const tools: Properties = {
  tools: list('Functions the model may call.', object({ type: { const: 'function' }, function: object({ name: text('Its name.', { pattern: '^[a-zA-Z0-9_-]{1,64}$' }), description: string('When to call it.'), parameters: { type: 'object', description: 'JSON Schema of its arguments.' } }, ['name']) }, ['type', 'function'])),
  tool_choice: { description: 'Whether it must, may or may not call one.', anyOf: [oneOfWords('', ['none', 'auto', 'required']), { type: 'object' }] },
  parallel_tool_calls: boolean('Several calls in one turn.'),
};

const responseFormat: JsonSchema = object(
  { type: oneOfWords('Shape of the answer.', ['text', 'json_object', 'json_schema']), json_schema: object({ name: text('Its name.'), schema: { type: 'object' }, strict: boolean('Follow it to the letter.') }, ['name']) },
  ['type'],
  { if: object({ type: { const: 'json_schema' } }, ['type']), then: { required: ['json_schema'] } },
);

/** OpenAI's chat messages, with content parts only of what the model can take in. */
function messages(inputs: readonly string[]): JsonSchema {
  const parts: JsonSchema[] = [part('text', { text: string('Words.') }, ['text'])];
  if (inputs.includes('image')) parts.push(part('image_url', { image_url: object({ url: media('The picture.'), detail: oneOfWords('How closely to look.', ['auto', 'low', 'high']) }, ['url']) }, ['image_url']));
  if (inputs.includes('audio')) parts.push(part('input_audio', { input_audio: object({ data: text('Base64.'), format: text('Such as wav or mp3.') }, ['data', 'format']) }, ['input_audio']));
  if (inputs.includes('video')) parts.push(part('video_url', { video_url: object({ url: media('The video.') }, ['url']) }, ['video_url']));
  if (inputs.includes('file')) parts.push(part('file', { file: { type: 'object' } }, ['file']));
  const types = parts.map((schema) => ((schema['properties'] as Record<string, JsonSchema>)['type']!['const'] as string));
  const content = list('Parts of one turn.', { ...object({ type: { enum: types } }, ['type']), allOf: parts.map(whenType) }, { minItems: 1 });
  const turn = object(
    { role: oneOfWords('Who speaks.', ['system', 'developer', 'user', 'assistant', 'tool']), content: { if: { type: 'array' }, then: content, else: { type: ['string', 'null'] } }, name: string('Name of the speaker.'), tool_call_id: string('Which call this answers.'), tool_calls: { type: 'array' } },
    ['role'],
  );
  return list('The conversation, oldest turn first.', turn, { minItems: 1 });
}

const part = (type: string, properties: Properties, required: readonly string[]): JsonSchema => object({ type: { const: type }, ...properties }, ['type', ...required]);

/** Checked only against its own kind, so that an error speaks of the part that is wrong and not of every kind. */
function whenType(schema: JsonSchema): JsonSchema {
  const { type } = schema['properties'] as { type: JsonSchema };
  return { if: object({ type }, ['type']), then: schema };
}

function embedding({ limits }: CatalogModel): JsonSchema {
  const { dimensions, min_dimensions: least = dimensions, max_dimensions: most = dimensions } = limits;
  const tokens = list('One text, as token ids.', integer('', 0), { minItems: 1 });
  return object(
    {
      input: { description: 'One text or several, as words or as token ids.', anyOf: [text(''), list('', text(''), { minItems: 1, maxItems: 2048 }), tokens, list('', tokens, { minItems: 1, maxItems: 2048 })] },
      dimensions: integer('Length of the vectors.', least ?? 1, most),
      encoding_format: oneOfWords('How a vector is written.', ['float', 'base64']),
      user: string('An id of your end user.'),
    },
    ['input'],
  );
}

const search = (): JsonSchema => ({
  ...object({
    query: text('What to look for.'),
    prompt: text('The same, as other models call it.'),
    messages: messages(['text']),
    max_results: integer('How many results.', 1, 100),
    include_domains: list('Only these sites.', text('A domain.')),
    exclude_domains: list('None of these sites.', text('A domain.')),
    recency: oneOfWords('How fresh.', ['day', 'week', 'month', 'year']),
    country: string('Two letters, ISO 3166.', { pattern: '^[A-Za-z]{2}$' }),
  }),
  anyOf: [{ required: ['query'] }, { required: ['prompt'] }, { required: ['messages'] }],
});

function image(model: CatalogModel): Properties {
  const variants = variantsOf(model);
  const takesImage = model.modalities.input.includes('image');
  return {
    n: integer('How many pictures.', 1, 10),
    size: string('Width and height in pixels, or auto.', { pattern: '^(auto|\\d{2,5}x\\d{2,5}|\\d(\\.\\d)?[kK])$' }),
    aspect_ratio: aspectRatio,
    quality: string('Dearer is better.', { examples: variants.qualities.length > 0 ? variants.qualities : ['auto'] }),
    ...(variants.sizes.length > 0 ? { resolution: oneOfWords('Size class; priced each.', variants.sizes) } : {}),
    negative_prompt: string('What to keep out.'),
    seed: integer('The same seed asks for the same picture.', 0),
    style: string('Such as vivid or natural.'),
    background: oneOfWords('Behind the subject.', ['auto', 'transparent', 'opaque']),
    output_format: oneOfWords('File format.', model.capabilities.includes('vector_graphics') ? ['png', 'jpeg', 'webp', 'svg'] : ['png', 'jpeg', 'webp']),
    response_format: oneOfWords('How the picture comes back.', ['url', 'b64_json']),
    user: string('An id of your end user.'),
    ...(takesImage
      ? { image: { description: 'The picture or pictures to start from.', anyOf: [media('One.'), list('Several.', media('One.'), { minItems: 1, maxItems: 16 })] }, mask: media('Transparent where to edit.'), strength: number('How far to leave the given picture.', 0, 1) }
      : {}),
  };
}

const aspectRatio = string('Width to height.', { pattern: '^(auto|\\d{1,2}:\\d{1,2})$' });

function video(model: CatalogModel): Properties {
  const { sizes } = variantsOf(model);
  const can = (capability: string) => model.capabilities.includes(capability);
  return {
    duration: duration(model, 'Seconds of video.', 60),
    aspect_ratio: aspectRatio,
    resolution: sizes.length > 0 ? oneOfWords('Priced each.', sizes) : string('Such as 720p.', { pattern: '^\\d{3,4}p$|^[248]k$' }),
    fps: integer('Frames a second.', 8, 120),
    seed: integer('The same seed asks for the same video.', 0),
    negative_prompt: string('What to keep out.'),
    ...(can('native_audio') ? { audio: boolean('Make sound as well.') } : {}),
    ...(model.modalities.input.includes('image') ? { image: media('First frame.'), last_image: media('Last frame.'), reference_images: list('Who or what to show.', media('One.'), { maxItems: 8 }) } : {}),
  };
}

function music(model: CatalogModel): Properties {
  const can = (capability: string) => model.capabilities.includes(capability);
  return {
    duration: duration(model, 'Seconds of music.', 600),
    ...(can('vocals') ? { lyrics: string('What is sung.') } : {}),
    ...(can('instrumental') ? { instrumental: boolean('Without a voice.') } : {}),
    style: string('Genre, mood, instruments.'),
    negative_prompt: string('What to keep out.'),
    seed: integer('The same seed asks for the same piece.', 0),
    format: oneOfWords('File format.', audioFormats),
    ...(model.modalities.input.includes('audio') ? { audio: media('The recording to start from.') } : {}),
    ...(model.modalities.input.includes('video') ? { video: media('The video to score.') } : {}),
  };
}

const audioFormats = ['mp3', 'wav', 'flac', 'opus', 'aac', 'ogg', 'pcm'];

function speech(model: CatalogModel): Properties {
  const can = (capability: string) => model.capabilities.includes(capability);
  return {
    input: text('What to say.'),
    text: text('The same, as other models call it.'),
    prompt: text('The same, as other models call it.'),
    voice: { description: 'Name or id of the voice.', anyOf: [text(''), { type: 'object' }] },
    language: language,
    response_format: oneOfWords('File format.', audioFormats),
    speed: number('1 is the voice’s own pace.', 0.25, 4),
    instructions: string('Tone and style.'),
    ...(can('voice_cloning') ? { reference_audio: media('A recording of the voice to take on.') } : {}),
    ...(can('multi_speaker') ? { speakers: list('Who speaks, and in which voice.', object({ name: text('As in the text.'), voice: text('Name or id.') }, ['name', 'voice'])) } : {}),
  };
}

const language = string('ISO 639 code, with a region if it matters.', { pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$' });

function transcription(model: CatalogModel): Properties {
  const can = (capability: string) => model.capabilities.includes(capability);
  return {
    file: { description: 'The recording, uploaded or as data.', anyOf: [media('An address or data URL.'), { type: 'object' }] },
    audio_url: media('Address of the recording.'),
    language: language,
    prompt: string('Names and words to expect.'),
    response_format: oneOfWords('Shape of the transcript.', ['json', 'text', 'srt', 'vtt', 'verbose_json', 'diarized_json']),
    temperature: number('0 is the surest reading.', 0, 1),
    timestamp_granularities: list('What to time.', oneOfWords('', ['word', 'segment'])),
    duration: number('Seconds of the recording, for the estimate of cost.', 0),
    stream: boolean('Send words as they are heard.'),
    messages: messages(['text', 'audio']),
    ...(can('diarization') ? { diarize: boolean('Tell speakers apart.') } : {}),
  };
}

/** Seconds. Two lengths far apart are the ends of a range; otherwise the model makes these lengths and no others. */
function duration({ limits, category }: CatalogModel, description: string, most: number): JsonSchema {
  const { durations_s = [], min_duration_s = 1, max_duration_s = most } = limits;
  if (durations_s.length === 0) return number(description, min_duration_s, max_duration_s);
  const [shortest, longest] = [durations_s[0]!, durations_s.at(-1)!];
  const range = durations_s.length === 2 && category === 'video' && longest >= 3 * shortest;
  return range ? number(description, shortest, longest) : { type: 'number', description, enum: durations_s };
}

/** The keys of a price by variant name qualities and sizes: `hd/1024x1024`, `720p/audio`, `2K`, `raster`. */
function variantsOf({ pricing }: CatalogModel): { sizes: readonly string[]; qualities: readonly string[] } {
  const names = pricing !== null && pricing.unit !== 'token' ? Object.keys(pricing.variants ?? {}) : [];
  const words = [...new Set(names.flatMap((name) => name.split('/')))].filter((word) => word !== 'audio' && word !== 'silent');
  const isSize = (word: string) => /^(\d+(\.\d+)?[kK]|\d{3,4}p)$/.test(word);
  return { sizes: words.filter(isSize), qualities: words.filter((word) => !isSize(word) && !/^\d+x\d+$|_/.test(word)) };
}
