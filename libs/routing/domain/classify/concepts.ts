/**
 * The ideas a request is made of, independent of language: what is to be done (verbs), to what (objects), and the
 * circumstances that turn the meaning (a file of the sender's, a wish for news, a question about a thing rather than
 * for it). Lexicons map the words of each language to these, so what is learnt in one language holds in all.
 */
export const concepts = [
  // Doing: general.
  'make', 'want', 'please', 'give', 'show', 'use', 'help', 'design', 'convert',
  // Doing: to a medium.
  'draw', 'animate', 'compose', 'sing', 'speak', 'transcribe', 'code-verb', 'debug', 'search', 'write', 'film-verb',
  // Doing: with words.
  'explain', 'summarise', 'translate', 'list', 'analyse', 'rewrite', 'suggest', 'teach', 'solve', 'compare', 'tell', 'roleplay', 'classify', 'count', 'chat', 'plan',
  // Doing: to something that exists.
  'remove', 'replace', 'change', 'crop', 'enhance', 'restyle', 'add', 'edit', 'trim', 'stabilise', 'denoise', 'recolour', 'retouch', 'extend', 'dub', 'keep', 'speed', 'turn-into',
  'combine', 'sync', 'collage',
  // Things: pictures.
  'image', 'logo', 'poster', 'photo-style', 'art-style', 'camera', 'mask', 'background', 'image-file', 'image-tool', 'meme', 'figure',
  // Things: moving pictures.
  'video', 'animation', 'film', 'video-style', 'video-file', 'duration', 'video-tool', 'scene',
  // Things: music.
  'music', 'song', 'beat', 'jingle', 'instrument', 'genre', 'tempo', 'singing', 'music-tool',
  // Things: spoken sound.
  'voice', 'speech-out', 'audio', 'audio-file', 'pitch', 'speaker', 'subtitles', 'accent', 'speech-tool', 'sound-effect',
  // Things: code.
  'code', 'function', 'language', 'algorithm', 'sql', 'regex', 'data-structure', 'bug', 'shell', 'web-tech', 'code-file', 'test', 'devops', 'program',
  // Things: live or looked-up facts.
  'news', 'weather', 'price', 'sport-result', 'stock', 'recency', 'web', 'near', 'schedule', 'rate', 'time-now', 'shop', 'social', 'link', 'paper', 'travel', 'traffic',
  // Things: texts.
  'essay', 'story', 'poem', 'lyrics', 'letter', 'text-doc', 'prompt-for', 'slogan', 'resume', 'recipe', 'word', 'script-play', 'talk', 'conversation', 'name-idea',
  // Circumstances.
  'mine', 'given', 'two-of', 'about', 'how-to', 'what-is', 'why', 'who', 'when', 'where', 'how-many', 'can-you', 'with-colour', 'in-style', 'of-showing', 'following', 'negation', 'described', 'greeting', 'statement', 'opinion',
  // Subjects and marks of hard thinking, for difficulty.
  'proof', 'maths', 'geometry', 'algebra', 'number-theory', 'probability', 'calculus', 'physics', 'chemistry', 'biology', 'medicine', 'law', 'economics', 'philosophy', 'history', 'logic', 'step', 'constraint', 'depth',
  'quantity', 'share', 'each', 'money-word', 'time-word', 'compare-more', 'remain', 'multiple-choice', 'except', 'moral',
] as const;

export type Concept = (typeof concepts)[number];

/** Words of one language by concept: entries separated by commas; see lexicon.ts for the marks `*` and `~`. */
export type Lexicon = Readonly<Partial<Record<Concept, string>>>;

const index = new Map<string, number>(concepts.map((concept, i) => [concept, i]));
export const conceptId = (concept: Concept): number => index.get(concept)!;
