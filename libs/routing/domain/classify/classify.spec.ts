import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classify, type ClassifyInput } from './classify.js';
import { loadClassifierWeights } from '../../weights.js';
import { tasks, type ContentMode, type Task } from '../vocabulary.js';

const weights = loadClassifierWeights();
const ask = (text: string, more: Partial<ClassifyInput> = {}) => classify({ text, mode: 'auto', ...more }, weights);

/** What a product person expects, in the words people type: prompt, task, and the content mode where it matters. */
const expected: readonly (readonly [string, Task, ContentMode?])[] = [
  ['draw a fox in the snow', 'image', 'generate'],
  ['logo for a coffee shop', 'image'],
  ['a pictrue of a castle pls', 'image'],
  ['make me a pic of my dog as an astronaut', 'image', 'generate'],
  ['remove the background from this photo', 'image', 'edit'],
  ['make the sky in photo.jpg pink', 'image', 'edit'],
  ['merge these two photos into one', 'image', 'combine'],
  ['10 second clip of waves at sunset, drone shot', 'video', 'generate'],
  ['trim the first 5 seconds of holiday.mp4', 'video', 'edit'],
  ['join intro.mp4 and main.mp4', 'video', 'combine'],
  ['lofi beat for studying', 'music', 'generate'],
  ['compose a sad piano melody', 'music'],
  ['a jingle for our pizza place', 'music'],
  ['read this aloud: the train leaves at nine', 'speech', 'generate'],
  ['transcribe interview.mp3', 'speech'],
  ['write a function that reverses a linked list', 'code', 'generate'],
  ['regex for phone numbers', 'code'],
  ['TypeError: undefined is not a function, help', 'code'],
  ['fix this code: for(i=0;i<10;i--){ }', 'code', 'edit'],
  ['latest news about electric cars', 'web_search'],
  ['whats the wether in tokyo tomorrow', 'web_search'],
  ['who won the game last night', 'web_search'],
  ['bitcoin price right now', 'web_search'],
  ['write an essay about photography', 'text'],
  ['write a midjourney prompt for a castle', 'text'],
  ['write the lyrics of a song about summer', 'text'],
  ['how do photographers edit pictures?', 'text'],
  ['what is the capital of Peru', 'text'],
  ['explain how text to speech works', 'text'],
  ['how many people are in the photo?', 'text'],
  ['translate "good morning" into Polish', 'text'],
  ['desenhe um gato astronauta', 'image'],
  ['qual é a previsão do tempo para amanhã?', 'web_search'],
  ['escribe una función que ordene una lista', 'code'],
  ['quita el fondo de esta foto', 'image', 'edit'],
  ['compose une chanson joyeuse', 'music'],
  ['écris un poème sur la mer', 'text'],
  ['wandle diesen Text in Sprache um: Guten Morgen', 'speech'],
  ['erstelle ein Video von einem Wasserfall', 'video'],
  ['che tempo fa a Milano oggi?', 'web_search'],
  ['vertaal dit naar het Engels: goedemorgen', 'text'],
  ['narysuj smoka', 'image'],
  ['напиши функцию сортировки на питоне', 'code'],
  ['последние новости о выборах', 'web_search'],
  ['bu iki fotoğrafı birleştir', 'image', 'combine'],
  ['اقرأ هذا النص بصوت عال: صباح الخير', 'speech'],
  ['ارسم قطة على القمر', 'image'],
  ['आज दिल्ली का मौसम कैसा है', 'web_search'],
  ['इस फोटो से बैकग्राउंड हटाओ', 'image', 'edit'],
  ['把这张照片的背景换成海滩', 'image', 'edit'],
  ['写一首关于春天的诗', 'text'],
  ['この写真を白黒にして', 'image', 'edit'],
  ['静かなピアノ曲を作曲して', 'music'],
  ['강아지 영상 만들어줘', 'video'],
  ['내일 부산 날씨 어때', 'web_search'],
  ['vẽ một con mèo', 'image'],
  ['tóm tắt đoạn văn sau: hôm nay trời đẹp', 'text'],
];

describe('what a prompt asks for', () => {
  for (const [prompt, task, mode] of expected) {
    it(`${prompt} -> ${task}${mode === undefined ? '' : ` (${mode})`}`, () => {
      const found = ask(prompt);
      expect(found.task).toBe(task);
      if (mode !== undefined) expect(found.content_mode).toBe(mode);
    });
  }
});

describe('how hard a prompt is', () => {
  const easyToHard: readonly (readonly [string, string])[] = [
    ['hi there', 'Prove that there are infinitely many primes of the form $4k+3$.'],
    ['what is the capital of France', 'Design a fault tolerant distributed architecture for payments, discuss the trade-offs in depth and justify every step.'],
    ['Tom has 3 apples and buys 2 more. How many has he?', 'Find all functions $f:\\mathbb{R}\\to\\mathbb{R}$ such that $f(x^2+f(y))=y+f(x)^2$ for all real $x,y$.'],
    ['Jane has 5 coins. She finds 2. How many coins has she now?', 'A shop sells 3 kinds of boxes for $4, $6 and $9 each. On Monday it sold twice as many small boxes as large ones and half as many medium boxes as on Tuesday, when it sold 30% more than the 40 it sold on Sunday. If each box costs a third of its price to make and 12 boxes were returned, how much profit was left in total?'],
    ['turn on the lights', 'Explain step by step why the halting problem is undecidable and give a rigorous proof.'],
  ];

  it.each(easyToHard)('%s < %s', (easy, hard) => {
    expect(ask(easy).complexity_score).toBeLessThan(ask(hard).complexity_score);
    expect(ask(easy).needs_strong).toBeLessThan(ask(hard).needs_strong);
  });

  it('calls small talk simple and a hard proof reasoning', () => {
    expect(ask('hello').complexity_tier).toBe('SIMPLE');
    expect(ask('Let $p$ be an odd prime. Prove that $\\sum_{k=1}^{p-1} k^{p-1} \\equiv -1 \\pmod p$ and find all primes for which the congruence also holds modulo $p^2$.').complexity_tier).toBe('REASONING');
  });
});

