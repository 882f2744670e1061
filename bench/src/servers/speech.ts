/** A word of a paced answer. */
interface Word {
  readonly text: string;
  /** Milliseconds until its time; 0 or less if that has passed. */
  readonly waitMs: number;
}

/**
 * The words that the message `speak <words> <milliseconds>` asks for, one at each interval from now on. A server that falls behind
 * is asked for the words that it owes at once. Undefined for any other message.
 */
export function speechIn(message: string): Iterable<Word> | undefined {
  const [, words, ms] = /^speak (\d+) (\d+)/.exec(message) ?? [];
  return words === undefined ? undefined : speech(Number(words), Number(ms));
}

function* speech(words: number, intervalMs: number): Generator<Word> {
  const begun = performance.now();
  for (let word = 1; word <= words; word++) {
    yield { text: `word${word} `, waitMs: begun + word * intervalMs - performance.now() };
  }
}
