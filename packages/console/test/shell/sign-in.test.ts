import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessible.ts';
import { type LocalAgent, startAgent } from '../support/agent.ts';
import { openConsole, startBrowser } from '../support/console-page.ts';

const TOKENS = {
  anna: 'anna-token-0123456789abcdef',
  ben: 'ben-token-0123456789abcdef',
  root: 'root-token-0123456789abcdef',
} as const;
/** Chromium reports each refused request. */
const REFUSED = /401 \(Unauthorized\)|404 \(Not Found\)/;

let browser: Browser;
let agent: LocalAgent;
let annasTask: string;
beforeAll(async () => {
  browser = await startBrowser();
  agent = await startAgent({
    environment: {
      MOLECULE_TOKENS: `anna[read send cancel]:${TOKENS.anna},ben[read]:${TOKENS.ben},operations[admin]:${TOKENS.root}`,
    },
  });
  annasTask = (await agent.client(TOKENS.anna).send('Plan the release of 1.4')).id;
  await agent.client(TOKENS.root).send('Fetch the exchange rates');
});
afterAll(async () => {
  await browser?.close();
  await agent?.[Symbol.asyncDispose]();
});

function openAs(token: string | undefined, path = '') {
  return openConsole(browser, agent.url, { path, expected: REFUSED, ...(token !== undefined && { token }) });
}

/** Everywhere that a page can keep something beyond its tab, and its address. */
function leftovers(page: Page): Promise<string> {
  return page.evaluate<string>('JSON.stringify([localStorage, document.cookie, location.href])');
}

describe('an agent with tokens', () => {
  it('asks for one, refuses a wrong one, and keeps the right one in the tab only', async () => {
    await using view = await openAs(undefined);
    const { page, problems } = view;
    const field = page.getByLabel('Access token');
    await field.waitFor();
    await expectAccessible(page);
    await field.fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('refused this token').waitFor();
    await field.fill(TOKENS.anna);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Plan the release of 1.4' }).waitFor();
    await page.getByRole('status').getByText('Live').waitFor();
    expect(await leftovers(page)).not.toContain(TOKENS.anna);
    await page.reload();
    await page.getByRole('link', { name: 'Plan the release of 1.4' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await field.waitFor();
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain(TOKENS.anna);
    expect(await page.getByText('Plan the release').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('shows an owner its own tasks only, and another one as if they did not exist', async () => {
    await using view = await openAs(TOKENS.ben);
    const { page } = view;
    await page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
    expect(await page.getByLabel('Owner').count()).toBe(0);
    await page.goto(`${agent.url}/console/tasks/${annasTask}`);
    await page.getByRole('heading', { name: 'Nothing is at this address' }).waitFor();
  });

  it('offers actions on the own tasks only, because A2A allows no others', async () => {
    const actions = async (token: string) => {
      await using view = await openAs(token, `tasks/${annasTask}`);
      await view.page.locator('[data-kind="end"]').waitFor();
      return await view.page.locator('.view-actions button').allTextContents();
    };
    expect(await actions(TOKENS.anna)).toEqual(['Copy as curl', 'Protocol', 'Send again']);
    expect(await actions(TOKENS.root)).toEqual(['Copy as curl', 'Protocol']);
  });

  it('lets an administrator see the tasks of one owner, or of all', async () => {
    await using view = await openAs(TOKENS.root);
    const { page, problems } = view;
    const rows = page.locator('.task-link');
    await expect.poll(() => rows.allTextContents()).toEqual(['Fetch the exchange rates']);
    await page.getByLabel('Owner').selectOption('All owners');
    await expect.poll(() => rows.allTextContents()).toEqual(['Fetch the exchange rates', 'Plan the release of 1.4']);
    await page.getByLabel('Owner').selectOption('One owner…');
    await page.getByLabel('Name of the owner').fill('anna');
    await page.keyboard.press('Enter');
    await expect.poll(() => rows.allTextContents()).toEqual(['Plan the release of 1.4']);
    expect(page.url()).toContain('owner=anna');
    await agent.client(TOKENS.anna).send('Make a chart');
    await expect.poll(() => rows.allTextContents()).toEqual(['Make a chart', 'Plan the release of 1.4']);
    expect(problems).toEqual([]);
  });
});
