/** The cheap and the dear end of the market for each kind of work: fixed, so that no model's score depends on another. */
import type { Needs } from './needs.js';
import { costOf, outputTokenIndex, quantities, type PriceVector, type Quantity } from './work.js';
import type { Skill } from './ability-scale.js';

type Ends = readonly [cheap: PriceVector, dear: PriceVector];

const price = (amounts: Partial<Record<Quantity, number>>): PriceVector => Float64Array.from(quantities, (quantity) => amounts[quantity] ?? 0);

/** Pico-dollars for one unit, near the tenth and above the ninetieth hundredth of the shipped catalogue. */
const tokens: Ends = [price({ inputToken: 30_000, outputToken: 150_000 }), price({ inputToken: 10_000_000, outputToken: 50_000_000 })];
const searches: Ends = [price({ call: 1_000_000_000, inputToken: 30_000, outputToken: 150_000 }), price({ call: 25_000_000_000, inputToken: 5_000_000, outputToken: 25_000_000 })];
const images: Ends = [price({ image: 4_000_000_000 }), price({ image: 250_000_000_000 })];
const videos: Ends = [price({ second: 30_000_000_000 }), price({ second: 500_000_000_000 })];
const music: Ends = [price({ second: 300_000_000 }), price({ second: 12_000_000_000 })];
const spoken: Ends = [price({ character: 3_000_000 }), price({ character: 150_000_000 })];
const heard: Ends = [price({ second: 8_000_000 }), price({ second: 400_000_000 })];
const conversed: Ends = [price({ second: 200_000_000 }), price({ second: 5_000_000_000 })];

const bySkill: Partial<Record<Skill, Ends>> = {
  search: searches, image: images, image_edit: images, video: videos, image_to_video: videos, music,
  text_to_speech: spoken, speech_to_text: heard, speech_to_speech: conversed,
};

/** The cost of this work at either end, pico-dollars. The dear end thinks as much as a reasoning model would. */
export function costBounds(needs: Needs): readonly [cheap: number, dear: number] {
  const [cheap, dear] = bySkill[needs.skills[0]!.skill] ?? tokens;
  const thinking = Math.ceil(needs.thinkingTokens) * dear[outputTokenIndex]!;
  return [Math.max(1, costOf(cheap, needs.work)), Math.max(2, costOf(dear, needs.work) + thinking)];
}
