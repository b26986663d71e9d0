import { describe, expect, it } from '@jest/globals';
import { shippedCatalog } from '../data/shipped-catalog.js';
import type { Optimization, Task } from '../../routing/domain/vocabulary.js';
import { understand } from './intent.js';
import { recommend, type RecommendQuery } from './recommend.js';
import { tasksOf, type CatalogModel } from './model.js';
import { CatalogSnapshot } from './snapshot.js';

const catalog = new CatalogSnapshot(shippedCatalog().map((model) => ({ model, publisher: 'shipped' as const, retired: null })));
const ask = (prompt: string | null, more: Partial<RecommendQuery> = {}) =>
  recommend(catalog, { prompt, task: null, task_type: null, work: null, optimization: 'balanced', limit: 5, ...more });
const read = (prompt: string) => understand(prompt, new Map([['openai', 'openai'], ['anthropic', 'anthropic']]));

const cheap = (model: CatalogModel) => model.price_tier === 'economy' || model.price_tier === 'standard';
const dear = (model: CatalogModel) => model.price_tier === 'premium' || model.price_tier === 'flagship';
const can = (capability: string) => (model: CatalogModel) => model.capabilities.includes(capability);
const serves = (task: Task) => (model: CatalogModel) => tasksOf(model).includes(task);
const holds = (tokens: number) => (model: CatalogModel) => (model.context_window ?? 0) >= tokens;
const is = (taskType: string) => (model: CatalogModel) => model.task_type === taskType;

describe('recommend: every one of the first five fits what was said', () => {
  it.each<[string, ...((model: CatalogModel) => boolean)[]]>([
    ['cheap vision model with long context', serves('text'), can('vision'), holds(400_000), cheap],
    ['a vision model', serves('text'), can('vision')],
    ['best model for coding', serves('code')],
    ['fast and cheap chat model', serves('text'), cheap],
    ['reasoning model for hard math proofs', serves('text'), can('reasoning')],
    ['open source model I can self-host', serves('text'), (model) => model.open_weights === true],
    ['open weights image model', serves('image'), (model) => model.open_weights === true],
    ['anthropic model with tool use', (model) => model.provider === 'anthropic', can('tool_use')],
    ['a reasoning model, but not openai', can('reasoning'), (model) => model.provider !== 'openai'],
    ['cheap text model without reasoning', serves('text'), (model) => !model.capabilities.includes('reasoning'), cheap],
    ['at least 1M tokens of context and JSON schema', holds(1_000_000), can('structured_output')],
    ['200k context under $1 per million tokens', holds(200_000), (model) => model.pricing?.unit === 'token' && Number(model.pricing.rates.output) <= 1_000_000],
    ['generate a photorealistic picture of a cat', serves('image')],
    ['edit a photo, remove the background', serves('image'), can('image_editing')],
    ['poster with readable text', serves('image'), can('text_rendering')],
    ['svg icons for an app', serves('image'), can('vector_graphics')],
    ['image under $0.03 per image', serves('image'), (model) => model.pricing?.unit === 'image' && Number(model.pricing.price) <= 30_000_000_000],
    ['make a short video of a dragon with sound', serves('video'), can('native_audio')],
    ['turn a photo into a video', serves('video'), can('image_to_video')],
    ['transcribe a meeting and tell speakers apart', is('speech_to_text'), can('diarization')],
    ['natural voice to read a story aloud', is('text_to_speech')],
    ['clone my voice', is('text_to_speech'), can('voice_cloning')],
    ['voice agent in real time', is('speech_to_speech')],
    ['a song with lyrics about debugging', serves('music'), can('vocals')],
    ['sound effects of rain', serves('music'), can('sound_effects')],
    ['latest news with citations', serves('web_search'), can('citations')],
    ['read PDF documents', serves('text'), can('file_input')],
    ['understand a video', serves('text'), can('video_input')],
    // the same wishes in other languages
    ['modelo barato com contexto longo', serves('text'), holds(400_000), cheap],
    ['modelo económico para crear imágenes', serves('image'), cheap],
    ['meilleure musique instrumentale', serves('music')],
    ['günstiges Modell für Bilder', serves('image'), cheap],
    ['дешевая модель для картинок', serves('image'), cheap],
    ['便宜的图像模型', serves('image'), cheap],
    ['安い動画モデル', serves('video'), cheap],
    ['수학 추론 모델', can('reasoning')],
  ])('%s', (prompt, ...fits) => {
    const { recommendations, relaxed } = ask(prompt);
    expect(relaxed).toEqual([]);
    expect(recommendations.length).toBeGreaterThan(0);
    for (const { model } of recommendations) for (const fit of fits) expect([model.id, fit(model)]).toEqual([model.id, true]);
  });
});

