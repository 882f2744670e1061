import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './support/accessible.ts';
import { type LocalAgent, startAgent } from './support/agent.ts';
import { type ConsolePage, openConsole, startBrowser } from './support/console-page.ts';
import { script } from './support/steps.ts';

let browser: Browser;
let agent: LocalAgent;
let opened: ConsolePage;
beforeAll(async () => {
  browser = await startBrowser();
  agent = await startAgent();
  // One test cuts the page off from the list.
  opened = await openConsole(browser, agent.url, { path: 'inbox', expected: /net::ERR_FAILED/ });
});
afterAll(async () => {
  await browser?.close();
  await agent?.[Symbol.asyncDispose]();
});

/** Opens the inbox with the questions of these messages, each a task of its own. */
async function inboxWith(...messages: readonly string[]) {
  const tasks = [];
  for (const message of messages) tasks.push(await agent.client().send(message));
  await opened.page.goto(`${agent.url}/console/inbox`);
  const card = (title: string) => opened.page.getByRole('listitem').filter({ hasText: title });
  return { ...opened, tasks, card };
}

describe('a question of each kind is answered', () => {
  it('an approval by one click, with what the tool would get', async () => {
    const inbox = await inboxWith('Deploy 1.4 to production');
    const card = inbox.card('Deploy 1.4 to production');
    await expect.poll(() => card.locator('pre').textContent()).toContain('"target": "production"');
    await card.getByRole('button', { name: 'Allow', exact: true }).click();
    await card.waitFor({ state: 'detached' });
    const done = await agent.client().waitFor(inbox.tasks[0]?.id ?? '', 'completed');
    expect(done.text).toContain('Done: allow.');
    expect(inbox.problems).toEqual([]);
  });

  it('an approval without choices, by the two buttons that every approval has', async () => {
    const ask = { requestId: 'bare', request: 'approval', prompt: 'Delete it?' } as const;
    const inbox = await inboxWith(script({ ask }));
    await inbox.page.getByRole('button', { name: 'Reject' }).click();
    const done = await agent.client().waitFor(inbox.tasks[0]?.id ?? '', 'completed');
    expect(done.text).toBe('Answered: Reject');
  });

  it('a choice by its button, or in other words', async () => {
    const inbox = await inboxWith('Book the meeting room', 'Book the meeting room');
    const cards = inbox.card('Book the meeting room');
    await cards.first().getByRole('button', { name: 'South, 12 seats' }).click();
    await expect.poll(() => cards.count()).toBe(1);
    await cards.getByText('Answer in other words').click();
    await cards.getByLabel('Your answer').fill('the garden');
    await inbox.page.keyboard.press('Enter');
    await cards.waitFor({ state: 'detached' });
    const [first, second] = await Promise.all(inbox.tasks.map(({ id }) => agent.client().waitFor(id, 'completed')));
    expect([first?.text, second?.text]).toEqual(['Booked: south.', 'Booked: the garden.']);
  });

  it('a form by its fields; what does not fit is refused by the page, and by the server with its reason', async () => {
    const inbox = await inboxWith('Order a new laptop');
    const card = inbox.card('Order a new laptop');
    const send = card.getByRole('button', { name: 'Send the answer' });
    await send.click();
    // The browser itself asks for the field that is missing.
    expect(
      await card
        .getByLabel('Model')
        .evaluate((field) => (field as unknown as { checkValidity(): boolean }).checkValidity()),
    ).toBe(false);
    await card.getByLabel('Model').selectOption('15 inch');
    await card.getByRole('button', { name: 'Write it as JSON' }).click();
    const json = card.getByLabel('Data as JSON');
    expect(JSON.parse(await json.inputValue())).toEqual({ model: '15 inch', memory: 32, gift: false });
    await json.fill('{"model": "15 inch", "memory": 4');
    await send.click();
    await card.getByText('This is not JSON').waitFor();
    await json.fill('{"model": "15 inch", "memory": 4}');
    await send.click();
    await card.getByText('FORM_ANSWER_INVALID').waitFor();
    expect(await card.getByRole('alert').textContent()).toContain('memory');
    await card.getByRole('button', { name: 'Back to the form' }).click();
    await card.getByLabel('Memory in GB').fill('64');
    await send.click();
    await card.waitFor({ state: 'detached' });
    const done = await agent.client().waitFor(inbox.tasks[0]?.id ?? '', 'completed');
    expect(JSON.parse(done.text.replace('Ordered: ', ''))).toEqual({ model: '15 inch', memory: 64, gift: false });
  });

  it('a sign-in elsewhere by its link and a button', async () => {
    const inbox = await inboxWith('Summarize my mail');
    const card = inbox.card('Summarize my mail');
    expect(await card.getByRole('link', { name: 'Open Example Mail' }).getAttribute('href')).toBe(
      'https://mail.example.com/authorize?client=molecule',
    );
    await card.getByRole('button', { name: 'I have given access' }).click();
    await card.waitFor({ state: 'detached' });
    expect((await agent.client().waitFor(inbox.tasks[0]?.id ?? '', 'completed')).text).toBe(
      'Answered: I have given access',
    );
  });

  it('several requests of one task, one by one', async () => {
    const also = [{ requestId: 'b', request: 'question', prompt: 'And where?' }] as const;
    const ask = { requestId: 'a', request: 'question', prompt: 'Who?', also } as const;
    const inbox = await inboxWith(script({ ask }));
    const fields = inbox.page.getByLabel('Your answer');
    await fields.nth(1).fill('Bern');
    await inbox.page.keyboard.press('Enter');
    await expect.poll(() => fields.count()).toBe(1);
    await fields.fill('Ada');
    await inbox.page.keyboard.press('Enter');
    const done = await agent.client().waitFor(inbox.tasks[0]?.id ?? '', 'completed');
    expect(done.text).toBe('Answered: Ada, Bern');
  });
});

