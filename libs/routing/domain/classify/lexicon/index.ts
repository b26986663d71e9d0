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

/** Every lexicon, in a fixed order: all are searched at once, so a prompt that mixes languages is read whole. */
export const lexicons: readonly Lexicon[] = [en, pt, es, fr, de, it, nl, pl, ru, tr, ar, hi, zh, ja, ko, vi, neighbours];