describe('recommend', () => {
  it.each<[Optimization, (model: CatalogModel) => boolean]>([
    ['price-optimized', cheap],
    ['output-optimized', dear],
  ])('%s text goes to where its name says', (optimization, fits) => {
    const { recommendations } = ask(null, { task: 'text', optimization });
    for (const { model } of recommendations) expect([model.id, fits(model)]).toEqual([model.id, true]);
  });

  it('finds a model by the words of its name', () =>
    expect(ask('claude sonnet 4.6').recommendations[0]!.model.id).toBe('anthropic/claude-sonnet-4.6'));

  it('takes a short line that names a model for that model, whatever it makes', () => {
    for (const { model } of ask('flux').recommendations) expect(model.id).toContain('flux');
  });

  it('lets a task given in so many words decide over the prompt', () => {
    for (const { model } of ask('a song about the sea', { task: 'video' }).recommendations) expect(model.task).toBe('video');
  });

  it('takes work to be done for what it is, if somebody can say, and a wish about models by its words', () => {
    const poem = 'Schreib ein Gedicht über einen Film, in dem Musik eine Rolle spielt';
    for (const { model } of ask(poem, { work: 'text' }).recommendations) expect(model.task).toBe('text');
    for (const { model } of ask('cheap model for making music', { work: 'text' }).recommendations) expect(model.task).toBe('music');
  });

  it('takes a registry task_type too', () => {
    for (const { model } of ask(null, { task_type: 'speech_to_text' }).recommendations) expect(model.task_type).toBe('speech_to_text');
  });

  it('lets go of the softest wish when nothing meets all, and says so', () => {
    const { recommendations, relaxed } = ask('vision model with 900M tokens of context');
    expect(relaxed).toEqual(['context of 900000000 tokens']);
    for (const { model } of recommendations) expect(model.capabilities).toContain('vision');
  });

  it('never recommends what the router may not choose', () => {
    const all = ask('any model', { limit: 1000 }).recommendations;
    for (const { model } of all) expect([model.id, model.pricing !== null && model.catalog_visibility !== 'long_tail']).toEqual([model.id, true]);
  });

  it('scores between 0 and 1, best first, the same every time', () => {
    const first = ask('cheap model', { limit: 50 });
    const scores = first.recommendations.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...scores)).toBeLessThanOrEqual(1);
    expect(ask('cheap model', { limit: 50 })).toEqual(first);
  });
});

describe('what is read out of a line', () => {
  it('all of it', () =>
    expect(read('cheap OpenAI vision model with 128k context under $2 per million, without reasoning')).toEqual({
      about_models: true,
      tasks: ['text'], task_types: [], capabilities: ['vision'], without: ['reasoning'], providers: ['openai'], without_providers: [],
      min_context: 128_000, max_price: { amount: '2000000000000', unit: 'million' }, open_weights: false, prefers: ['cheap'],
      rest: '',
    }));

  it('a word inside another word is no wish', () => {
    const { tasks, prefers, capabilities } = read('applied titanium bestiary of the newsreader');
    expect([tasks, prefers, capabilities]).toEqual([[], [], []]);
  });

  it("a maker's name in a long prompt is no wish", () =>
    expect(read('Write a long and balanced essay on how OpenAI and its competitors shaped the way in which schools teach writing today').providers).toEqual([]));

  it('survives any text', () => {
    for (const text of ['', ' ', '$', '(((', '\u0000', '🙂'.repeat(2000), 'a'.repeat(100_000), 'under $0.00000000000000001 per image', 'context of 1.2.3.4k', 'no no no not without']) expect(() => ask(text)).not.toThrow();
  });
});
