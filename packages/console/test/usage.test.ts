import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalAgent, startAgent } from './support/agent.ts';
import { openConsole, startBrowser } from './support/console-page.ts';
import { weeksOfUsage } from './support/weeks-of-usage.ts';

const ANN = 'ann-token-0123456789';
const BOB = 'bob-token-0123456789';

let browser: Browser;
let agent: LocalAgent;
beforeAll(async () => {
  browser = await startBrowser();
  agent = await startAgent({ environment: { MOLECULE_TOKENS: `ann[read send admin]:${ANN},bob[read send]:${BOB}` } });
  await agent.client(ANN).send('Plan the release of 1.4');
  await agent.client(ANN).send('Make a chart');
  await agent.client(BOB).send('Make a chart');
});
afterAll(async () => {
  await browser?.close();
  await agent?.[Symbol.asyncDispose]();
});

it('adds up tokens and cost by model and owner, and keeps the range in the address', async () => {
  await using usage = await openConsole(browser, agent.url, { path: 'usage', token: ANN, expected: /401/ });
  const { page } = usage;
  const models = page.getByRole('region', { name: 'By model' }).getByRole('row');
  await expect
    .poll(() => models.allTextContents())
    .toEqual([
      expect.stringContaining('Cost'),
      ['gpt-4.1', '$0.022', '5,210', '3,072', '418', '1'].join(''),
      ['claude-sonnet-4-5', '$0.001', '830', '0', '44', '1'].join(''),
    ]);
  await page.getByLabel('Owner').selectOption('All');
  const owners = page.getByRole('region', { name: 'By owner' }).getByRole('row');
  await expect.poll(() => owners.count()).toBe(3);
  await page.getByRole('button', { name: '7 days' }).click();
  await page.getByLabel('Plot').selectOption('Turns');
  await page.waitForURL(/owner=%2A|owner=\*/);
  const address = new URL(page.url()).searchParams;
  expect([address.get('measure'), address.has('from'), address.has('to')]).toEqual(['turns', true, true]);
  await page.reload();
  await expect.poll(() => owners.count()).toBe(3);
  expect(await page.getByLabel('Plot').inputValue()).toBe('turns');
  expect(await page.getByRole('button', { name: '7 days' }).getAttribute('aria-pressed')).toBe('true');
  expect(usage.problems).toEqual([]);
});

it('shows a person without the scope admin its own usage, and no choice of owners', async () => {
  await using usage = await openConsole(browser, agent.url, { path: 'usage', token: BOB, expected: /401/ });
  const models = usage.page.getByRole('region', { name: 'By model' }).getByRole('row');
  await expect.poll(() => models.count()).toBe(2);
  expect(await usage.page.getByLabel('Owner').count()).toBe(0);
  expect(usage.problems).toEqual([]);
});

it('plots many days and models, with the same as a table', async () => {
  await using usage = await openConsole(browser, agent.url, { path: 'tasks', token: ANN, expected: /401/ });
  const { page } = usage;
  await page.route('**/console/api/usage?*', (route) => route.fulfill({ json: { rows: weeksOfUsage() } }));
  await page.getByRole('link', { name: 'Usage' }).click();
  const plot = page.getByRole('img', { name: /^Cost by day from .* at most \$/ });
  await plot.waitFor();
  expect(await plot.locator('.plot-day').count()).toBe(30);
  await page.getByText('As a table').click();
  expect(await page.getByRole('region', { name: 'As a table' }).getByRole('row').count()).toBeGreaterThan(20);
  expect(usage.problems).toEqual([]);
});
