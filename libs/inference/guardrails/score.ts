/** How well the detector does on labelled prompts, by kind. */
import { sensitiveIn, sensitiveKinds, type SensitiveKind } from './detect.js';

export interface Score {
  readonly kind: SensitiveKind;
  readonly found: number;
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
  readonly precision: number;
  readonly recall: number;
}

export function scoresOn(set: readonly { readonly text: string; readonly kinds: readonly SensitiveKind[] }[]): Score[] {
  const seen = set.map(({ text, kinds }) => ({ text, kinds, found: sensitiveIn(text) }));
  return sensitiveKinds.map((kind) => {
    const missed = seen.filter(({ kinds, found }) => kinds.includes(kind) && !found.includes(kind)).map(({ text }) => text);
    const wrong = seen.filter(({ kinds, found }) => !kinds.includes(kind) && found.includes(kind)).map(({ text }) => text);
    const found = seen.filter(({ kinds, found: all }) => kinds.includes(kind) && all.includes(kind)).length;
    return { kind, found, missed, wrong, precision: ratio(found, found + wrong.length), recall: ratio(found, found + missed.length) };
  });
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
