import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './support/accessible.ts';
import { type LocalAgent, startAgent, startAgentProcess } from './support/agent.ts';
import { type ConsolePage, openConsole, startBrowser } from './support/console-page.ts';
import { script } from './support/steps.ts';

let browser: Browser;
let agent: LocalAgent;
/** The tab of the tests that need none of their own. */
let shared: ConsolePage;
beforeAll(async () => {
  browser = await startBrowser();
  agent = await startAgent();
  shared = await openConsole(browser, agent.url, { path: 'chat', expected: /net::ERR_FAILED/ });
});
afterAll(async () => {
  await browser?.close();
  await agent?.[Symbol.asyncDispose]();
});

/** The page of a new chat. */
async function newChat(): Promise<ConsolePage> {
  await shared.page.goto(`${agent.url}/console/chat`);
  return shared;
}

/** Writes into the field of the conversation, and sends. */
async function say(page: Page, words: string): Promise<void> {
  await page.getByRole('textbox', { name: /Message the agent|Answer the question/ }).fill(words);
  await page.keyboard.press('Enter');
}

function replies(page: Page) {
  return page.locator('.reply');
}

describe('a new chat', () => {
  it('gets an address, streams the answer as Markdown, and folds thoughts and tool calls', async () => {
    const chat = await newChat();
    const { page } = chat;
    await say(page, 'Plan the release of 1.4');
    await page.waitForURL(/\/console\/chat\/[\w-]+$/);
    await page.getByRole('link', { name: 'checklist' }).waitFor();
    expect(await replies(page).getByRole('table').locator('tr').count()).toBe(4);
    await page.getByText('Thought · read_file · calendar').click();
    await page.getByText('I read that first').waitFor();
    await page.locator('summary').filter({ hasText: 'read_file' }).last().click();
    await page.getByText('## 1.4').waitFor();
    await page.getByText('5.2K in, 418 out').waitFor();
    await expectAccessible(page);
    expect(chat.problems).toEqual([]);
  });

  it('keeps several conversations apart, each with a link of its own', async () => {
    const chat = await newChat();
    const { page } = chat;
    await say(page, 'about apples');
    await page.getByText('You said: about apples').waitFor();
    const apples = page.url();
    await page.getByRole('button', { name: 'New chat' }).first().click();
    await say(page, 'about pears');
    await page.getByText('You said: about pears').waitFor();
    await say(page, 'and plums');
    await page.getByText('You said: and plums').waitFor();
    expect(await page.getByText('You said: about apples').count()).toBe(0);
    expect(await replies(page).count()).toBe(2);
    await page.getByRole('link', { name: 'about apples' }).click();
    await page.waitForURL(apples);
    await page.getByText('You said: about apples').waitFor();
    expect(await replies(page).count()).toBe(1);
    expect(chat.problems).toEqual([]);
  });
});

describe('a conversation', () => {
  it('asks in place, and goes on in the same task', async () => {
    const chat = await newChat();
    const { page } = chat;
    await say(page, 'Deploy 1.4 to production');
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.getByText('Done: allow. Version 1.4.0 runs on three replicas.').waitFor();
    expect(await page.locator('.said').allTextContents()).toEqual(['Deploy 1.4 to production', 'Allow']);
    await say(page, 'What shall I call the new service?');
    await page.getByText('What does the service do, in a sentence?').waitFor();
    await page.getByRole('textbox', { name: 'Answer the question' }).waitFor();
    await say(page, 'pears');
    await page.getByText('Then call it pears.').waitFor();
    expect(chat.problems).toEqual([]);
  });

  it('stops a task that runs, and sends the message again', async () => {
    const chat = await newChat();
    const { page } = chat;
    await say(page, 'Index the archive');
    await page.getByText('Reading document 17 of 4211').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    const again = page.getByRole('button', { name: 'Send again' });
    await again.click();
    await expect.poll(() => replies(page).count()).toBe(2);
    await page.getByText('Reading document 17 of 4211').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => again.count()).toBe(2);
    expect(chat.problems).toEqual([]);
  });

  it('shows why a task failed', async () => {
    const chat = await newChat();
    await say(chat.page, 'Fetch the exchange rates');
    await chat.page.getByText('ENGINE_AUTH').waitFor();
    await chat.page.getByText('http_get · retried').click();
    await chat.page.getByText('failed', { exact: true }).waitFor();
  });

  it('shows the answer of a long task at once, and what the agent did when asked', async () => {
    const { contextId } = await agent.client().send(script({ think: 'Slowly.' }, { lines: 1_000 }, { count: 50 }));
    const { page } = shared;
    await page.goto(`${agent.url}/console/chat/${contextId}`);
    await page.getByText(/word50/).waitFor();
    await page.getByRole('button', { name: 'Show what it did' }).click();
    await page.getByText('Thought').click();
    await page.getByText('Slowly.', { exact: true }).waitFor();
    expect((await page.locator('.reply .markdown').textContent())?.match(/word/g)).toHaveLength(50);
  });

  it('keeps a message that could not be sent, and sends it once', async () => {
    const chat = await newChat();
    const { page } = chat;
    await say(page, 'first');
    await page.getByText('You said: first').waitFor();
    // The server gets the message, and its answer is lost.
    await page.route(
      (url) => url.pathname === '/',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await say(page, 'second');
    await page.getByText('The server cannot be reached.').waitFor();
    await page.locator('.said-pending').getByRole('button', { name: 'Send again' }).click();
    await expect.poll(() => page.locator('.said-pending').count()).toBe(0);
    await page.getByText('You said: second').waitFor();
    expect(await replies(page).count()).toBe(2);
    expect(chat.problems).toEqual([]);
  });
});

