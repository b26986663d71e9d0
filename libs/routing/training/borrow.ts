/** Content of the data for the slots of the frames: captions to depict, descriptions of music, lines to read aloud. */
import type { TaskRow } from './rows.js';

const MAX_CHARS = 160;

export function borrowedContent(rows: readonly TaskRow[]): Map<string, string[]> {
  const pools = new Map<string, string[]>();
  const put = (lang: string, slot: string, text: string) => {
    const key = `${lang}:${slot}`;
    const pool = pools.get(key);
    if (pool === undefined) pools.set(key, [text]);
    else pool.push(text);
  };
  for (const { prompt, lang, variant, task } of rows) {
    if (prompt.length > MAX_CHARS || prompt.length < 4) continue;
    if (variant === 'raw_caption') put(lang, task === 'music' ? 'sound' : 'scene', prompt);
    else if (variant === 'natural' && task !== 'code') put(lang, 'say', prompt);
  }
  return pools;
}
