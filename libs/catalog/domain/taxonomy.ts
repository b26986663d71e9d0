/**
 * The branches of the catalogue that a caller may name: the seven categories, and below them the kinds of work.
 * A model can hang on several branches; its line (catalog_family) belongs to exactly one category.
 */
import type { CatalogModel, Category, TaskType } from './model.js';

export interface Branch {
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  /** Null for those at the top. */
  readonly parent: Category | null;
  readonly holds: (model: CatalogModel) => boolean;
}

const root = (category: Category, name: string): Branch => ({
  id: category,
  name,
  category,
  parent: null,
  holds: (model) => model.category === category,
});

const branch = (id: string, name: string, parent: Category, holds: Branch['holds']): Branch => ({ id, name, category: parent, parent, holds });

const ofType = (...types: readonly TaskType[]) => (model: CatalogModel) => types.includes(model.task_type);
const can = (capability: string, category: Category) => (model: CatalogModel) =>
  model.category === category && model.capabilities.includes(capability);

export const taxonomy: readonly Branch[] = [
  root('llm', 'Language models'),
  branch('text-generation', 'Chat and text', 'llm', (model) => model.category === 'llm' && serves(model, 'text')),
  branch('code-generation', 'Programming', 'llm', (model) => model.category === 'llm' && serves(model, 'code')),
  branch('vision', 'Understanding images', 'llm', can('vision', 'llm')),
  branch('reasoning', 'Step-by-step reasoning', 'llm', can('reasoning', 'llm')),
  branch('translation', 'Translation', 'llm', translates),
  root('search', 'Web search'),
  branch('web-search', 'Search and answers from the web', 'search', (model) => model.category === 'search'),
  root('image', 'Images'),
  branch('image-generation', 'Making images', 'image', ofType('image_generation')),
  branch('image-editing', 'Editing images', 'image', can('image_editing', 'image')),
  root('video', 'Video'),
  branch('video-generation', 'Making video', 'video', ofType('video_generation', 'image_to_video')),
  branch('image-to-video', 'Animating images', 'video', can('image_to_video', 'video')),
  branch('video-editing', 'Editing video', 'video', (model) => model.category === 'video' && (model.task_type === 'video_editing' || model.capabilities.includes('video_editing'))),
  branch('avatar-video', 'Avatars and performance', 'video', ofType('avatar_video', 'character_performance')),
  root('music', 'Music and sound'),
  branch('music-generation', 'Making music', 'music', ofType('music_generation')),
  branch('sound-effects', 'Sound effects', 'music', can('sound_effects', 'music')),
  root('speech', 'Speech'),
  branch('text-to-speech', 'Speaking text', 'speech', ofType('text_to_speech')),
  branch('speech-to-text', 'Transcribing speech', 'speech', ofType('speech_to_text')),
  branch('speech-to-speech', 'Live voice', 'speech', ofType('speech_to_speech')),
  root('embedding', 'Embeddings'),
  branch('text-embedding', 'Turning text into vectors', 'embedding', ofType('text_embedding')),
];

const byId = new Map(taxonomy.map((entry) => [entry.id, entry]));

export const branchOf = (id: string): Branch | null => byId.get(id) ?? null;

/** Every branch a model hangs on, from its category down. */
export const branchesOf = (model: CatalogModel): readonly Branch[] => taxonomy.filter((entry) => entry.holds(model));

const serves = (model: CatalogModel, task: CatalogModel['task']) => model.task === task || model.also_tasks.includes(task);

/**
 * No published benchmark of translation covers the market, so the branch holds the models made for it and the
 * general chat models that people rate (a place on the text arena says they hold many languages).
 */
function translates(model: CatalogModel): boolean {
  if (model.category !== 'llm') return false;
  return /translat/i.test(model.name) || (model.task === 'text' && model.benchmarks['arena_text_elo'] !== undefined);
}
