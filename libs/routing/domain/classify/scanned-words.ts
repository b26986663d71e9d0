/** What a scan keeps of the words of a problem: their hashes in order, and how many of them are of each class. */
import { WORD_CLASSES, countClasses, pairHash } from './problem-words.js';

/** Words, numbers and signs of mathematics kept, in order, for the hashed features. */
const TOKENS = 512;
const UNIT = 128;

export class ScannedWords {
  readonly token = new Int32Array(TOKENS);
  tokens = 0;
  readonly classes = new Uint16Array(WORD_CLASSES);
  private before = 0;
  private pairBegins = false;

  protected resetWords(): void {
    this.classes.fill(0);
    this.tokens = this.before = 0;
    this.pairBegins = false;
  }

  protected push(hash: number): void {
    if (this.tokens < TOKENS) this.token[this.tokens++] = hash;
  }

  /** @param command whether the word is one of mathematics (`\frac`). */
  protected keep(hash: number, command: boolean): void {
    if (this.pairBegins) countClasses(pairHash(this.before, hash), this.classes);
    this.pairBegins = countClasses(hash, this.classes);
    this.before = hash;
    this.push(command ? hash ^ UNIT : hash);
  }
}
