import { sizeInWords } from '../../support/in-words.js';
import type { MoveProgress } from '../../tasks/move/move-store.js';
import type { CliOutput } from '../host/cli-host.js';

/** How often progress is shown on a terminal, and how often in a log. */
const TERMINAL_MS = 200;
const LOG_MS = 5_000;

/** Shows how far a move is: in one line of a terminal, or in a line of a log from time to time. */
export function showMove(output: CliOutput): { readonly told: (progress: MoveProgress) => void; end(): void } {
  const isTerminal = output.isTTY === true;
  let shownAt = Date.now();
  let isShown = false;
  return {
    told(progress) {
      const now = Date.now();
      if (now - shownAt < (isTerminal ? TERMINAL_MS : LOG_MS)) return;
      shownAt = now;
      isShown = true;
      output.write(isTerminal ? `\r\u001b[K${textOf(progress)}` : `${textOf(progress)}\n`);
    },
    end() {
      if (isTerminal && isShown) output.write('\r\u001b[K');
    },
  };
}

function textOf({ step, done, of, bytes }: MoveProgress): string {
  const share = of === undefined ? `${done}` : `${done} of ${of}`;
  return `${step}: ${share}${bytes === undefined ? '' : `, ${sizeInWords(bytes)}`}`;
}
