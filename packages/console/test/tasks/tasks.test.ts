import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessible.ts';
import { type LocalAgent, startAgent } from '../support/agent.ts';
import { openConsole, startBrowser } from '../support/console-page.ts';
import { script } from '../support/steps.ts';

let browser: Browser;
let agent: LocalAgent;
beforeAll(async () => {
  browser = await startBrowser();
  agent = await startAgent();
  for (const message of ['Plan the release of 1.4', 'Fetch the exchange rates', 'Deploy 1.4 to production']) {
    await agent.client().send(message);
  }
});
afterAll(async () => {
  await browser?.close();
  await agent?.[Symbol.asyncDispose]();
});

function titles(page: Page): Promise<readonly string[]> {
  return page.locator('.task-link').allTextContents();
}

const ALL = ['Deploy 1.4 to production', 'Fetch the exchange rates', 'Plan the release of 1.4'];

describe('the list of tasks', () => {
  it('has the newest first, with what it asks or why it failed', async () => {
    await using view = await openConsole(browser, agent.url);
    const { page, problems } = view;
    await page.locator('.task-line').first().waitFor();
    expect(await titles(page)).toEqual(ALL);
    const row = (title: string) => page.getByRole('row').filter({ hasText: title });
    expect(await row('Deploy').textContent()).toContain('Deploy 1.4.0 to production?');
    expect(await row('Fetch').textContent()).toContain('ENGINE_AUTH');
    await expectAccessible(page);
    expect(problems).toEqual([]);
  });

  it('filters by state, text, context and time in the address, which Back and a link restore', async () => {
    await using view = await openConsole(browser, agent.url, { path: 'tasks?state=failed' });
    const { page } = view;
    await expect.poll(() => titles(page)).toEqual(['Fetch the exchange rates']);
    await page.getByRole('button', { name: /^Needs input/ }).click();
    await expect.poll(() => titles(page)).toEqual(ALL.slice(0, 2));
    expect(page.url()).toContain('state=failed%2Cinput-required');
    await page.keyboard.press('/');
    await page.keyboard.type('deploy');
    await expect.poll(() => titles(page)).toEqual(['Deploy 1.4 to production']);
    expect(page.url()).toContain('q=deploy');
    await page.getByLabel('Time').selectOption('Last hour');
    await expect.poll(() => titles(page)).toEqual(['Deploy 1.4 to production']);
    await page.reload();
    await expect.poll(() => titles(page)).toEqual(['Deploy 1.4 to production']);
    await page.goto(`${agent.url}/console/tasks`);
    await page.locator('.context-link').last().click();
    await expect.poll(() => titles(page)).toEqual(['Plan the release of 1.4']);
    await page.getByRole('button', { name: /^Context/ }).click();
    await expect.poll(() => titles(page)).toEqual(ALL);
  });

  it('is walked through by keyboard, and a task is opened by Enter and left to the same row', async () => {
    await using view = await openConsole(browser, agent.url);
    const { page } = view;
    await page.locator('.task-line').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await focusedText(page)).toBe('Fetch the exchange rates');
    await page.keyboard.press('End');
    expect(await focusedText(page)).toBe('Plan the release of 1.4');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('k');
    expect(await focusedText(page)).toBe('Deploy 1.4 to production');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Deploy 1.4 to production' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
  });

  it('shows a new task and its end without being asked again', async () => {
    await using view = await openConsole(browser, agent.url);
    const { page } = view;
    await page.locator('.task-line').first().waitFor();
    const reads: string[] = [];
    page.on('request', (request) => reads.push(new URL(request.url()).pathname));
    const task = await agent.client().begin(script({ gate: 'live' }, { say: 'Done.' }));
    const row = page.locator(`[data-task="${task.id}"]`);
    await row.getByText('Working').waitFor();
    await agent.openGate('live');
    await row.getByText('Completed').waitFor();
    expect(reads.filter((path) => path.endsWith('/api/tasks'))).toEqual([]);
  });
});

it('keeps the rows that a reader looks at in their place while new tasks come, and leads to these', async () => {
  await using busy = await startAgent();
  for (let index = 0; index < 60; index += 1) await busy.client().send(`Task ${index}`);
  await using view = await openConsole(browser, busy.url);
  const { page } = view;
  await page.getByRole('link', { name: 'Task 59' }).waitFor();
  await page.evaluate(`document.querySelector('.task-scroller').scrollTop = 700`);
  const row = page.getByRole('link', { name: 'Task 38', exact: true });
  await row.waitFor();
  const place = async () => (await row.boundingBox())?.y ?? 0;
  const before = await place();
  await busy.client().send('A new one');
  await page.getByRole('button', { name: '1 new' }).waitFor();
  expect(Math.abs((await place()) - before)).toBeLessThan(2);
  await page.getByRole('button', { name: '1 new' }).click();
  await page.getByRole('link', { name: 'A new one' }).waitFor();
  await expect.poll(() => page.getByRole('button', { name: '1 new' }).count()).toBe(0);
});

async function focusedText(page: Page): Promise<string> {
  return page.evaluate<string>('document.activeElement.textContent');
}