describe('what surrounds the prompt', () => {
  it('lets a hint decide', () => {
    expect(ask('make it blue', { taskHint: 'video', contentModeHint: 'edit' })).toMatchObject({ task: 'video', content_mode: 'edit', decision: 'hint', confidence: 1 });
  });

  it('follows the session on a short follow-up, and says so', () => {
    for (const previousTask of ['music', 'image', 'code', 'video'] as const) expect(ask('another one', { previousTask }).task).toBe(previousTask);
    expect(ask('now a bit darker', { previousTask: 'image' }).evidence.map((item) => item.signal)).toContain('session so far');
  });

  it('follows the earlier turns where there is no session: the nearest that names anything', () => {
    const earlierTurns = ['and again', 'Write a Python function that sorts a list', 'draw a cat'];
    expect(ask('another one', { earlierTurns })).toMatchObject({ task: 'code' });
    expect(ask('another one', { earlierTurns: ['draw a cat'] })).toMatchObject({ task: 'image' });
    expect(ask('what is the weather in Lisbon today?', { earlierTurns }).task).toBe('web_search');
  });

  it('hears the session rather than the earlier turns, and those not at all when they name nothing', () => {
    expect(ask('another one', { previousTask: 'music', earlierTurns: ['draw a cat'] }).task).toBe('music');
    expect(ask('another one', { previousTask: 'music', earlierTurns: ['draw a cat'] }).evidence).toContainEqual({ signal: 'earlier turns', effect: 0 });
    expect(ask('another one', { earlierTurns: ['once more'] })).toMatchObject({ ...ask('another one'), evidence: expect.anything() });
  });

  it('does not let the session overrule a clear request', () => {
    expect(ask('what is the weather in Lisbon today?', { previousTask: 'image' }).task).toBe('web_search');
  });

  it('answers a question about an attached picture in words', () => {
    expect(ask('what breed is this dog?', { modalities: ['image'] })).toMatchObject({ task: 'text', skill: 'vision' });
  });

  it('never classifies the system prompt', () => {
    const systemText = 'You are an image generation assistant that draws pictures, logos and posters for designers.';
    expect(ask('what is the capital of Peru', { systemText }).task).toBe('text');
  });

  const rich = 'Write a short step by step essay that explains and compares the history of the law of contracts, with a list of sources and a plan';
  it.each([
    ['attached image', { modalities: ['text', 'image'] }],
    ['attached audio', { modalities: ['text', 'audio'] }],
    ['tools offered', { hasTools: true }],
    ['JSON wanted', { wantsJson: true }],
    ['session so far', { previousTask: 'music' }],
    ['earlier turns', { earlierTurns: ['compose a song'] }],
    ['system prompt', { systemText: 'You write code in Python: functions, classes and tests of a program.' }],
  ] as const)('is in the explanation beside whatever the text says: %s', (signal, around) => {
    const signals = (prompt: string) => ask(prompt, around).evidence.map((item) => item.signal);
    expect(signals(rich)).toContain(signal);
    expect(signals('hm')).toContain(signal);
    expect(ask(rich).evidence.map((item) => item.signal)).not.toContain(signal);
  });

  it('says of a system prompt that speaks of no task that it did nothing', () => {
    expect(ask(rich, { systemText: 'Be polite.' }).evidence).toContainEqual({ signal: 'system prompt', effect: 0 });
  });

  it('all of it is told at once', () => {
    const signals = ask(rich, { modalities: ['image', 'video'], hasTools: true, wantsJson: true, previousTask: 'code', systemText: 'Be polite.' }).evidence.map((item) => item.signal);
    expect(signals).toEqual(expect.arrayContaining(['attached image', 'attached video', 'tools offered', 'JSON wanted', 'session so far', 'system prompt']));
  });

  it('answers by rules alone in regex mode', () => {
    expect(ask('draw a cat', { mode: 'regex' })).toMatchObject({ task: 'image', decision: 'regex' });
  });
});

describe('every classification', () => {
  it('is deterministic, bounded and rounded, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), fc.constantFrom('auto' as const, 'regex' as const), (text, mode) => {
        const found = classify({ text, mode }, weights);
        expect(classify({ text, mode }, weights)).toEqual(found);
        expect(tasks).toContain(found.task);
        for (const x of [found.confidence, found.complexity_score, found.needs_strong]) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(1);
          expect(Math.round(x * 10_000) / 10_000).toBe(x);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('reads a long prompt from its beginning and its end only', () => {
    const long = `draw a fox. ${'lorem ipsum '.repeat(50_000)}`;
    expect(ask(long).task).toBe(ask(long + 'x'.repeat(10)).task);
    expect(ask(`${'filler '.repeat(20_000)}`).complexity_score).toBeLessThanOrEqual(1);
  });

  it('takes an empty prompt', () => {
    expect(ask('').complexity_tier).toBe('SIMPLE');
  });
});
