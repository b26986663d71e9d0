/**
 * What a person asks of a model in a line such as "cheap vision model with long context": the wishes the catalogue's
 * facts can answer. A table of phrases, so that what is understood can be read, shown to the caller, and corrected.
 */
import { dollars, toPico, type PicoDollars } from '../../money/money.js';
import type { Task } from '../../routing/domain/vocabulary.js';
import type { TaskType } from './model.js';
import { telling, words } from './text-index.js';

export interface Intent {
  readonly tasks: readonly Task[];
  readonly task_types: readonly TaskType[];
  readonly capabilities: readonly string[];
  readonly without: readonly string[];
  readonly providers: readonly string[];
  readonly without_providers: readonly string[];
  /** Tokens the context must hold. */
  readonly min_context: number | null;
  /** The most one unit may cost, as the caller counts: a million tokens or characters, an image, a second, a minute. */
  readonly max_price: { readonly amount: PicoDollars; readonly unit: string } | null;
  readonly open_weights: boolean;
  /** Wishes that order rather than exclude. */
  readonly prefers: readonly Preference[];
  /** Whether the line speaks of models at all; else it is work to be done, and its words say little about models. */
  readonly about_models: boolean;
  /** Words nothing above took, without the empty ones: searched in names and descriptions. */
  readonly rest: string;
}

export const preferences = ['cheap', 'best', 'fast', 'new', 'small', 'large', 'multilingual', 'popular'] as const;
export type Preference = (typeof preferences)[number];

type Effect =
  | { readonly task: Task; readonly task_type?: TaskType }
  | { readonly capability: string }
  | { readonly prefer: Preference }
  | { readonly long_context: true }
  | { readonly open: true };

/** "Long context" without a number means this many tokens. */
const longContext = 400_000;
/** A smaller number of tokens in a line is about something else. */
const fewestTokens = 1000;

