import type { Lexicon } from '../concepts.js';
import { en } from './en.js';

/** Every lexicon, in a fixed order: all are searched at once, so a prompt that mixes languages is read whole. */
export const lexicons: readonly Lexicon[] = [en];
