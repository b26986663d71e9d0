/** One paragraph about a model in our own words, made of its facts: what it is, takes, does well, and how open it is. */
import { benchmarks } from './benchmarks.js';
import type { CatalogModel, TaskType } from './model.js';
import type { Percentiles } from './rules.js';

const kinds: Readonly<Record<TaskType, string>> = {
  text_generation: 'language model',
  code_generation: 'language model made for programming',
  web_search: 'service for searching the web',
  image_generation: 'model that makes images from text',
  image_editing: 'model that edits images by instruction',
  video_generation: 'model that makes video from text',
  image_to_video: 'model that turns a still image into video',
  video_editing: 'model that edits video by instruction',
  avatar_video: 'model that makes a speaking avatar',
  character_performance: 'model that carries an actor’s performance over to a character',
  music_generation: 'model that composes music',
  text_to_speech: 'model that speaks text aloud',
  speech_to_text: 'model that transcribes speech to text',
  speech_to_speech: 'model for live spoken conversation',
  text_embedding: 'model that turns text into vectors, for search and comparison',
};

/** Abilities worth a word; the ones every model of a kind has are left out. */
const abilities: Readonly<Record<string, string>> = {
  reasoning: 'reasons step by step',
  vision: 'understands images',
  video_input: 'watches video',
  audio_input: 'listens to audio',
  file_input: 'reads documents such as PDF',
  tool_use: 'calls tools',
  structured_output: 'answers in JSON by schema',
  prompt_caching: 'caches long prompts',
  web_search: 'searches the web',
  citations: 'cites its sources',
  deep_research: 'researches in many steps',
  coding: 'writes code',
  image_editing: 'edits given images',
  text_rendering: 'renders text in pictures',
  vector_graphics: 'draws vector graphics',
  image_to_video: 'animates a still image',
  native_audio: 'makes matching sound',
  video_editing: 'edits video',
  lip_sync: 'syncs lips to speech',
  voice_cloning: 'clones a voice',
  multi_speaker: 'voices several speakers',
  emotion_control: 'lets the emotion be set',
  emotion_tags: 'follows emotion tags',
  steerable: 'follows directions on tone and style',
  low_latency: 'starts speaking quickly',
  diarization: 'tells speakers apart',
  streaming: 'streams its result',
  vocals: 'sings lyrics',
  instrumental: 'plays instrumental pieces',
  sound_effects: 'makes sound effects',
  audio_editing: 'edits given audio',
};

/** Above this share of the scored models, a benchmark is named as a strength. */
const strong = 0.85;
const strengthsShown = 3;

export function describe(model: CatalogModel, ranks: Percentiles): string {
  return [opening(model), doings(model), size(model), strengths(ranks), openness(model), standing(model)]
    .filter((sentence) => sentence !== null)
    .join(' ');
}

const opening = ({ name, creator, task_type }: CatalogModel) => `${name} by ${creator} is a ${kinds[task_type]}.`;

function doings({ capabilities }: CatalogModel): string | null {
  const done = Object.keys(abilities).filter((ability) => capabilities.includes(ability)).map((ability) => abilities[ability]!);
  return done.length > 0 ? `It ${list(done)}.` : null;
}

function size({ context_window, max_output, limits }: CatalogModel): string | null {
  if (context_window !== null) {
    const long = context_window >= 400_000 ? ', a long context for whole books or code bases' : '';
    if (limits.dimensions !== undefined) return `It takes texts of up to ${tokens(context_window)} and answers with vectors of ${limits.dimensions}${vectorRange(limits)}.`;
    const most = max_output === null ? '' : ` and writes up to ${tokens(max_output)}`;
    return `It holds ${tokens(context_window)} of context${most}${long}.`;
  }
  if (limits.dimensions !== undefined) return null;
  const longest = limits.max_duration_s ?? limits.durations_s?.at(-1);
  return longest === undefined ? null : `One result lasts up to ${longest} seconds.`;
}

function vectorRange({ min_dimensions: least, max_dimensions: most }: CatalogModel['limits']): string {
  return least === undefined || most === undefined ? '' : `, or any length from ${least} to ${most}`;
}

function strengths(ranks: Percentiles): string | null {
  const best = Object.entries(ranks).filter(([, rank]) => rank >= strong).sort(([, a], [, b]) => b - a);
  const named = [...new Set(best.map(([name]) => benchmarks[name]!.strength))].slice(0, strengthsShown);
  return named.length > 0 ? `Published scores place it among the strongest at ${list(named)}.` : null;
}

function openness({ open_weights, licence, parameters }: CatalogModel): string | null {
  if (open_weights !== true) return null;
  const weights = parameters ? `${parameters.total} billion weights${parameters.active < parameters.total ? `, ${parameters.active} billion active,` : ''} are` : 'weights are';
  return `Its ${weights} open${licence ? ` under ${licence}` : ''}.`;
}

function standing({ status }: CatalogModel): string | null {
  if (status === 'preview') return 'It is a preview and may change.';
  return status === 'deprecated' ? 'Its maker is ending it.' : null;
}

function tokens(count: number): string {
  const [amount, unit] = count >= 1_000_000 ? [count / 1_000_000, ' million'] : count >= 1000 ? [Math.round(count / 1000), ' thousand'] : [count, ''];
  return `${Number(amount.toFixed(2))}${unit} tokens`;
}

const list = (items: readonly string[]) =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)!}`;