/** @param whole alternatives that must stand as whole words; @param anywhere for scripts that put no space between words. */
const phrase = (whole: string, anywhere: string, ...effects: readonly Effect[]) => ({
  pattern: new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${whole})(?![\p{L}\p{N}])${anywhere && `|${anywhere}`}`, 'giu'),
  effects,
});

/** In this order; a phrase that matches is taken out of the line, so that "image understanding" is not also "image". */
const phrases = [
  phrase(String.raw`vision|multimodal|image (?:understanding|analysis|input|recognition)|(?:understand|describ|analy[sz]|caption|read|see|look)\w*(?: \w+)? (?:images?|pictures?|photos?|screenshots?|charts?|diagrams?)|ocr|screenshots?|visual (?:question answering|understanding)|visión|visão`, `看图|图像理解|画像認識|이미지 인식`, { task: 'text' }, { capability: 'vision' }),
  phrase(String.raw`video (?:understanding|analysis|input|summar\w+|captioning)|(?:understand|summar[iy]\w*|analy[sz]\w*|watch)(?: \w+)? videos?`, ``, { task: 'text' }, { capability: 'video_input' }),
  phrase(String.raw`audio (?:understanding|analysis|input)|listen\w* to audio`, ``, { task: 'text' }, { capability: 'audio_input' }),
  phrase(String.raw`(?:pdfs?|documents?|files? (?:input|upload)|invoices?|contracts?)\b(?= (?:reading|input|understanding|analysis|extraction|q&a))|(?:read|reads|reading|analy[sz]\w*|extract\w* from) (?:\w+ )?(?:pdfs?|documents|invoices)|pdfs?`, ``, { task: 'text' }, { capability: 'file_input' }),
  phrase(String.raw`talking (?:head|avatar)s?|avatars?|lip[- ]?sync\w*`, ``, { task: 'video', task_type: 'avatar_video' }),
  phrase(String.raw`(?:image|photo|picture)s?[- ](?:to|into)[- ]video|animat\w+ (?:an? |the |this |my )?(?:image|photo|picture|still)s?|(?:turn|bring) (?:\w+ )?(?:images?|photos?|pictures?) (?:in)?to (?:videos?|life)`, ``, { task: 'video' }, { capability: 'image_to_video' }),
  phrase(String.raw`video edit\w*|edit\w* (?:\w+ )?(?:videos?|clips?|footage)`, ``, { task: 'video' }, { capability: 'video_editing' }),
  phrase(String.raw`with (?:sound|audio|dialogue|native audio)|native audio`, ``, { capability: 'native_audio' }),
  phrase(String.raw`(?:image|photo|picture)s?[- ]edit\w*|(?:edit|retouch|inpaint|outpaint|remove (?:the )?background)\w* ?(?:\w+ )?(?:images?|photos?|pictures?)?|photoshop|editar (?:imagens?|fotos?|imágenes)|retoucher`, `编辑图片|修图`, { task: 'image' }, { capability: 'image_editing' }),
  phrase(String.raw`logos?|typography|posters?|text (?:in|on) (?:images?|pictures?)|(?:readable|legible|render\w*) text`, ``, { task: 'image' }, { capability: 'text_rendering' }),
  phrase(String.raw`svgs?|vector (?:graphics?|images?|art|illustrations?)|vectors?|icons?`, ``, { task: 'image' }, { capability: 'vector_graphics' }),
  phrase(String.raw`(?:speech|voice|audio)[- ]to[- ]text|transcri\w+|stt|asr|subtitles?|dictation|meeting notes|speech recognition|transkri\w+|trascri\w+`, `音声認識|语音识别|转录`, { task: 'speech', task_type: 'speech_to_text' }),
  phrase(String.raw`diari[sz]\w+|speaker (?:labels?|separation|identification)|tell\w* speakers apart`, ``, { task: 'speech', task_type: 'speech_to_text' }, { capability: 'diarization' }),
  phrase(String.raw`voice clon\w+|clon\w+ (?:\w+ )?voices?`, ``, { task: 'speech', task_type: 'text_to_speech' }, { capability: 'voice_cloning' }),
  phrase(String.raw`real[- ]?time voice|voice (?:agents?|assistants?|chat|conversations?)|speech[- ]to[- ]speech|live voice|spoken conversation`, ``, { task: 'speech', task_type: 'speech_to_speech' }),
  phrase(String.raw`text[- ]to[- ]speech|tts|(?:read|speak|say)\w* (?:\w+ ){0,3}(?:aloud|out loud)|narrat\w+|voice[- ]?overs?|audiobooks?|podcast voice|speech synthesis|(?:natural |human |lifelike )?voices?|синтез речи|озвуч\w*|síntese de voz|locução|locución|vorlesen`, `朗读|読み上げ|语音合成`, { task: 'speech', task_type: 'text_to_speech' }),
  phrase(String.raw`sound effects?|sfx|foley`, ``, { task: 'music' }, { capability: 'sound_effects' }),
  phrase(String.raw`instrumentals?`, ``, { task: 'music' }, { capability: 'instrumental' }),
  phrase(String.raw`lyrics?|vocals?|sung|singing`, ``, { task: 'music' }, { capability: 'vocals' }),
  phrase(String.raw`music|songs?|soundtracks?|melod(?:y|ies)|jingles?|beats?|compos\w+ (?:a )?(?:tune|track|music)|música|canción|canç\p{L}+|musique|chanson|musik|lied|muzyk\p{L}*|музык\p{L}*|песн\p{L}*|âm nhạc|müzik`, `音乐|歌曲|音楽|음악|موسيقى|संगीत`, { task: 'music' }),
  phrase(String.raw`videos?|clips?|film|movies?|footage|cinematic|vídeos?|vidéos?|видео`, `视频|動画|비디오|영상|فيديو|वीडियो`, { task: 'video' }),
  phrase(String.raw`text[- ]to[- ]image|images?|pictures?|photo(?:s|realis\w+)?|drawings?|illustrat\w+|draw|paint\w*|artwork|wallpapers?|thumbnails?|imagen|imagens|imágenes|imagem|bild(?:er)?|immagin[ei]|afbeelding\w*|obraz\w*|изображени\p{L}*|картин\p{L}*|resim|görsel|hình ảnh`, `图片|图像|画像|이미지|صورة|صور|चित्र`, { task: 'image' }),
  phrase(String.raw`deep research|research reports?`, ``, { task: 'web_search' }, { capability: 'deep_research' }),
  phrase(String.raw`web ?search|search (?:the )?(?:web|internet|engine)|search api|browse the web|internet access|(?:latest|today'?s|current|breaking) (?:news|prices?|events?|results?|scores?)|news|up[- ]to[- ]date|google it|buscar en (?:la )?(?:web|internet)|pesquis\w+ na (?:web|internet)|websuche|recherche web|поиск`, `搜索|検索`, { task: 'web_search' }),
  phrase(String.raw`citations?|cit(?:e|es|ing)(?: \w+)? sources?|with sources`, ``, { capability: 'citations' }),
  phrase(String.raw`cod(?:e|ing|er)|program(?:s|ming|mer)?|debug\w*|refactor\w*|software (?:engineering|development)|(?:python|javascript|typescript|rust|java|golang|c\+\+|sql|react)(?: \w+)?|unit tests?|swe-?bench|pull requests?|código|программ\p{L}*|kod(?:lama|owani\w*)`, `编程|代码|プログラ|코딩`, { task: 'code' }),
  phrase(String.raw`reason(?:s|ing|er)?|think(?:s|ing)?|math(?:s|ematic\w*)?|proofs?|logic(?:al)?|olympiad|chain[- ]of[- ]thought|hard problems?|step[- ]by[- ]step|raciocínio|razonamiento|raisonnement|рассужд\p{L}*|matemátic\w+`, `推理|推論|추론`, { capability: 'reasoning' }),
  phrase(String.raw`tool(?:s|[- ](?:use|calling|calls?))?|function[- ]call\w*|agent(?:s|ic)?|mcp`, ``, { capability: 'tool_use' }),
  phrase(String.raw`json(?: schema| mode| output)?|structured[- ](?:output|data)s?|schema`, ``, { capability: 'structured_output' }),
  phrase(String.raw`(?:prompt[- ])?cach(?:e|es|ing)`, ``, { capability: 'prompt_caching' }),
  phrase(String.raw`translat\w+|multi-?lingual|many languages|localis\w+|localiz\w+|traduc\p{L}*|tradu[zç]\p{L}*|traduire|übersetz\p{L}*|tradurre|перев[оё]д\p{L}*|dịch|çevir\p{L}*`, `翻译|翻訳|번역`, { task: 'text' }, { prefer: 'multilingual' }),
  phrase(String.raw`texts?|chat(?:bots?)?|llms?|language models?|writ(?:e|es|ing|er)|summar\w+|essays?|poems?|e-?mails?|texto|texte|chatear|escrever|escribir|écrire|schreiben|пис\p{L}+`, `写作|文章|글쓰기`, { task: 'text' }),
  phrase(String.raw`(?:very )?(?:long|large|big|huge|wide)[- ]context(?: window)?s?|long (?:documents?|inputs?|books?|files?|prompts?)|(?:whole|entire) (?:books?|code ?bases?|repositor(?:y|ies))|contexto (?:largo|longo)|long contexte|langer? kontext|длинн\p{L}+ контекст\p{L}*`, `长上下文|長いコンテキスト|긴 컨텍스트`, { long_context: true }),
  phrase(String.raw`cheap(?:est|er|ly)?|inexpensive|low[- ]?cost|budget|affordable|economical|economy|lowest price|free|save money|cost[- ]effective|for pennies|barat[oa]s?|econ[oóô]mic[oa]s?|pas cher|bon marché|günstig\p{L}*|billig\p{L}*|goedko\p{L}+|economic[oi]|tani\p{L}*|дешев\p{L}*|дешёв\p{L}*|недорог\p{L}*|ucuz|rẻ`, `رخيص|सस्ता|सस्ते|便宜|安い|安価|저렴|싼`, { prefer: 'cheap' }),
  phrase(String.raw`best|highest[- ]quality|top(?:[- ](?:quality|tier|rated))?|most (?:capable|powerful|intelligent|accurate)|smartest|strongest|state[- ]of[- ]the[- ]art|sota|flagship|premium|high[- ]end|frontier|great|excellent|high[- ]quality|mejor(?:es)?|melhor(?:es)?|meilleure?s?|beste[nrs]?|migliore?|najlepsz\p{L}*|лучш\p{L}*|en iyi|tốt nhất`, `الأفضل|सबसे अच्छा|最好|最强|最高|최고`, { prefer: 'best' }),
  phrase(String.raw`fast(?:est|er)?|quick(?:est)?|speedy|low[- ]latency|real[- ]?time|instant(?:ly)?|snappy|responsive|rápid[oa]s?|rapides?|schnell\p{L}*|veloc[ei]|snel\p{L}*|szybk\p{L}*|быстр\p{L}*|hızlı|nhanh`, `سريع|तेज़|快速|高速|速い|빠른`, { prefer: 'fast' }),
  phrase(String.raw`open[- ](?:weights?|source[d]?)|self[- ]?host\w*|on[- ]prem\w*|local(?:ly)?|run (?:it )?myself|código abierto|código aberto|открыт\p{L}+`, `开源|オープンソース|오픈소스`, { open: true }),
  phrase(String.raw`new(?:est)?|latest|recent(?:ly)?|just released|modern`, ``, { prefer: 'new' }),
  phrase(String.raw`small(?:est|er)?|tiny|lightweight|compact`, ``, { prefer: 'small' }),
  phrase(String.raw`large(?:st)?|biggest|huge`, ``, { prefer: 'large' }),
  phrase(String.raw`popular|well[- ]known|proven|trusted|featured`, ``, { prefer: 'popular' }),
] as const;

const negation = /(?:\b(?:no|not|non|without|except|excluding|but not|other than|avoid|sans|sin|sem|ohne)|без|不要)[\s-]+(?:any |an? |from )?$/iu;

/** Tokens asked for by number: "200k context", "context of 1M tokens", "at least 128,000 tokens". */
const contextNumber = /(\d[\d.,]*)\s*(k|m|thousand|million)?\s*(?:tokens?\s*)?(?:of\s+)?(?:context|tokens?(?! (?:per|a) ))|context\s*(?:window)?\s*(?:of|>=?|over|above|at least)?\s*(\d[\d.,]*)\s*(k|m)?/iu;

/** "under $1 per million tokens", "below 0.05 dollars an image". */
const priceLimit = /(?:under|below|less than|at most|max(?:imum)?(?: of)?|<=?|up to|cheaper than)\s*(?:\$|usd|us\$)?\s*(\d{1,9}(?:\.\d{1,12})?)\s*(?:\$|usd|dollars?)?\s*(?:\/|per|an?|each|for)\s*(?:1 ?)?(million|1?m\b|mtok|image|picture|second|minute|song|search|request|character)/iu;

const aboutModels = /(?<![\p{L}])(?:models?|llms?|apis?|modelos?|modèles?|modell[eoi]?|модел\p{L}+)(?![\p{L}])|模型|モデル|모델/iu;

/** In a longer line a maker's name is more likely part of the work than a wish. */
const wishWords = 16;

/** Longer lines are prompts to be answered, not wishes; their beginning says what they are. */
const readAtMost = 600;

/** @param providers slugs and names of makers, lower case, with the slug they stand for. */
export function understand(line: string, providers: ReadonlyMap<string, string>): Intent {
  const read = line.slice(0, readAtMost).normalize('NFC');
  const price = take(read, priceLimit);
  const context = take(price.rest, contextNumber);
  const tokens = context.match ? tokensOf(context.match) : 0;
  const asked = tokens >= fewestTokens;
  const { rest, found } = readPhrases(asked ? context.rest : price.rest);
  const makers = words(rest).length <= wishWords ? makersIn(rest, providers) : { wanted: [], unwanted: [], rest };
  const intent = {
    tasks: [...found.tasks],
    task_types: [...found.task_types],
    capabilities: [...found.capabilities],
    without: [...found.without],
    providers: makers.wanted,
    without_providers: makers.unwanted,
    min_context: asked ? tokens : found.long_context ? longContext : null,
    max_price: price.match && { amount: toPico(dollars(price.match[1]!)), unit: unitOf(price.match[2]!) },
    open_weights: found.open_weights,
    prefers: [...found.prefers],
    rest: telling(makers.rest).join(' '),
  };
  return { ...intent, about_models: aboutModels.test(read) || (wishes(intent) && words(read).length <= wishWords) };
}

/** Whether it asks for something that only a model, and no piece of work, can be. */
const wishes = ({ prefers, without, providers, open_weights, min_context, max_price }: Omit<Intent, 'about_models'>) =>
  prefers.length + without.length + providers.length > 0 || open_weights || min_context !== null || max_price !== null;

class Found {
  readonly tasks = new Set<Task>();
  readonly task_types = new Set<TaskType>();
  readonly capabilities = new Set<string>();
  readonly without = new Set<string>();
  readonly prefers = new Set<Preference>();
  long_context = false;
  open_weights = false;

  add(effect: Effect): void {
    if ('capability' in effect) this.capabilities.add(effect.capability);
    else if ('prefer' in effect) this.prefers.add(effect.prefer);
    else if ('long_context' in effect) this.long_context = true;
    else if ('open' in effect) this.open_weights = true;
    else {
      this.tasks.add(effect.task);
      if (effect.task_type) this.task_types.add(effect.task_type);
    }
  }

  /** "Without reasoning" is a wish; "not a song" only takes the song away. */
  refuse(effect: Effect): void {
    if ('capability' in effect) this.without.add(effect.capability);
  }
}

function readPhrases(line: string): { rest: string; found: Found } {
  const found = new Found();
  let rest = line;
  for (const { pattern, effects } of phrases) {
    const before = rest;
    rest = before.replace(pattern, (_matched: string, offset: number) => {
      const negated = negation.test(before.slice(0, offset));
      for (const effect of effects) if (negated) found.refuse(effect); else found.add(effect);
      return ' ';
    });
  }
  return { rest, found };
}

function take(line: string, pattern: RegExp): { match: RegExpMatchArray | null; rest: string } {
  const match = pattern.exec(line);
  return { match, rest: match ? `${line.slice(0, match.index)} ${line.slice(match.index + match[0].length)}` : line };
}

function tokensOf(match: RegExpMatchArray): number {
  const digits = match[1] ?? match[3] ?? '0';
  const unit = (match[2] ?? match[4] ?? '').toLowerCase();
  const plain = Number(unit ? digits.replace(',', '.') : digits.replace(/[.,](?=\d{3})/g, ''));
  return Math.round(plain * (unit.startsWith('k') || unit === 'thousand' ? 1000 : unit.startsWith('m') ? 1_000_000 : 1));
}

const unitOf = (word: string): string => {
  const unit = word.toLowerCase();
  if (/^(million|1?m|mtok)$/.test(unit)) return 'million';
  return unit === 'picture' ? 'image' : unit === 'search' ? 'request' : unit;
};

function makersIn(line: string, providers: ReadonlyMap<string, string>) {
  const wanted = new Set<string>();
  const unwanted = new Set<string>();
  const rest = line.replace(/[\p{L}\p{N}][\p{L}\p{N}.-]*/gu, (word, offset: number) => {
    const slug = providers.get(word.toLowerCase().replace(/\.$/, ''));
    if (slug === undefined) return word;
    (negation.test(line.slice(0, offset)) ? unwanted : wanted).add(slug);
    return ' ';
  });
  return { wanted: [...wanted], unwanted: [...unwanted], rest };
}
