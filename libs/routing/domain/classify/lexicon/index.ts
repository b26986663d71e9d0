import type { Lexicon } from '../concepts.js';
import { ar } from './ar.js';
import { de } from './de.js';
import { en } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { hi } from './hi.js';
import { it } from './it.js';
import { ja } from './ja.js';
import { ko } from './ko.js';
import { neighbours } from './neighbours.js';
import { nl } from './nl.js';
import { pl } from './pl.js';
import { pt } from './pt.js';
import { ru } from './ru.js';
import { tr } from './tr.js';
import { vi } from './vi.js';
import { zh } from './zh.js';

/** Every lexicon, in a fixed order. */
export const lexicons = { en, pt, es, fr, de, it, nl, pl, ru, tr, ar, hi, zh, ja, ko, vi, other: neighbours } as const satisfies Readonly<Record<string, Lexicon>>;

/** One bit per lexicon. */
export const languageBits = Object.fromEntries(Object.keys(lexicons).map((name, i) => [name, 1 << i])) as Readonly<Record<keyof typeof lexicons, number>>;
/** English words that every language borrows (names of things, formats and tools) have a bit of their own. */
export const BORROWED = 1 << 20;
