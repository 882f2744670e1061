import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalAgent, startAgent } from '../support/agent.ts';
import { openConsole, startBrowser } from '../support/console-page.ts';
import { script } from '../support/steps.ts';

const CALLS = 5000;

let browser: Browser;
let agent: LocalAgent;
beforeAll(async () => {
  browser = await startBrowser();
  agent = await startAgent();
});
afterAll(async () => {
  await browser?.close();
  await agent?.[Symbol.asyncDispose]();
});

it('shows a task of 10,000 events from its beginning to its end, with few elements at a time', async () => {
  const { id } = await agent.client().send(script({ calls: CALLS }, { say: 'Read.' }));
  await using view = await openConsole(browser, agent.url, { path: `tasks/${id}` });
  const { page, problems } = view;
  const rows = page.locator('.timeline-row');
  await page.locator('[data-kind="said"]').waitFor();
  await expect.poll(() => rows.first().getAttribute('aria-setsize')).toBe(String(CALLS + 3));
  const scroller = page.getByRole('region', { name: 'Timeline' });
  await scroller.press('End');
  await page.locator('[data-kind="end"]').getByText('Completed').waitFor();
  expect(await rows.count()).toBeLessThan(100);
  await page.locator('[data-kind="end"]').getByRole('link').click();
  const protocol = page.getByRole('region', { name: 'Protocol' });
  await protocol.getByText('"TASK_STATE_COMPLETED"').waitFor();
  expect(await protocol.locator('li').count()).toBeLessThan(100);
  await scroller.press('Home');
  await page.locator('[data-kind="said"]').waitFor();
  expect(problems).toEqual([]);
});
