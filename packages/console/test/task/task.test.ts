import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessible.ts';
import { type LocalAgent, startAgent } from '../support/agent.ts';
import { openConsole, startBrowser } from '../support/console-page.ts';
import { type Step, script } from '../support/steps.ts';

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

/** The view of a task that this message begins; it is opened as soon as the task was accepted. */
async function taskView(message: string, path = '') {
  const task = await agent.client().begin(message);
  const opened = await openConsole(browser, agent.url, { path: `tasks/${task.id}${path}` });
  return { ...opened, task };
}

function rows(page: Page, kind: string) {
  return page.locator(`.timeline-row[data-kind="${kind}"]`);
}

describe('the timeline', () => {
  it('has thoughts, tools with input, output and time, the answer as Markdown, and the end with its usage', async () => {
    await using view = await taskView('Plan the release of 1.4');
    const { page, problems } = view;
    await rows(page, 'end').getByText('Completed').waitFor();
    expect(await rows(page, 'end').textContent()).toContain('5,210 read, 418 written');
    await rows(page, 'text').locator('table').waitFor();
    const tool = rows(page, 'tool').first();
    expect(await tool.textContent()).toMatch(/read_file.*path: CHANGELOG\.md.*\d+ ms/);
    await tool.getByRole('button').first().click();
    await tool.getByRole('region', { name: 'Output' }).getByText('Steps that stay').waitFor();
    expect(await page.title()).toBe('Plan the release of 1.4');
    await expectAccessible(page);
    expect(problems).toEqual([]);
  });

  it('keeps what is open while its row is out of sight', async () => {
    const steps: Step[] = [{ tool: 'first', input: { a: 1 }, output: 'the output' }, { say: 'word\n\n'.repeat(800) }];
    await using view = await taskView(script(...steps));
    const { page } = view;
    await page.getByText('Completed').first().waitFor();
    const scroller = page.getByRole('region', { name: 'Timeline' });
    await scroller.press('Home');
    await rows(page, 'tool').getByRole('button').first().click();
    await page.getByText('the output', { exact: true }).waitFor();
    await scroller.press('End');
    await rows(page, 'tool').waitFor({ state: 'detached' });
    await scroller.press('Home');
    await page.getByText('the output', { exact: true }).waitFor();
  });

  it('shows retries, failed tools, and why the task failed', async () => {
    await using view = await taskView('Fetch the exchange rates');
    const { page } = view;
    await rows(page, 'end').getByText('ENGINE_AUTH').waitFor();
    expect(await rows(page, 'end').textContent()).toContain('401 Unauthorized');
    expect(await rows(page, 'tool').textContent()).toContain('failed');
    expect(await rows(page, 'retry').textContent()).toContain('unavailable');
  });

  it('has the protocol beside it, to which the number of each entry leads', async () => {
    await using view = await taskView('Plan the release of 1.4');
    const { page } = view;
    await rows(page, 'end').waitFor();
    await rows(page, 'tool').first().getByRole('link').click();
    const json = page.getByRole('region', { name: 'Protocol' }).getByRole('region', { name: 'JSON' });
    expect(JSON.parse((await json.locator('pre').textContent()) ?? '')).toMatchObject({
      statusUpdate: { metadata: { 'molecule.event': { type: 'tool-call', name: 'read_file' } } },
    });
    expect(page.url()).toMatch(/\?raw=true&event=\d+$/);
    await expectAccessible(page);
    await page.reload();
    await json.waitFor();
  });

  it('lets a hostile agent run nothing, and shows what it tried', async () => {
    await using view = await taskView('Be hostile');
    const { page, problems } = view;
    await rows(page, 'end').waitFor();
    for (const button of await page.locator('.fold-line').all()) await button.click();
    await page.getByText('<script>').first().waitFor();
    const unsafe = await page.evaluate(
      `[...document.querySelectorAll('#root :is(script, iframe, style), #root a')].map((e) => e.href ?? e.tagName)
        .filter((found) => !/^https?:/.test(found))`,
    );
    expect(unsafe).toEqual([]);
    expect(await page.title()).toBe('Be hostile');
    expect(problems).toEqual([]);
  });
});

describe('acting', () => {
  it('answers the question of the task, and shows the answer as its next turn', async () => {
    await using view = await taskView('Deploy 1.4 to production');
    const { page } = view;
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await rows(page, 'end').getByText('Completed').waitFor();
    expect(await rows(page, 'said').last().textContent()).toContain('Turn 2');
    expect(await rows(page, 'text').last().textContent()).toContain('Done: allow.');
    expect(await page.getByRole('region', { name: 'This task waits' }).count()).toBe(0);
  });

  it('cancels a runaway', async () => {
    await using view = await taskView('Index the archive');
    const { page, task } = view;
    await rows(page, 'progress').getByText('Reading document 17').waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel the task' }).click();
    await rows(page, 'end').getByText('Canceled', { exact: true }).waitFor();
    await agent.client().waitFor(task.id, 'canceled');
    await expect.poll(() => page.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0);
  });

  it('sends the message again as a new task of the same context, and opens that', async () => {
    await using view = await taskView('Make a chart');
    const { page, task } = view;
    await rows(page, 'end').waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('Plan the release of 1.4');
    await page.getByRole('button', { name: 'Send as a new task' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(task.id));
    await rows(page, 'end').waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    expect(await agent.client().task(id)).toMatchObject({ contextId: task.contextId, state: 'completed' });
  });

  it('downloads a file, and leads back to the list', async () => {
    await using view = await taskView('Make a chart');
    const { page } = view;
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'figures.csv' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('figures.csv');
    await page.getByRole('link', { name: 'All tasks' }).click();
    await page.getByRole('link', { name: 'Make a chart' }).first().waitFor();
  });
});
