import { parentPort } from 'node:worker_threads';
import { hostileTexts } from './hostile-texts.ts';

/** What the worker is asked to match. */
export interface Hostile {
  readonly source: string;
  readonly flags: string;
  readonly size: number;
}

/** What the worker says: the beginning of each text before it is matched, and undefined when all texts were. */
export type Matching = string | undefined;

// Runs in a worker: only the end of its thread stops a regular expression that backtracks without end.
parentPort?.on('message', ({ source, flags, size }: Hostile) => {
  for (const text of hostileTexts(source, flags, size)) {
    parentPort?.postMessage(text.slice(0, 60) satisfies Matching);
    const expression = new RegExp(source, flags);
    if (flags.includes('g')) text.replaceAll(expression, '');
    else expression.exec(text);
  }
  parentPort?.postMessage(undefined satisfies Matching);
});
