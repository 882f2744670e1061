import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './support/accessible.ts';
import { type LocalAgent, startAgent } from './support/agent.ts';
import { type ConsolePage, openConsole, startBrowser } from './support/console-page.ts';
import { weeksOfUsage } from './support/weeks-of-usage.ts';

/** With MOLECULE_PICTURES=1 the pictures of the documents are made again; else they go to a temporary directory. */
const directory =
  process.env['MOLECULE_PICTURES'] === '1'
    ? fileURLToPath(new URL('../../../docs/images', import.meta.url))
    : await mkdtemp(join(tmpdir(), 'molecule-pictures-'));

const TOKEN = 'ann-token-0123456789';
const WORK = [
  'Plan the release of 1.4',
  'Make a chart',
  'Fetch the exchange rates',
  'Order a new laptop',
  'Book the meeting room',
  'Summarize the minutes of Tuesday',
  'Translate the release notes into French',
];

let browser: Browser;
let agent: LocalAgent;
let opened: ConsolePage;
let chat = '';
let planned = '';
beforeAll(async () => {
  browser = await startBrowser();
  agent = await startAgent({ environment: { MOLECULE_TOKENS: `ann:${TOKEN}` } });
  const client = agent.client(TOKEN);
  for (const message of WORK) await client.send(message);
  await client.begin('Index the archive');
  const first = await client.send('Plan the release of 1.4');
  planned = first.id;
  chat = first.contextId;
  await client.send('Deploy 1.4 to production', { contextId: chat });
  opened = await openConsole(browser, agent.url, { path: 'tasks', token: TOKEN, expected: /401/ });
  await opened.page.route('**/console/api/usage?*', (route) => route.fulfill({ json: { rows: weeksOfUsage() } }));
});
afterAll(async () => {
  await browser?.close();
  await agent?.[Symbol.asyncDispose]();
});

describe.each([
  ['tasks', () => 'tasks', 'Index the archive'],
  ['task', () => `tasks/${planned}`, 'checklist'],
  ['inbox', () => 'inbox', 'Deploy 1.4.0 to production?'],
  ['chat', () => `chat/${chat}`, 'Deploy 1.4.0 to production?'],
  ['agent', () => 'agent', 'The script is at hand.'],
  ['usage', () => 'usage', 'Cost by day'],
])('the view %s', (name, path, text) => {
  it('passes axe in light and dark, wide and narrow, and is kept as pictures', async () => {
    const { page, problems } = opened;
    await page.goto(`${agent.url}/console/${path()}`);
    await page.getByText(text).first().waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await expectAccessible(page);
    await mkdir(directory, { recursive: true });
    const picture = (file: string) => page.screenshot({ path: join(directory, file) });
    // The first screen of the README shows a task.
    await picture(name === 'task' ? 'console.png' : `console-${name}.png`);
    if (process.env['MOLECULE_PICTURES'] !== '1') {
      await page.emulateMedia({ colorScheme: 'dark' });
      await picture(`console-${name}-dark.png`);
      await page.setViewportSize({ width: 390, height: 844 });
      await picture(`console-${name}-narrow.png`);
      await page.setViewportSize({ width: 1280, height: 800 });
    }
    expect(problems).toEqual([]);
  });
});
