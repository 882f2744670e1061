import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalAgent, startAgent } from '../support/agent.ts';
import { openConsole, startBrowser } from '../support/console-page.ts';

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

describe('the frame of all views', () => {
  it('follows the theme of the system, or the one that was chosen, also after a reload', async () => {
    await using view = await openConsole(browser, agent.url, { dark: true });
    const { page } = view;
    const background = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    const theme = page.getByRole('button', { name: /^Theme/ });
    await theme.waitFor();
    const dark = await background();
    await theme.click();
    const light = await background();
    expect(light).not.toBe(dark);
    await page.reload();
    await theme.waitFor();
    expect(await background()).toBe(light);
    expect(await theme.getAttribute('aria-label')).toBe('Theme: Light');
  });

  it('lets the keyboard skip to the content, and moves the focus to a view that was opened', async () => {
    await using view = await openConsole(browser, agent.url);
    const { page, problems } = view;
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content');
    expect(await page.title()).toBe('Usage');
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
    expect(problems).toEqual([]);
  });

  it('opens each view by its address, and says so if there is none', async () => {
    for (const [path, name] of [
      ['', 'Tasks'],
      ['inbox', 'Inbox'],
      ['chat', 'Chat'],
      ['agent', 'Agent'],
      ['usage', 'Usage'],
    ] as const) {
      await using view = await openConsole(browser, agent.url, { path });
      await view.page.getByRole('heading', { level: 1, name }).waitFor();
      await view.page.locator(`nav [aria-current="page"]`).getByText(name).waitFor();
      expect(view.problems, path).toEqual([]);
    }
    await using view = await openConsole(browser, agent.url, { path: 'nowhere' });
    await view.page.getByRole('heading', { name: 'Nothing is at this address' }).waitFor();
  });

  it('costs the server one stream, also while a task is open', async () => {
    const { id } = await agent.client().begin('Index the archive');
    await using view = await openConsole(browser, agent.url, { path: `tasks/${id}` });
    const { page } = view;
    await page.locator('[data-kind="progress"]').waitFor();
    const open = new Set<object>();
    page.on('request', (request) => open.add(request));
    page.on('requestfinished', (request) => open.delete(request));
    page.on('requestfailed', (request) => open.delete(request));
    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await page.locator('.task-line').first().waitFor();
    await page.locator('.task-link').first().click();
    await page.locator('[data-kind="progress"]').waitFor();
    await expect.poll(() => open.size).toBe(1);
  });
});
