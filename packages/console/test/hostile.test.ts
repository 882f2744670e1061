import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalAgent, startAgent } from './support/agent.ts';
import { type ConsolePage, openConsole, startBrowser } from './support/console-page.ts';
import { HOSTILE_CONFIG } from './support/hostile.ts';

let browser: Browser;
let agent: LocalAgent;
let opened: ConsolePage;
let task: { readonly id: string; readonly contextId: string };
/** What the page asked of other servers. */
const elsewhere: string[] = [];

beforeAll(async () => {
  browser = await startBrowser();
  agent = await startAgent({ config: HOSTILE_CONFIG });
  task = await agent.client().send('Be hostile');
  await agent.client().send('Be hostile and ask');
  opened = await openConsole(browser, agent.url);
  opened.context.on('request', (request) => {
    if (!request.url().startsWith(agent.url) && !request.url().startsWith('blob:')) elsewhere.push(request.url());
  });
});
afterAll(async () => {
  await browser?.close();
  await agent?.[Symbol.asyncDispose]();
});

/** What a page is made of that only markup of the agent could have brought. */
function foreignMarkup(page: Page): Promise<number> {
  return page
    .locator('script:not([src]), iframe, [onerror], [onclick], main style, main img:not([src^="blob:"])')
    .count();
}

async function links(page: Page): Promise<readonly (string | null)[]> {
  return page
    .locator('a[href]')
    .evaluateAll((all) =>
      all.map((link) => (link as unknown as { getAttribute(name: string): string | null }).getAttribute('href')),
    );
}

it.each([
  ['the tasks', () => 'tasks', 'Be hostile'],
  ['a task', () => `tasks/${task.id}`, 'Hello <script>'],
  ['the inbox', () => 'inbox', 'Allow <script>'],
  ['a chat', () => `chat/${task.contextId}`, 'Hello <script>'],
  ['the agent', () => 'agent', 'Hello <script>'],
])('%s of a hostile agent runs nothing, draws no markup of it, and has safe links only', async (_name, path, text) => {
  const { page, problems } = opened;
  await page.goto(`${agent.url}/console/${path()}`);
  await page.getByText(text).first().waitFor();
  const closed = page.locator('main details:not([open]) > summary');
  while ((await closed.count()) > 0) await closed.first().click();
  expect(await page.title()).not.toBe('broken');
  expect(await foreignMarkup(page)).toBe(0);
  const unsafe = (await links(page)).filter(
    (href) => !/^(https:\/\/(example\.com|tracker\.example)\/|\.?\/|#)/.test(href ?? ''),
  );
  expect(unsafe).toEqual([]);
  expect(elsewhere).toEqual([]);
  expect(problems).toEqual([]);
});

it('a file whose name turns round is shown and stored under what it really is', async () => {
  const { page } = opened;
  await page.goto(`${agent.url}/console/chat/${task.contextId}`);
  const file = page.getByRole('button', { name: /invoice_/ });
  expect(await file.textContent()).toContain('invoice_[U+202E]fdp.exe');
  const [download] = await Promise.all([page.waitForEvent('download'), file.click()]);
  expect(download.suggestedFilename()).toMatch(/^invoice__fdp\.exe/);
  expect(download.suggestedFilename()).not.toMatch(/[<>"\u202E]/);
});
