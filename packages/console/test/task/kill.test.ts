import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AgentProcess, startAgentProcess } from '../support/agent.ts';
import { openConsole, startBrowser } from '../support/console-page.ts';
import { script } from '../support/steps.ts';

const WORDS = 400;

let browser: Browser;
let agent: AgentProcess;
beforeAll(async () => {
  browser = await startBrowser();
  agent = await startAgentProcess();
});
afterAll(async () => {
  await browser?.close();
  await agent?.[Symbol.asyncDispose]();
});

it('shows the exact answer without a reload after the server was killed in mid-stream and started again', async () => {
  const task = await agent.client().begin(script({ count: WORDS, everyMs: 5 }, { gate: 'end' }));
  await using view = await openConsole(browser, agent.url, {
    path: `tasks/${task.id}`,
    expected: /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/,
  });
  const { page, problems } = view;
  await page.evaluate('window.isFirstPage = true');
  await page.getByText(/word30 /).waitFor();

  await agent.kill();
  await page.getByRole('alert').getByText('Connection lost').waitFor();
  expect(await page.getByRole('status').first().textContent()).toContain('Reconnecting');
  await agent.start();
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
  await agent.openGate('end');

  await page.locator('[data-kind="end"]').getByText('Completed').waitFor();
  const words = await page.locator('[data-kind="text"] .step:not(.step-void)').allTextContents();
  expect(words.join(' ').trim().split(/\s+/)).toEqual(Array.from({ length: WORDS }, (_, index) => `word${index + 1}`));
  expect(await page.locator('[data-kind="attempt"]').textContent()).toContain('Attempt 2');
  expect(await page.evaluate('window.isFirstPage')).toBe(true);
  expect(problems).toEqual([]);
});

it('shows by itself what could not be read while the server was away', async () => {
  const { id } = await agent.client().send('Plan the release of 1.4');
  await using view = await openConsole(browser, agent.url, { path: `tasks/${id}`, expected: /ERR_/ });
  const { page, problems } = view;
  await page.locator('[data-kind="end"]').waitFor();
  await agent.kill();
  await page.getByRole('alert').getByText('Connection lost').waitFor();
  await page.getByRole('link', { name: 'Tasks', exact: true }).click();
  await agent.start();
  await page.getByRole('link', { name: 'Plan the release of 1.4' }).waitFor();
  expect(await page.getByText('The server cannot be reached.').count()).toBe(0);
  expect(problems).toEqual([]);
});

it('corrects a list whose tasks have left its filter while the server was away', async () => {
  const { id } = await agent.client().begin(script({ say: 'First.' }, { gate: 'left' }));
  await using view = await openConsole(browser, agent.url, { path: 'tasks?state=working', expected: /ERR_/ });
  const { page, problems } = view;
  const row = page.locator(`[data-task="${id}"]`);
  await row.waitFor();
  await agent.kill();
  await page.getByRole('alert').getByText('Connection lost').waitFor();
  await page.context().setOffline(true);
  await agent.openGate('left');
  await agent.start();
  await agent.client().waitFor(id, 'completed');
  await page.context().setOffline(false);
  await row.waitFor({ state: 'detached' });
  expect(problems).toEqual([]);
});
