/** Tokens after which the answer ends with its current sentence, and after which it ends anywhere. */
export const ENOUGH_TOKENS = 64;
export const MOST_TOKENS = 160;

/** A sentence's end, with the white space after it; and a line's. */
const SENTENCE_END = /[.!?]["')\]]*\s+|\n+/g;
/** How often the same few words may come, before the model is going round in circles. */
const MOST_REPETITIONS = 2;
const FEW_WORDS = 4;

/**
 * Makes a short, whole answer of what a small model says: such a model says the same sentence again and again, and finds no
 * end. The answer ends with the sentence in which it becomes long, and before the first one that it repeats. A list
 * counts its lines as sentences.
 */
export class AnswerShape {
  readonly #said = new Set<string>();
  #sentence = '';
  /** How much of the current sentence was passed on. */
  #passed = 0;
  #text = '';
  #isOver = false;

  /** True once nothing more will be taken. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes what the model says, `tokens` of which there are so far, and returns what of it is to be said. */
  push(chunk: string, tokens: number): string {
    if (this.#isOver) return '';
    this.#sentence += chunk;
    let out = '';
    for (let end = endOf(this.#sentence); end !== undefined && !this.#isOver; end = endOf(this.#sentence)) {
      out += this.#endSentence(end, tokens);
    }
    if (this.#isOver) return out;
    if (!this.#mayBeRepeated()) out += this.#pass(this.#sentence.length);
    if (isGoingRound(this.#text) || tokens >= MOST_TOKENS) return out + this.#cut();
    return out;
  }

  /** The rest, once the model has ended by itself. */
  end(): string {
    if (this.#isOver) return '';
    this.#isOver = true;
    return this.#said.has(plain(this.#sentence)) ? '' : this.#pass(this.#sentence.length);
  }

  #endSentence(end: number, tokens: number): string {
    const words = plain(this.#sentence.slice(0, end));
    if (this.#said.has(words)) {
      this.#isOver = true;
      return '';
    }
    if (words !== '') this.#said.add(words);
    const isEnough = tokens >= ENOUGH_TOKENS && words !== '';
    // No white space after the last sentence.
    const out = this.#pass(isEnough ? this.#sentence.slice(0, end).trimEnd().length : end);
    this.#sentence = this.#sentence.slice(end);
    this.#passed = 0;
    this.#isOver = isEnough;
    return out;
  }

  /** It broke off in the middle of a sentence, and says so. */
  #cut(): string {
    this.#isOver = true;
    return '…';
  }

  #pass(to: number): string {
    const out = this.#sentence.slice(this.#passed, to);
    this.#passed = Math.max(this.#passed, to);
    this.#text += out;
    return out;
  }

  #mayBeRepeated(): boolean {
    const words = plain(this.#sentence);
    return [...this.#said].some((sentence) => sentence.startsWith(words));
  }
}

function endOf(text: string): number | undefined {
  SENTENCE_END.lastIndex = 0;
  const match = SENTENCE_END.exec(text);
  return match === null ? undefined : match.index + match[0].length;
}

function plain(sentence: string): string {
  return sentence
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** True when its last few words have come too often. */
function isGoingRound(text: string): boolean {
  const words = plain(text).split(' ');
  if (words.length < FEW_WORDS * (MOST_REPETITIONS + 1)) return false;
  const last = ` ${words.slice(-FEW_WORDS).join(' ')}`;
  return ` ${words.join(' ')}`.split(last).length - 1 > MOST_REPETITIONS;
}
