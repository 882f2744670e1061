import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalAgent, startAgent } from '../support/agent.ts';
import { openConsole, startBrowser } from '../support/console-page.ts';

const CONFIG = `name: Forgetful
description: Deletes its events soon.
version: 1.0.0
runtime: scripted
retention:
  events: 1s
`;

let browser: Browser;
let agent: LocalAgent;
beforeAll(async () => {
  browser = await startBrowser();
  agent = await startAgent({ config: CONFIG });
});
afterAll(async () => {
  await browser?.close();
  await agent?.[Symbol.asyncDispose]();
});

it('says that the deltas of a task are gone, and shows its steps, with their numbers, and its results', async () => {
  const { id } = await agent.client().send('Plan the release of 1.4');
  await expect
    .poll(
      async () => {
        const response = await fetch(`${agent.url}/console/api/tasks/${id}/events`);
        return ((await response.json()) as { readonly complete: boolean }).complete;
      },
      { timeout: 30_000 },
    )
    .toBe(false);
  await using view = await openConsole(browser, agent.url, { path: `tasks/${id}` });
  const { page, problems } = view;
  await page.getByText('The text as it was streamed is no longer stored').waitFor();
  const kinds = () => page.evaluate(`[...document.querySelectorAll('.timeline-row')].map((row) => row.dataset.kind)`);
  await expect.poll(kinds).toEqual(['said', 'tool', 'tool', 'artifact', 'end']);
  await page.locator('[data-kind="artifact"] table').waitFor();
  expect(await page.locator('[data-kind="tool"]').first().textContent()).toContain('read_file');
  expect(problems).toEqual([]);
});
