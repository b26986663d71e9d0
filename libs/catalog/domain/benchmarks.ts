/** The published benchmarks the catalogue quotes: what each measures, its scale, and who must be named beside it. */
import type { Attribution, CatalogModel } from './model.js';

export type Scale = 'percent' | 'index' | 'elo';
type SourceKey = 'artificial-analysis' | 'arena' | 'published';

export interface Benchmark {
  readonly label: string;
  readonly scale: Scale;
  readonly source: SourceKey;
  /** What a high score says, as the object of "strong at". */
  readonly strength: string;
}

const benchmark = (label: string, scale: Scale, source: SourceKey, strength: string): Benchmark => ({ label, scale, source, strength });

export const benchmarks: Readonly<Record<string, Benchmark>> = {
  aa_intelligence_index: benchmark('Artificial Analysis Intelligence Index', 'index', 'artificial-analysis', 'general intelligence'),
  aa_coding_index: benchmark('Artificial Analysis Coding Index', 'index', 'artificial-analysis', 'programming'),
  aa_agentic_index: benchmark('Artificial Analysis Agentic Index', 'index', 'artificial-analysis', 'agentic work'),
  gpqa_diamond: benchmark('GPQA Diamond', 'percent', 'artificial-analysis', 'graduate-level science'),
  hle: benchmark("Humanity's Last Exam", 'percent', 'artificial-analysis', 'expert knowledge'),
  scicode: benchmark('SciCode', 'percent', 'artificial-analysis', 'scientific programming'),
  aa_lcr: benchmark('AA-LCR', 'percent', 'artificial-analysis', 'reasoning over long documents'),
  ifbench: benchmark('IFBench', 'percent', 'artificial-analysis', 'following instructions'),
  tau2_bench: benchmark('τ²-Bench', 'percent', 'artificial-analysis', 'tool use in conversation'),
  terminal_bench_hard: benchmark('Terminal-Bench Hard', 'percent', 'artificial-analysis', 'work in a terminal'),
  mmmu_pro: benchmark('MMMU-Pro', 'percent', 'artificial-analysis', 'understanding images'),
  aa_image_elo: benchmark('Artificial Analysis Image Arena', 'elo', 'artificial-analysis', 'image quality'),
  aa_tts_elo: benchmark('Artificial Analysis Speech Arena', 'elo', 'artificial-analysis', 'natural voices'),
  aa_video_elo: benchmark('Artificial Analysis Video Arena', 'elo', 'artificial-analysis', 'video quality'),
  aa_image_to_video_elo: benchmark('Artificial Analysis Image-to-Video Arena', 'elo', 'artificial-analysis', 'animating images'),
  arena_text_elo: benchmark('Arena Text', 'elo', 'arena', 'answers people prefer'),
  arena_webdev_elo: benchmark('Arena WebDev', 'elo', 'arena', 'building web pages'),
  arena_vision_elo: benchmark('Arena Vision', 'elo', 'arena', 'talking about images'),
  arena_search_elo: benchmark('Arena Search', 'elo', 'arena', 'answers from the web'),
  arena_image_elo: benchmark('Arena Text-to-Image', 'elo', 'arena', 'image generation'),
  arena_image_edit_elo: benchmark('Arena Image Edit', 'elo', 'arena', 'image editing'),
  arena_video_elo: benchmark('Arena Text-to-Video', 'elo', 'arena', 'video generation'),
  arena_image_to_video_elo: benchmark('Arena Image-to-Video', 'elo', 'arena', 'animating images'),
  terminal_bench_2_1: benchmark('Terminal-Bench 2.1', 'percent', 'published', 'work in a terminal'),
  hle_verified: benchmark("Humanity's Last Exam, verified", 'percent', 'published', 'expert knowledge'),
  swe_bench_verified: benchmark('SWE-bench Verified', 'percent', 'published', 'fixing real repositories'),
  swe_bench_pro: benchmark('SWE-bench Pro', 'percent', 'published', 'fixing large repositories'),
  aider_polyglot: benchmark('Aider Polyglot', 'percent', 'published', 'editing code in many languages'),
  livecodebench: benchmark('LiveCodeBench', 'percent', 'published', 'competitive programming'),
};

const sources: Readonly<Record<SourceKey, { source: string; url: string }>> = {
  'artificial-analysis': { source: 'Artificial Analysis', url: 'https://artificialanalysis.ai' },
  arena: { source: 'Arena', url: 'https://arena.ai' },
  published: { source: 'models.dev', url: 'https://models.dev' },
};

/** Artificial Analysis asks to be named wherever its scores are shown; the others are named the same way. */
export function attributionOf(scores: CatalogModel['benchmarks'], hasSpeed: boolean): readonly Attribution[] {
  const covered = new Map<SourceKey, string[]>();
  for (const name of Object.keys(scores)) {
    const source = benchmarks[name]?.source;
    if (source) covered.set(source, [...(covered.get(source) ?? []), name]);
  }
  if (hasSpeed) covered.set('artificial-analysis', [...(covered.get('artificial-analysis') ?? []), 'speed']);
  return [...covered].map(([source, covers]) => ({ ...sources[source], covers }));
}

/** Elo boards that rank the models of a category against each other. */
export const eloBoards: Readonly<Record<CatalogModel['category'], readonly string[]>> = {
  llm: ['arena_text_elo', 'arena_webdev_elo'],
  search: ['arena_search_elo'],
  image: ['arena_image_elo', 'aa_image_elo', 'arena_image_edit_elo'],
  video: ['arena_video_elo', 'aa_video_elo', 'arena_image_to_video_elo', 'aa_image_to_video_elo'],
  speech: ['aa_tts_elo'],
  music: [],
  embedding: [],
};
