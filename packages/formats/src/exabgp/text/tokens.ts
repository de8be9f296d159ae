/** Why a text is no command; its message is one line. */
export class ExabgpTextError extends Error {
  override readonly name = "ExabgpTextError";
}

/** Brackets stand by themselves; commas and line ends are white space. */
const TOKEN = /[[\](){};]|[^\s[\](){};,]+/g;
/** Words of a command. */
const MAX_TOKENS = 65_536;

/** The words of a command, one after the other. */
export class Tokens {
  readonly #words: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#words = text.match(TOKEN) ?? [];
    if (this.#words.length > MAX_TOKENS)
      throw new ExabgpTextError(`a command of more than ${MAX_TOKENS} words`);
  }

  get done(): boolean {
    return this.#at === this.#words.length;
  }

  peek(): string | undefined {
    return this.#words[this.#at];
  }

  /** The next word; `what` it should be is told where there is none. */
  next(what: string): string {
    const word = this.#words[this.#at];
    if (word === undefined) throw new ExabgpTextError(`the command ends where ${what} should be`);
    this.#at++;
    return word;
  }

  /** Passes over a word if it is the next. */
  skip(word: string): boolean {
    if (this.peek() !== word) return false;
    this.#at++;
    return true;
  }

  /** One word, or words in brackets. */
  list(what: string): string[] {
    if (!this.skip("[")) return [this.next(what)];
    const words: string[] = [];
    while (!this.skip("]")) words.push(this.next(`${what} or ]`));
    return words;
  }

  unsigned(what: string, limit: number): number {
    return unsigned(this.next(what), what, limit);
  }
}

export function unsigned(text: string, what: string, limit: number): number {
  const value = /^0x[0-9a-f]+$/i.test(text) || /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= limit)) throw new ExabgpTextError(`${text} is no ${what}: 0 to ${limit}`);
  return value;
}