describe('files', () => {
  it('come by drop, paste and the button, can be taken away, and reach the agent', async () => {
    const chat = await newChat();
    const { page } = chat;
    const field = page.getByRole('textbox', { name: 'Message the agent' });
    await field.waitFor();
    await page.evaluate(dropAndPaste);
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'chosen.txt', mimeType: 'text/plain', buffer: Buffer.from('c') });
    const chosen = page.getByRole('list', { name: 'Files of the next message' });
    await expect.poll(() => chosen.getByRole('listitem').count()).toBe(3);
    await chosen.getByRole('button', { name: 'Remove chosen.txt' }).click();
    await say(page, 'look');
    await page.getByText('Files: dropped.txt, pasted.png').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /dropped.txt/ }).click(),
    ]);
    expect(await readFile(await download.path(), 'utf8')).toBe('dropped text');
    expect(chat.problems).toEqual([]);
  });

  it('of an answer are downloaded under their names', async () => {
    const chat = await newChat();
    const { page } = chat;
    await say(page, 'Make a chart');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /figures.csv/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('figures.csv');
    expect(await readFile(await download.path(), 'utf8')).toBe('a,b\n1,2\n');
    expect(chat.problems).toEqual([]);
  });
});

it('a killed server: the page says so, and shows the exact answer of the next attempt without a reload', async () => {
  await using server = await startAgentProcess();
  const expected = /ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET|EMPTY_RESPONSE)|network error/;
  await using chat = await openConsole(browser, server.url, { path: 'chat', expected });
  const { page } = chat;
  await page.evaluate('globalThis.isTheSamePage = true');
  await say(page, script({ think: 'I count.' }, { count: 400, everyMs: 10 }));
  await page.getByText(/word30 /).waitFor();
  await server.kill();
  await page.getByText('Connection lost.').waitFor();
  await server.start();
  await page.getByText('Attempt 2, after a restart').waitFor();
  await page.getByText(/word400/).waitFor();
  const words = Array.from({ length: 400 }, (_, index) => `word${index + 1}`).join(' ');
  await expect.poll(async () => (await page.locator('.reply .markdown').textContent())?.trim()).toBe(words);
  expect(await page.evaluate('globalThis.isTheSamePage')).toBe(true);
  expect(await page.getByText('Connection lost.').count()).toBe(0);
  expect(chat.problems).toEqual([]);
});

it('shows two owners their own conversations only', async () => {
  const tokens = { MOLECULE_TOKENS: 'ann:ann-token-0123456789,bob:bob-token-0123456789' };
  await using owned = await startAgent({ environment: tokens });
  const { contextId } = await owned.client('ann-token-0123456789').send('a secret');
  const signIn = { token: 'bob-token-0123456789', expected: /401|404/ };
  await using bob = await openConsole(browser, owned.url, { path: `chat/${contextId}`, ...signIn });
  await bob.page.getByText('No conversations yet').waitFor();
  expect(await bob.page.getByText('a secret').count()).toBe(0);
  expect(bob.problems).toEqual([]);
});

/** Runs in the page. */
function dropAndPaste(): void {
  const { document, DataTransfer, File, DragEvent, ClipboardEvent } = globalThis as unknown as Record<string, never> & {
    readonly document: { querySelector(selector: string): { dispatchEvent(event: unknown): void } };
    readonly DataTransfer: new () => { readonly items: { add(file: unknown): void } };
    readonly File: new (parts: readonly string[], name: string, options: object) => unknown;
    readonly DragEvent: new (type: string, options: object) => unknown;
    readonly ClipboardEvent: new (type: string, options: object) => unknown;
  };
  const dropped = new DataTransfer();
  dropped.items.add(new File(['dropped text'], 'dropped.txt', { type: 'text/plain' }));
  const options = { bubbles: true, cancelable: true };
  const conversation = document.querySelector('.conversation');
  conversation.dispatchEvent(new DragEvent('dragover', { ...options, dataTransfer: dropped }));
  conversation.dispatchEvent(new DragEvent('drop', { ...options, dataTransfer: dropped }));
  const pasted = new DataTransfer();
  pasted.items.add(new File(['png'], 'pasted.png', { type: 'image/png' }));
  setTimeout(() => {
    document
      .querySelector('textarea')
      .dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: pasted }));
  });
}
