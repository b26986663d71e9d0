/**
 * In which languages a prompt may be written: by its script, and for Latin letters by the small words that every
 * sentence has. A cue of another language is most often a false friend (`die`, `film`, `on`), so it is not heard.
 */
import { ARABIC, DIGIT, HANGUL, IDEOGRAPH, LETTER } from './characters.js';
import { HashTable } from './hash-table.js';
import { BORROWED, languageBits } from './lexicon/index.js';
import { wordHash, type Reading } from './reading.js';

/** Words looked at: by then a language has shown. */
const WORDS_READ = 48;
/** A language with fewer votes than this share of the leader's is not the one. */
const RUNNER_UP = 0.6;
/** Of so few votes, one is chance. */
const FEW_VOTES = 3;

/** Small words by language, folded as a reading folds them. Words that several share vote for each. */
const smallWords = {
  en: 'the a an of to in is it and for with my me you your i this that on can could what how who where why when are was were do does did don not at from as by or be have has will would should make write give please so just im whats if about into some any them they he she his her their there up out all need want get like but we our us its been than then',
  pt: 'o a os as um uma de do da dos das em no na nos nas para pra por com que nao e eu voce meu minha me esse essa este esta isso sobre como qual quais onde quando quem por porque foi sao ser ter tem muito mais mas ao uns umas seu sua pelo pela ele ela quanto tudo bem essas esses dois duas numa num depois agora faz quero preciso faca crie escreva ate entre sem ou se hoje',
  es: 'el la los las un una unos unas de del al en para por con que no y yo tu mi me te se lo le esto esta este ese esa sobre como cual cuales donde cuando quien porque fue son ser tiene muy mas pero su sus una ella hay hazme quiero necesito haz crea escribe hasta entre sin o si hoy cuanto esta ponle dame algo dos estas estos ese hola',
  fr: 'le la les un une des du de en dans pour par avec que qui ne pas et je tu il elle on nous vous mon ma mes ton ta tes son sa ses ce cet cette ces sur est sont etre a au aux plus mais ou si quel quelle quels comment quand pourquoi moi toi y c d l j qu n s m t fais cree ecris veux voudrais besoin faire peux comme tout fait cest ca va salut bonjour deux votre leur mets enleve rends',
  de: 'der die das den dem des ein eine einen einem einer eines und ist sind war mit fur auf aus von zu zum zur im am in nicht ich du er sie es wir ihr mein meine meinen meinem dein deine mir mich dir dich was wie wer wo wann warum wieviel kann kannst soll bitte mach mal auch noch nur wenn oder aber uber bei nach vor als dass man hat haben wird werden sein heute gib schreib',
  it: 'il lo la i gli le un uno una di del dello della dei degli delle da dal dalla in nel nella con su sul sulla per tra fra che non e ho hai ha mi ti si ci vi mio mia miei tuo tua questo questa questi quello quella come dove quando chi perche cosa quale quanto sono essere piu ma al alla ai alle anche se fammi voglio crea scrivi a fa oggi',
  nl: 'de het een van en in is op te dat die voor met niet ik je jij hij zij ze we wij mijn jouw zijn haar ons dit deze wat hoe wie waar wanneer waarom welke kan kun kunt wil maak schrijf als om aan er naar bij uit over ook nog maar of dan door hebben heeft wordt worden geef me mij zoek vandaag hoeveel',
  pl: 'i w z na do nie to jest sie ze jak co kto gdzie kiedy dlaczego czy dla po od za o u ten ta te tego tej tym tych moj moja moje mi mnie ja ty on ona my jaki jaka jakie ktory ktora ktore mozesz prosze zrob napisz przez przy bez oraz ale lub tylko juz sa byl ma chce potrzebuje ile dzis',
  tr: 'bir bu ve ile icin ne nasil nedir kim nerede neden mi mu da de ben sen o biz bana beni benim senin daha cok en gibi ama veya var yok olan olarak yap yaz ver sonra kadar hangi kac su her lutfen istiyorum bugun',
  vi: 'la va cua cho toi minh ban mot cac nhung trong voi khong co gi nao sao tai the nay do len ra vao di duoc bang nhu hay hoac tu den o nguoi con cai anh bai hay giup lam viet bao nhieu ai dau khi neu thi ma de da dang se nhe hom',
  other: 'quin fa fer dir amb per avui och att hvordan hvad ar pa for med inte ett som jag du det den om av og er pa ikke jeg det som til af je ja se ze na si pro co jak ve za jako mi egy az es hogy nem van meg din si pe cu la pentru care este nu sunt i u je na za se sa da ne sto kako koji za dan yang di ke dari untuk dengan ini itu apa saya adalah ja on ei se mita miten joka i amb per els les que',
} as const satisfies Readonly<Partial<Record<keyof typeof languageBits, string>>>;

/** From the hash of a small word to the languages that have it, as bits. */
const votes = new HashTable(12);
const latin = (Object.keys(smallWords) as (keyof typeof smallWords)[]).map((name) => languageBits[name]);
const everyLatin = latin.reduce((bits, bit) => bits | bit, 0);
const tally = new Int32Array(latin.length);

for (const [i, words] of Object.values(smallWords).entries()) {
  for (const word of new Set(words.split(' '))) {
    const hash = wordHash(word);
    votes.set(hash, Math.max(0, votes.get(hash)) | (1 << i));
  }
}

/** The lexicons to be heard, a bit each. */
export function languagesOf(reading: Reading): number {
  tally.fill(0);
  let scripts = 0;
  const words = Math.min(reading.words, WORDS_READ);
  for (let word = 0; word < words; word++) {
    const kind = reading.kind[word]!;
    if (kind !== LETTER) {
      scripts |= 1 << kind;
      continue;
    }
    if (reading.text[reading.begin[word]!]! >= 0x250) scripts |= 1 << LETTER;
    const voters = votes.get(reading.hash[word]!);
    for (let rest = voters < 0 ? 0 : voters; rest !== 0; rest &= rest - 1) tally[31 - Math.clz32(rest & -rest)]!++;
  }
  return ofScripts(scripts) | ofTally((scripts & ~(1 << DIGIT)) !== 0);
}

/** Greek, Cyrillic, Indic and the rest share a class: their letters cannot be mistaken for each other's. */
const lettersBeyondLatin = languageBits.ru | languageBits.hi | languageBits.other;

function ofScripts(scripts: number): number {
  let bits = BORROWED;
  if ((scripts & (1 << IDEOGRAPH)) !== 0) bits |= languageBits.zh | languageBits.ja;
  if ((scripts & (1 << HANGUL)) !== 0) bits |= languageBits.ko;
  if ((scripts & (1 << ARABIC)) !== 0) bits |= languageBits.ar | languageBits.other;
  if ((scripts & (1 << LETTER)) !== 0) bits |= lettersBeyondLatin;
  return bits;
}

/** The languages with the most votes, and those close behind. Without any vote, all, unless another script has shown itself. */
function ofTally(otherScript: boolean): number {
  let most = 0;
  for (let i = 0; i < tally.length; i++) if (tally[i]! > most) most = tally[i]!;
  if (most === 0) return otherScript ? languageBits.en : everyLatin;
  const least = most <= FEW_VOTES ? Math.max(1, most - 1) : most * RUNNER_UP;
  let bits = 0;
  for (let i = 0; i < tally.length; i++) if (tally[i]! >= least) bits |= latin[i]!;
  return bits;
}
