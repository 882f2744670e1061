import { parentPort, workerData } from 'node:worker_threads';
import { hostileTexts } from './hostile-texts.ts';

// Runs in a worker: only the end of its thread stops a regular expression that backtracks without end.
const { source, flags, size } = workerData as { source: string; flags: string; size: number };

for (const text of hostileTexts(source, flags, size)) {
  parentPort?.postMessage(text.slice(0, 60));
  const expression = new RegExp(source, flags);
  if (flags.includes('g')) text.replaceAll(expression, '');
  else expression.exec(text);
}
