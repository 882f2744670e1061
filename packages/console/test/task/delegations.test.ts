import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessible.ts';
import { startAgent } from '../support/agent.ts';
import { openConsole, startBrowser } from '../support/console-page.ts';
import { script } from '../support/steps.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
});

function leads(name: string, peer: string, url: string): string {
  return `name: ${name}\nversion: 1.0.0\nruntime: scripted\nsub_workspaces:\n  - { name: ${peer}, url: '${url}', skills: [] }\n`;
}

it('shows what a task gives to other agents while it runs, and what these give on, as a tree', async () => {
  await using archive = await startAgent();
  await using research = await startAgent({ config: leads('Research', 'archive', archive.url) });
  await using desk = await startAgent({ config: leads('Desk', 'research', research.url) });
  const inner = script({ gate: 'archive' }, { say: 'It is on the **third** shelf.' });
  const middle = script({ use: 'delegate_task', input: { workspace_id: 'archive', task: inner } }, { say: 'Found.' });
  const { id } = await desk
    .client()
    .begin(script({ use: 'delegate_task', input: { workspace_id: 'research', task: middle } }, { say: 'All done.' }));

  await using view = await openConsole(browser, desk.url, { path: `tasks/${id}` });
  const { page, problems } = view;
  const tree = page.getByRole('complementary', { name: 'About this task' });
  await tree.locator('summary').filter({ hasText: 'research' }).waitFor();
  const leaf = tree.locator('.delegations .delegations summary').filter({ hasText: 'archive' });
  await leaf.waitFor();
  await archive.openGate('archive');

  await page.locator('[data-kind="end"]').getByText('Completed').waitFor();
  await leaf.getByText('completed').waitFor({ state: 'attached' });
  await leaf.click();
  await tree.locator('.delegation-answer strong').last().waitFor();
  const link = tree.getByRole('link', { name: 'Open in its console' });
  expect(await link.getAttribute('href')).toContain(`${archive.url}/console/tasks/`);
  await expectAccessible(page);
  expect(problems).toEqual([]);
});
