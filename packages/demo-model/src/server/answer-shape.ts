/** The number of tokens after which the answer ends with its current sentence, and after which it ends immediately. */
export const ENOUGH_TOKENS = 64;
export const MOST_TOKENS = 160;

/** The end of a sentence with the following white space, or the end of a line. */
const SENTENCE_END = /[.!?]["')\]]*\s+|\n+/g;
/** The number of repetitions of a few words after which the answer counts as a loop. */
const MOST_REPETITIONS = 2;
const FEW_WORDS = 4;

/**
 * Shortens the output of a small model to a complete answer, because such a model repeats sentences and does not stop by
 * itself. The answer ends with the sentence in which it becomes long, and before the first repeated sentence. In a list,
 * each line counts as a sentence.
 */
export class AnswerShape {
  readonly #said = new Set<string>();
  #sentence = '';
  /** The length of the current sentence's part that was passed on. */
  #passed = 0;
  #text = '';
  #isOver = false;

  /** True once the answer has ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes the model's next text and its number of tokens so far. Returns the text to pass on. */
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

  /** The remaining text, after the model has ended by itself. */
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
    // The last sentence gets no white space after it.
    const out = this.#pass(isEnough ? this.#sentence.slice(0, end).trimEnd().length : end);
    this.#sentence = this.#sentence.slice(end);
    this.#passed = 0;
    this.#isOver = isEnough;
    return out;
  }

  /** Marks an answer that ends within a sentence. */
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

/** True if the last few words were repeated too often. */
function isGoingRound(text: string): boolean {
  const words = plain(text).split(' ');
  if (words.length < FEW_WORDS * (MOST_REPETITIONS + 1)) return false;
  const last = ` ${words.slice(-FEW_WORDS).join(' ')}`;
  return ` ${words.join(' ')}`.split(last).length - 1 > MOST_REPETITIONS;
}
