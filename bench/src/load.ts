/** Runs a task `count` times, `concurrency` of them at a time. Resolves to the milliseconds of the whole load. */
export async function timeOfLoad(count: number, concurrency: number, task: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  let left = count;
  const worker = async () => {
    while (left-- > 0) await task();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return performance.now() - begun;
}
