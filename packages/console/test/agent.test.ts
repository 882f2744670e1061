import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalAgent, startAgent } from './support/agent.ts';
import { openConsole, startBrowser } from './support/console-page.ts';

const ANN = 'ann-token-0123456789';
const BOB = 'bob-token-0123456789';
const CONFIG = `name: Release Desk
description: Plans releases.
version: 1.4.0
runtime: scripted
prompt_files: [prompt.md]
tools: [delegate_task, send_file]
sub_workspaces:
  - { id: writer, name: Writer, url: 'http://127.0.0.1:9/' }
`;
const SKILL = `---
name: changelog
description: Writes the changelog of a release.
---
Read the commits first.
`;

let browser: Browser;
let agent: LocalAgent;
beforeAll(async () => {
  browser = await startBrowser();
  agent = await startAgent({
    config: CONFIG,
    files: { 'prompt.md': 'You plan releases with care.', 'skills/changelog/SKILL.md': SKILL },
    environment: { MOLECULE_TOKENS: `ann[read send admin]:${ANN},bob[read send]:${BOB}` },
  });
});
afterAll(async () => {
  await browser?.close();
  await agent?.[Symbol.asyncDispose]();
});

it('shows how the agent is, and to an administrator its tools, prompt, peers and settings without secrets', async () => {
  await using opened = await openConsole(browser, agent.url, { path: 'agent', token: ANN, expected: /401/ });
  const { page } = opened;
  const section = (name: string) => page.getByRole('region', { name: new RegExp(`^${name}`) }).first();
  await page.getByText('The script is at hand.').waitFor();
  expect(await page.locator('.agent-fact').filter({ hasText: 'Durable' }).textContent()).toContain(
    'MOLECULE_TEMPORAL=off',
  );
  expect(await page.locator('.agent-fact').filter({ hasText: 'Versions' }).textContent()).toContain(
    process.versions.node,
  );
  expect(await section('Skills').textContent()).toContain('Writes the changelog of a release.');
  expect(await section('Tools').textContent()).toContain('delegate_task');
  expect(
    await section('Peers')
      .getByRole('row', { name: /Writer/ })
      .textContent(),
  ).toContain('http://127.0.0.1:9/');
  await page.getByText('As it is sent to the model').click();
  expect(await section('System prompt').locator('pre').textContent()).toContain('You plan releases with care.');
  const tokens = section('Settings').getByRole('row', { name: /^MOLECULE_TOKENS / });
  expect(await tokens.textContent()).toContain('environment');
  await page.getByText('As it is served').click();
  expect(JSON.parse((await section('Agent card').locator('pre').textContent()) ?? '')).toMatchObject({
    version: '1.4.0',
  });
  expect(await page.content()).not.toContain('token-0123456789');
  expect(opened.problems).toEqual([]);
});

it('says to others that these need the scope admin', async () => {
  await using opened = await openConsole(browser, agent.url, { path: 'agent', token: BOB, expected: /401/ });
  await opened.page.getByText('are shown to callers with the scope admin').waitFor();
  expect(await opened.page.content()).not.toContain('delegate_task');
  expect(opened.problems).toEqual([]);
});
