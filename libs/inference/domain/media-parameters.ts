/** What a request for media asks for, read from the names that clients and makers use for it. */
import type { Json } from './json.js';

type Parameters = Readonly<Json>;

/** Seconds asked for: `duration`, `seconds` or `duration_seconds`, as a number or as text (`8`, `8s`). Null when nothing is said. */
export function secondsAsked(parameters: Parameters): number | null {
  const value = first(parameters, ['duration', 'seconds', 'duration_seconds']);
  const seconds = typeof value === 'string' ? Number(value.replace(/s$/, '')) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

/** How many: `n` or `num_images`. */
export function countAsked(parameters: Parameters): number {
  const value = first(parameters, ['n', 'num_images', 'number_of_images']);
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : 1;
}

/** Width and height of `size`, written `1024x1024` or `1024*1024`; null for any other. */
export function pixelsAsked({ size }: Parameters): readonly [width: number, height: number] | null {
  const [, width, height] = /^(\d{2,5})[x*](\d{2,5})$/.exec(String(size ?? '')) ?? [];
  return width && height ? [Number(width), Number(height)] : null;
}

/** `aspect_ratio` (`16:9`), or what `size` comes to. */
export function aspectRatioAsked(parameters: Parameters): string | null {
  const said = first(parameters, ['aspect_ratio', 'ratio']);
  if (typeof said === 'string' && /^\d+:\d+$/.test(said)) return said;
  const pixels = pixelsAsked(parameters);
  if (pixels === null) return null;
  const [width, height] = pixels;
  const divisor = greatestCommonDivisor(width, height);
  return `${width / divisor}:${height / divisor}`;
}

/** `720p`, `1080p`, `4k`: of `resolution`, or by the shorter side of `size`. In lower case. */
export function resolutionAsked(parameters: Parameters): string | null {
  const said = first(parameters, ['resolution', 'video_resolution']);
  if (typeof said === 'string' && said !== '') return said.toLowerCase();
  const pixels = pixelsAsked(parameters);
  return pixels === null ? null : `${Math.min(...pixels)}p`;
}

/** Whether a clip is to have sound; null when nothing is said. */
export function soundAsked(parameters: Parameters): boolean | null {
  const value = first(parameters, ['generate_audio', 'with_audio', 'audio']);
  return typeof value === 'boolean' ? value : null;
}

/** How many results of a search: under the name of any engine. */
export function resultsAsked(parameters: Parameters): number | null {
  const value = first(parameters, ['max_results', 'numResults', 'num_results', 'count', 'num', 'limit']);
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}

export const textAsked = (parameters: Parameters, names: readonly string[]): string | null => {
  const value = first(parameters, names);
  return typeof value === 'string' && value !== '' ? value : null;
};

const first = (parameters: Parameters, names: readonly string[]): unknown => names.map((name) => parameters[name]).find((value) => value !== undefined && value !== null);

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