describe('the list', () => {
  it('is live, oldest first, shows when a question expires, and what is over elsewhere goes away', async () => {
    const inbox = await inboxWith('Deploy 1.4 to production');
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const ask = { requestId: 'late', request: 'question', prompt: 'In time?', expiresAt } as const;
    const late = await agent.client().send(script({ ask }));
    await inbox.page.getByText(/expires in (59|60) min/).waitFor();
    expect(await inbox.page.getByRole('heading', { level: 2 }).first().textContent()).toBe('Deploy 1.4 to production');
    await agent.client().cancel(late.id);
    await agent.client().cancel(inbox.tasks[0]?.id ?? '');
    await inbox.page.getByText('Nothing waits for you').waitFor();
    expect(inbox.problems).toEqual([]);
  });

  it('says that a question was answered elsewhere while its card was still there', async () => {
    const inbox = await inboxWith('Book the meeting room');
    const other = inbox.page.getByRole('button', { name: 'South, 12 seats' });
    await other.waitFor();
    // The page does not hear of the other answer.
    await inbox.page.route('**/console/api/inbox', (route) => route.abort());
    await agent.client().send('North, 6 seats', { taskId: inbox.tasks[0]?.id ?? '' });
    await other.click();
    await inbox.page.getByText('No longer open, perhaps because it was answered elsewhere').waitFor();
    await inbox.page.unrouteAll();
  });

  it('is worked through by keyboard alone', async () => {
    const inbox = await inboxWith('Book the meeting room');
    const { page } = inbox;
    const wanted = page.getByRole('button', { name: 'South, 12 seats' });
    await wanted.waitFor();
    for (let presses = 0; presses < 40; presses++) {
      if (await wanted.evaluate((button) => button === button.ownerDocument.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.getByText('Answered: Book the meeting room').waitFor();
    expect((await agent.client().waitFor(inbox.tasks[0]?.id ?? '', 'completed')).text).toBe('Booked: south.');
  });

  it('passes axe with a card of each kind', async () => {
    const inbox = await inboxWith(
      'Deploy 1.4 to production',
      'Book the meeting room',
      'Order a new laptop',
      'Summarize my mail',
      'What shall I call the new service?',
    );
    await inbox.card('What shall I call the new service?').waitFor();
    await expectAccessible(inbox.page);
    for (const { id } of inbox.tasks) await agent.client().cancel(id);
    expect(inbox.problems).toEqual([]);
  });
});

it('shows an owner only its own questions', async () => {
  const tokens = { MOLECULE_TOKENS: 'ann:ann-token-0123456789,bob:bob-token-0123456789' };
  await using shared = await startAgent({ environment: tokens });
  await shared.client('ann-token-0123456789').send('Book the meeting room');
  const asked = await shared.client('bob-token-0123456789').send('Deploy 1.4 to production');
  await using ann = await openConsole(browser, shared.url, {
    path: 'inbox',
    token: 'ann-token-0123456789',
    expected: /401/,
  });
  await using bob = await openConsole(browser, shared.url, {
    path: 'inbox',
    token: 'bob-token-0123456789',
    expected: /401/,
  });
  await ann.page.getByText('Which room shall I book?').waitFor();
  await bob.page.getByText('Deploy 1.4.0 to production?').waitFor();
  expect(await ann.page.getByText('Deploy 1.4').count()).toBe(0);
  expect(await bob.page.getByText('Which room').count()).toBe(0);
  await bob.page.getByRole('button', { name: 'Deny' }).click();
  expect((await shared.client('bob-token-0123456789').waitFor(asked.id, 'completed')).text).toContain('Done: deny.');
  expect([...ann.problems, ...bob.problems]).toEqual([]);
});
