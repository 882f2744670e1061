import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** How far the matching of an expression got. */
export interface MatchOutcome {
  /** True if every hostile text was matched to its end. */
  readonly ended: boolean;
  /** The beginning of the last text. */
  readonly text: string;
}

/** Matches an expression against its hostile texts of some `size` characters, each for at most `deadlineMs`. */
export async function matchHostileTexts(
  { source, flags }: { readonly source: string; readonly flags: string },
  size: number,
  deadlineMs: number,
): Promise<MatchOutcome> {
  const worker = new Worker(new URL('./match-worker.ts', import.meta.url), { workerData: { source, flags, size } });
  let text = '';
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  let timer = setTimeout(stop, deadlineMs);
  worker.on('message', (next: string) => {
    text = next;
    clearTimeout(timer);
    timer = setTimeout(stop, deadlineMs);
  });
  try {
    await once(worker, 'exit', { signal: stopped.signal });
    return { ended: true, text };
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    return { ended: false, text };
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
