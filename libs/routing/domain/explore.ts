/**
 * Exploration, when a policy asks for it: a share of requests takes another of the best candidates, drawn by the
 * request's seed, and the decision records with which probability it was taken. That propensity is what lets outcomes
 * of another policy be estimated later (inverse propensity scoring; Horvitz and Thompson, 1952).
 */
import type { RoutingPolicy } from './policy.js';
import { round6 } from './portable-math.js';

/** @param best places in order of score. @param seed 32 bits. */
export function exploredPlace(
  best: readonly number[],
  score: Float64Array,
  { share, margin, among }: RoutingPolicy['exploration'],
  seed: number,
): { readonly place: number; readonly propensity: number } {
  const first = best[0]!;
  const near = best.slice(0, among).filter((place) => score[first]! - score[place]! <= margin);
  if (share === 0 || near.length < 2) return { place: first, propensity: 1 };
  const each = share / near.length;
  const draw = (seed >>> 0) / 2 ** 32;
  const place = draw < share ? near[Math.min(near.length - 1, Math.floor((draw / share) * near.length))]! : first;
  return { place, propensity: round6(place === first ? 1 - share + each : each) };
}
