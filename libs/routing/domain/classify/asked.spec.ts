import { describe, expect, it } from '@jest/globals';
import { askedPrompts, type Asked } from '../../testing/asked.js';
import { loadClassifierWeights } from '../../weights.js';
import { classify } from './classify.js';

const weights = loadClassifierWeights();
const asked = askedPrompts();
const answers = new Map(asked.map((row) => [row, classify({ text: row.prompt, mode: 'auto' }, weights)]));

const shareOf = (rows: readonly Asked[], right: (row: Asked) => boolean) => rows.filter(right).length / rows.length;
const rightTask = (row: Asked) => answers.get(row)!.task === row.task;
const rightMode = (row: Asked) => answers.get(row)!.content_mode === row.mode;

describe('what people type', () => {
  it('is there in sixteen languages, all tasks and modes', () => {
    expect(asked.length).toBeGreaterThanOrEqual(900);
    expect(new Set(asked.map((row) => row.lang)).size).toBe(16);
    for (const lang of new Set(asked.map((row) => row.lang))) expect(new Set(asked.filter((row) => row.lang === lang).map((row) => row.task)).size).toBe(7);
  });

  it.each([['tuned', 0.95], ['kept', 0.9], ['later', 0.87]] as const)('is understood: %s, at least %d of it', (part, least) => {
    expect(shareOf(asked.filter((row) => row.part === part), rightTask)).toBeGreaterThanOrEqual(least);
  });

  it('is understood in every language', () => {
    for (const lang of new Set(asked.map((row) => row.lang))) {
      expect({ lang, understood: shareOf(asked.filter((row) => row.lang === lang), rightTask) >= 0.85 }).toEqual({ lang, understood: true });
    }
  });

  it.each([['generate', 0.9], ['edit', 0.9], ['combine', 0.85]] as const)('%s is told from the other modes, at least %d of it', (mode, least) => {
    expect(shareOf(asked.filter((row) => row.mode === mode), rightMode)).toBeGreaterThanOrEqual(least);
  });

  it.each(['hi there', 'hello', 'hey', 'thanks', 'olá', 'hola', 'salut', 'hallo', 'ciao', 'cześć', 'привет', 'merhaba', 'مرحبا', 'नमस्ते', '你好', 'こんにちは', '안녕', 'chào bạn'])('%s is answered in words', (greeting) => {
    expect(classify({ text: greeting, mode: 'auto' }, weights).task).toBe('text');
  });
});
