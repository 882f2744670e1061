/** Milliseconds after which progress is reported. */
const PATIENCE_MS = 2_000;
const REPEAT_MS = 10_000;

/** Called with a line for a terminal if a step takes longer than two seconds. */
export type OnProgress = (line: string) => void;

/** Does the work. If it takes longer than two seconds, reports `line` then and every ten seconds. */
export async function withProgress<Result>(
  line: string,
  onProgress: OnProgress | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!onProgress) return work();
  const begun = performance.now();
  let timer = setTimeout(tell, PATIENCE_MS, onProgress);
  function tell(report: OnProgress): void {
    const seconds = Math.round((performance.now() - begun) / 1_000);
    report(seconds < 10 ? `${line} ...` : `${line} (${seconds} s so far) ...`);
    timer = setTimeout(tell, REPEAT_MS, report);
  }
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
