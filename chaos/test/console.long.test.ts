import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChromium, watchPage } from '@molecule/browser-testing';
import { expect, it } from 'vitest';
import { AgentProcess } from '../src/agent.ts';
import { removeDirectory } from '../src/remove-directory.ts';
import { SUBJECTS } from '../src/subjects/index.ts';
import { Temporal } from '../src/temporal.ts';

/** What Chromium reports while the server is away. */
const AWAY = /ERR_/;

/** The directory of the ledger's `config.yaml` has no packages of its own. */
async function linkConsole(directory: string): Promise<() => Promise<void>> {
  const link = join(directory, 'node_modules', '@molecule', 'console');
  const page = fileURLToPath(new URL('../node_modules/@molecule/console', import.meta.url));
  await mkdir(dirname(link), { recursive: true });
  const isNew = await symlink(page, link).then(
    () => true,
    () => false,
  );
  return async () => {
    if (isNew) await rm(link);
  };
}

it.each(['ledger', 'langgraph'])(
  'a person sees in the console the exact answer of %s after a kill, and answers its question',
  { timeout: 240_000 },
  async (name) => {
    const factory = SUBJECTS[name];
    if (!factory) throw new Error(`No engine ${name}.`);
    const state = await mkdtemp(join(tmpdir(), 'molecule-chaos-console-'));
    const temporal = await Temporal.create(state);
    await temporal.start();
    await using subject = await factory(temporal.address);
    const { directory, environment } = subject.spec;
    const unlink = await linkConsole(directory);
    const agent = await AgentProcess.create({
      ...subject.spec,
      environment: { ...environment, MOLECULE_CONSOLE: 'on' },
    });
    const browser = await startChromium();
    try {
      await agent.start();
      await agent.durable();
      const page = await browser.newPage();
      const { problems } = await watchPage(page, AWAY);
      await page.goto(`${agent.url}/console/chat`);
      await page.evaluate('window.isFirstPage = true');
      const field = page.getByRole('textbox', { name: /Message the agent|Answer the question/ });
      const answers = page.locator('.reply .markdown');

      await field.fill(subject.long.text);
      await page.keyboard.press('Enter');
      await expect
        .poll(async () => (await answers.first().textContent())?.length, { timeout: 60_000 })
        .toBeGreaterThan(20);
      await agent.stop('SIGKILL');
      await page.getByText('Connection lost').first().waitFor();
      await agent.start();
      const text = async () => (await answers.first().textContent())?.trim();
      await expect.poll(text, { timeout: 60_000 }).toBe(subject.long.answer.trim());

      await field.fill(subject.asking.text);
      await page.keyboard.press('Enter');
      await page.getByRole('textbox', { name: 'Answer the question' }).waitFor({ timeout: 60_000 });
      await field.fill(subject.asking.reply);
      await page.keyboard.press('Enter');
      const last = async () => (await answers.last().textContent()) ?? '';
      await expect.poll(last, { timeout: 60_000 }).toContain(subject.asking.answer.trim());
      expect(await page.evaluate('window.isFirstPage')).toBe(true);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
      await agent.end();
      await unlink();
      await temporal.stop();
      await removeDirectory(state);
    }
  },
);
