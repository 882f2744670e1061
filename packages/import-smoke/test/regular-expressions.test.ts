import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { analyse } from 'scslre';
import { expect, test } from 'vitest';
import { findExpressions } from '../src/regular-expressions.ts';

// An expression that backtracks on a caller's text blocks the event loop, and with it every other caller. Which expressions
// see outside text is not obvious from their places, so the rule holds for all of them.

const MEGABYTE = 1_000_000;
const MOST_MS = 50;
/** What takes longer than this is stopped: it is far above the bound, however busy the machine is. */
const HOPELESS_MS = 5_000;

const expressions = findExpressions();

test('no regular expression backtracks more than linearly by its form', { timeout: 60_000 }, () => {
  const slow = expressions.flatMap(({ place, source, flags }) => {
    const { reports } = analyse({ source, flags }, { reportTypes: { Move: true, Self: true, Trade: true } });
    return reports.length === 0 ? [] : [`${place} /${source}/${flags}: ${reports.map(({ type }) => type).join(', ')}`];
  });
  expect(slow).toEqual([]);
});

test('no regular expression takes 50 ms for a hostile text of a megabyte', { timeout: 300_000 }, async () => {
  const slow: string[] = [];
  for (const { place, source, flags } of expressions) {
    const { ms, text } = await slowest(source, flags);
    if (ms > MOST_MS) slow.push(`${place} /${source}/${flags}: ${Math.round(ms)} ms for ${JSON.stringify(text)}...`);
  }
  expect(slow).toEqual([]);
});

test.each([
  ['/+$', ''],
  ['\\[chain (\\d{1,3}): ([^\\]\\n]*)\\]\\s*$', ''],
  ['^\\s*([^=\\s]+)\\s*=\\s*(.*?)\\s*$', ''],
  ['(a+)+$', ''],
])('the hostile texts find that /%s/ is slow', async (source, flags) => {
  expect((await slowest(source, flags, 1_000)).ms).toBeGreaterThan(MOST_MS);
});

async function slowest(
  source: string,
  flags: string,
  stopAfterMs = HOPELESS_MS,
): Promise<{ readonly ms: number; readonly text: string }> {
  const worker = new Worker(new URL('../src/match-worker.ts', import.meta.url), {
    workerData: { source, flags, size: MEGABYTE },
  });
  try {
    const [found] = await once(worker, 'message', { signal: AbortSignal.timeout(stopAfterMs) });
    return found;
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    return { ms: stopAfterMs, text: source };
  } finally {
    await worker.terminate();
  }
}
