/**
 * One scale for every published benchmark. A score becomes an ability by linear equating (Kolen and Brennan, "Test
 * Equating"): over the models that both have, its mean and spread are matched to the latent ability. Percentages go
 * through the logit first, so that the last points before a ceiling count for what they are. On the scale of language
 * models 0 is the mean of those with an Artificial Analysis Intelligence Index and 1 their spread; on the scales of
 * media it is the same for the models of each arena. The constants were fitted on the catalogue as shipped.
 */
export const skills = [
  'chat', 'writing', 'knowledge', 'science', 'math', 'reasoning', 'coding', 'agentic', 'instructions', 'long_context', 'vision', 'search',
  'image', 'image_edit', 'video', 'image_to_video', 'music', 'text_to_speech', 'speech_to_text', 'speech_to_speech',
] as const;
export type Skill = (typeof skills)[number];

/** The abilities of language models, which share one general ability; every medium stands alone. */
export const languageSkills = skills.slice(0, skills.indexOf('image'));

export interface BenchmarkScale {
  readonly transform: 'logit' | 'linear';
  /** ability = slope × transformed score + offset. */
  readonly slope: number;
  readonly offset: number;
  /** Standard error of the ability it gives, on the scale: what it says of other work is that uncertain. */
  readonly error: number;
  /** The skills it measures directly; the general ability is informed by all of a language model's scores. */
  readonly measures: readonly Skill[];
}

const scale = (transform: BenchmarkScale['transform'], slope: number, offset: number, error: number, measures: readonly Skill[]): BenchmarkScale =>
  ({ transform, slope, offset, error, measures });

/** An Elo board by its mean and spread over the models it ranks. */
const board = (mean: number, spread: number, error: number, measures: readonly Skill[]): BenchmarkScale =>
  scale('linear', 1 / spread, -mean / spread, error, measures);

export const benchmarkScales: Readonly<Record<string, BenchmarkScale>> = {
  aa_intelligence_index: scale('logit', 1.072, 1.175, 0.15, ['reasoning', 'knowledge', 'math']),
  aa_coding_index: scale('logit', 0.895, 0.553, 0.17, ['coding']),
  aa_agentic_index: scale('logit', 0.635, 1.363, 0.22, ['agentic']),
  gpqa_diamond: scale('logit', 1.096, -1.412, 0.28, ['science', 'math', 'reasoning']),
  hle: scale('logit', 0.925, 1.591, 0.34, ['science', 'math', 'knowledge', 'reasoning']),
  aa_lcr: scale('logit', 0.98, -0.16, 0.35, ['long_context']),
  ifbench: scale('logit', 1.22, -0.414, 0.54, ['instructions']),
  scicode: scale('logit', 1.862, 0.954, 0.37, ['coding', 'science']),
  terminal_bench_hard: scale('logit', 0.711, 0.963, 0.25, ['agentic', 'coding']),
  tau2_bench: scale('logit', 0.496, -0.482, 0.51, ['agentic']),
  mmmu_pro: scale('logit', 1.676, -1.171, 0.3, ['vision']),
  swe_bench_verified: scale('logit', 1.233, -0.724, 0.3, ['coding', 'agentic']),
  swe_bench_pro: scale('logit', 0.391, 1.138, 0.35, ['coding', 'agentic']),
  aider_polyglot: scale('logit', 0.444, -0.447, 0.4, ['coding']),
  arena_text_elo: scale('linear', 0.0173, -24.244, 0.36, ['chat', 'writing']),
  arena_webdev_elo: scale('linear', 0.00383, -4.682, 0.3, ['coding']),
  arena_vision_elo: scale('linear', 0.01668, -20.063, 0.33, ['vision']),
  arena_search_elo: scale('linear', 0.01087, -12.04, 0.3, ['search']),
  aa_image_elo: board(1119.3, 84.4, 0.3, ['image']),
  arena_image_elo: board(1147.3, 101.9, 0.3, ['image']),
  arena_image_edit_elo: board(1294.8, 84.8, 0.3, ['image_edit']),
  aa_video_elo: board(1176.5, 69.3, 0.45, ['video']),
  arena_video_elo: board(1293.3, 138.6, 0.35, ['video']),
  aa_image_to_video_elo: board(1231.9, 78.2, 0.45, ['image_to_video']),
  arena_image_to_video_elo: board(1308.9, 124.2, 0.35, ['image_to_video']),
  aa_tts_elo: board(1084.8, 95.8, 0.3, ['text_to_speech']),
};

/**
 * What is expected of a language model before any score is seen: newer, dearer and reasoning models are abler.
 * Least squares over the 192 models of the shipped catalogue with a score and a price (residual spread 0.43; between
 * model lines 0.38, within a line 0.34).
 */
export const languagePrior = {
  base: -1.251,
  /** For each doubling of the price of a million tokens, three of input to one of output, above one dollar. */
  perDoubling: 0.178,
  /** For each year of its release after January 2025. */
  perYear: 1.056,
  reasoning: 0.592,
  betweenLines: 0.38,
  withinLine: 0.34,
} as const;

/** How far one skill of a language model strays from its general ability. */
export const skillSpread = 0.3;

/**
 * The same for media, by category: pico-dollars of the usual unit at the middle of the market, and what a doubling of
 * the price and a year after January 2025 add. Least squares over the ranked images (89), videos (38) and voices (45);
 * music has no public board, so it takes the middle of the three.
 */
export interface MediaPrior {
  readonly base: number;
  readonly middlePrice: number;
  readonly perDoubling: number;
  readonly perYear: number;
}
export const mediaPriors: Readonly<Record<'image' | 'video' | 'speech' | 'music', MediaPrior>> = {
  image: { base: -0.937, middlePrice: 40_000_000_000, perDoubling: 0.151, perYear: 1.218 },
  video: { base: -1.58, middlePrice: 104_000_000_000, perDoubling: 0.238, perYear: 1.85 },
  speech: { base: 0, middlePrice: 27_600_000, perDoubling: 0.037, perYear: 0.335 },
  music: { base: -0.84, middlePrice: 80_000_000_000, perDoubling: 0.142, perYear: 1.134 },
};
/** Residual spread of the fits above is 0.58 to 0.73, half of it between model lines. */
export const mediaSpread = { betweenLines: 0.45, withinLine: 0.45 } as const;
