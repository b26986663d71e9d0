/** What a piece of media came to: by the provider's tokens where they are the price, else by what was made. */
import { add, fromPico, toPico, zero, type Money, type PicoDollars } from '../../money/money.js';
import type { CostStatus } from '../../routing/domain/events.js';
import { costOf } from '../domain/cost.js';
import type { MediaAnswer, MediaCall, MediaEndpoint, MediaKind } from '../domain/media.js';
import { secondsAsked } from '../domain/media-parameters.js';
import { gradeAsked, mediaCost, type Quantities } from '../domain/media-price.js';
import type { Ending } from '../domain/outcome.js';
import { noUsage, type MeteredUsage } from '../domain/usage.js';
import { playingTime } from './playing-time.js';

export type Bill = Pick<Ending, 'cost' | 'costStatus' | 'usage' | 'rawUsage'>;

export const unbilled: Bill = { cost: zero, costStatus: 'exact', usage: null, rawUsage: null };
/** A provider may have gone on with work nobody waits for: what that costs is not known. */
export const unknownBill: Bill = { cost: null, costStatus: 'unpriced', usage: null, rawUsage: null };

/** @param endpoint where it was made; null without a price. */
export function billOf(answer: MediaAnswer, kind: MediaKind, call: MediaCall, endpoint: MediaEndpoint | null): Bill {
  const pricing = endpoint?.pricing ?? null;
  const quantities = quantitiesOf(answer, kind, call);
  const rates = pricing?.unit === 'token' ? pricing : answer.usage && pricing?.token_rates ? ({ unit: 'token', rates: pricing.token_rates } as const) : null;
  const cost: Money | null = rates ? answer.usage && costOf({ pricing: rates, usage: answer.usage, at: call.at }) : mediaCost(pricing, quantities, gradeAsked(call.parameters, call.contentMode));
  const usage: MeteredUsage = { ...(answer.usage ?? noUsage), units: rates ? null : unitsIn(kind, quantities) };
  return { cost, costStatus: statusOf(cost, answer, kind), usage, rawUsage: answer.rawUsage };
}

/** A clip that was measured plays a little longer than the seconds it is billed as. */
function statusOf(cost: Money | null, { artefacts }: MediaAnswer, kind: MediaKind): CostStatus {
  if (cost === null) return 'unpriced';
  return kind === 'video' && artefacts.some(({ seconds }) => seconds !== null && !Number.isInteger(seconds)) ? 'estimated' : 'exact';
}

function quantitiesOf({ artefacts, characters }: MediaAnswer, kind: MediaKind, { prompt, parameters, images, audio }: MediaCall): Quantities {
  const played = artefacts.map(({ seconds }) => seconds).filter((seconds) => seconds !== null);
  const total = played.length > 0 ? played.reduce((sum, each) => sum + each, 0) : lengthOtherwise(kind, parameters, audio?.bytes ?? null);
  return {
    images: artefacts.filter(({ mime }) => mime.startsWith('image/')).length,
    seconds: total !== null && kind === 'video' ? Math.max(1, Math.round(total)) : total,
    characters: characters ?? [...prompt].length,
    inputImages: images.length,
  };
}

/** Where the answer does not say: as asked for, or the length of the recording that was given. */
function lengthOtherwise(kind: MediaKind, parameters: MediaCall['parameters'], recording: Buffer | null): number | null {
  if (kind === 'video' || kind === 'music') return secondsAsked(parameters);
  return kind === 'transcript' && recording !== null ? playingTime(recording) : null;
}

function unitsIn(kind: MediaKind, { images, seconds, characters }: Quantities): number {
  switch (kind) {
    case 'image': return images;
    case 'search': return 1;
    case 'speech': return characters;
    case 'video':
    case 'music':
    case 'transcript': return seconds === null ? 1 : Math.ceil(seconds);
  }
}

/** The bill with what earlier attempts have cost. @param spent null is unknown. */
export function withSpent(bill: Bill, spent: PicoDollars | null): Bill {
  if (spent === '0') return bill;
  if (spent === null || bill.cost === null) return { ...bill, cost: null, costStatus: 'unpriced' };
  return { ...bill, cost: add(bill.cost, fromPico(spent)) };
}

export const noneSpent = '0' as PicoDollars;
export const spentAlso = (spent: PicoDollars | null, cost: Money | null): PicoDollars | null => (spent === null || cost === null ? null : toPico(add(fromPico(spent), cost)));
