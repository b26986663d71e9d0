import { ar } from './ar.js';
import { de } from './de.js';
import { en } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import type { LanguageFrames } from './frames.js';
import { hi } from './hi.js';
import { it } from './it.js';
import { ja } from './ja.js';
import { ko } from './ko.js';
import { lookedAt } from './looked-at.js';
import { nl } from './nl.js';
import { pl } from './pl.js';
import { pt } from './pt.js';
import { ru } from './ru.js';
import { tr } from './tr.js';
import { vi } from './vi.js';
import { zh } from './zh.js';

export const allFrames: readonly LanguageFrames[] = [en, pt, es, fr, de, it, nl, pl, ru, tr, ar, hi, zh, ja, ko, vi].map((frames) => {
  const { text, web_search } = lookedAt[frames.lang]!;
  return { ...frames, text: [...frames.text, ...text], web_search: [...frames.web_search, ...web_search] };
});
