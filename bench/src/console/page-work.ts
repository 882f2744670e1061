import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** The share of a core that a page's main thread uses for some time. */
export async function shareOfCore(page: Page, ms: number): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const taskSeconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  };
  const before = await taskSeconds();
  const begun = performance.now();
  await sleep(ms);
  return ((await taskSeconds()) - before) / ((performance.now() - begun) / 1000);
}

/** From now on, the longest task of the page's main thread in milliseconds; 0 if none was longer than 50. */
export async function watchLongTasks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(
    'globalThis.longest = 0; new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration); }).observe({ type: "longtask" });',
  );
  return () => page.evaluate<number>('globalThis.longest');
}

/** Opens an address; resolves to the milliseconds until a text is on the screen. */
export async function timeUntil(page: Page, url: string, text: string): Promise<number> {
  const begun = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.getByText(text).first().waitFor();
  return performance.now() - begun;
}
