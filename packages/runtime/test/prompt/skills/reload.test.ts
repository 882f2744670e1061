import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type AdapterContext, defineAdapter } from '@molecule/adapters';
import { expect, test } from 'vitest';
import { answerOf, begin, connect, getTask, send, stateOf } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { skillFile, workspaceFiles } from '../workspace-files.js';

test('a changed skill reaches the card and the prompt at once, and no running task is lost', async () => {
  await using files = await workspaceFiles({});
  const { adapter, gates } = playAdapter();
  let context: AdapterContext | undefined;
  const watching = defineAdapter({
    ...adapter,
    createEngine: (given) => {
      context = given;
      return adapter.createEngine(given);
    },
  });
  await using runtime = await startTestRuntime({ adapter: watching, directory: files.path });
  const client = await connect(runtime.url);
  const tasks = await Promise.all(
    Array.from({ length: 5 }, () => begin(client, play({ say: 'begun ' }, { gate: 'go' }, { say: 'done' }))),
  );
  const skillsOnCard = async () => {
    const response = await fetch(`${runtime.url}/.well-known/agent-card.json`, { headers: { 'a2a-version': '1.0' } });
    return ((await response.json()) as { skills: { id: string; description: string }[] }).skills;
  };
  expect((await skillsOnCard()).map(({ id }) => id)).toEqual(['chat']);

  await files.write('skills/sum/SKILL.md', skillFile('sum', 'Adds numbers'));
  await until('the new skill', async () => (await skillsOnCard())[0]?.id === 'sum');
  expect(context?.systemPrompt).toContain('Adds numbers');
  const directory = join(files.path, 'skills', 'sum');
  expect(context?.skills).toMatchObject([{ id: 'sum', name: 'sum', instructions: 'Do it well.', directory }]);

  await files.write('skills/sum/SKILL.md', skillFile('sum', 'Adds and subtracts'));
  await until('the changed skill', async () => (await skillsOnCard())[0]?.description === 'Adds and subtracts');
  expect(context?.systemPrompt).toContain('Adds and subtracts');
  expect(context?.skills).toMatchObject([{ description: 'Adds and subtracts' }]);

  await rm(join(files.path, 'skills'), { recursive: true });
  await until('the skill to be gone', async () => (await skillsOnCard())[0]?.id === 'chat');
  await files.write('skills/again/SKILL.md', skillFile('again', 'Is back'));
  await until('a skill in a new directory', async () => (await skillsOnCard())[0]?.id === 'again');
  await files.write('system-prompt.md', 'A prompt at last.');
  await until('the new prompt', () => context?.systemPrompt.startsWith('A prompt at last.'));

  gates.open('go');
  for (const { id } of tasks) {
    const task = await until('the answer', async () => {
      const found = await getTask(client, id);
      return stateOf(found) === 'completed' && found;
    });
    expect(answerOf(task)).toBe('begun done');
  }
});

test('an engine with native skills gets them, and its prompt leaves them out', async () => {
  await using files = await workspaceFiles({ 'skills/sum/SKILL.md': skillFile('sum', 'Adds numbers') });
  let context: AdapterContext | undefined;
  const { adapter } = playAdapter();
  const native = defineAdapter({
    ...adapter,
    nativeSkills: true,
    createEngine: (given) => {
      context = given;
      return adapter.createEngine(given);
    },
  });
  await using _runtime = await startTestRuntime({ adapter: native, directory: files.path });
  expect(context?.skills).toMatchObject([{ id: 'sum', description: 'Adds numbers' }]);
  expect(context?.systemPrompt).not.toContain('Adds numbers');
});

test('while skills change under load, no task is lost or repeated, and each turn has one complete prompt', async () => {
  await using files = await workspaceFiles({ 'system-prompt.md': 'Always first.' });
  const { adapter, turns } = playAdapter();
  const prompts = new Set<string>();
  const watching = defineAdapter({
    ...adapter,
    createEngine: async (given) => {
      const engine = await adapter.createEngine(given);
      return {
        ...engine,
        runTurn: (turn, controls) => {
          prompts.add(given.systemPrompt);
          return engine.runTurn(turn, controls);
        },
      };
    },
  });
  await using runtime = await startTestRuntime({ adapter: watching, directory: files.path });
  const client = await connect(runtime.url);
  let loading = true;
  const changing = (async () => {
    for (let round = 0; loading || prompts.size < 3; round++) {
      await files.write('skills/sum/SKILL.md', skillFile('sum', `Adds numbers, round ${round}`));
      await files.write('skills/extra/SKILL.md', skillFile('extra', `Another, round ${round}`));
      const before = prompts.size;
      await until('a turn after the change', () => !loading || prompts.size > before, 5_000);
      await rm(join(files.path, 'skills/extra'), { recursive: true });
    }
  })();
  const words = Array.from({ length: 120 }, (_, index) => `task ${index}`);
  const answers: string[] = [];
  const waiting = [...words];
  const worker = async () => {
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      answers.push(answerOf(await send(client, text)));
      if (waiting.length === 0 && prompts.size < 3) waiting.push(`more ${answers.length}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  loading = false;
  await changing;
  const asked = turns.map(({ turn }) => ('text' in turn ? turn.text : ''));
  expect(new Set(asked).size).toBe(asked.length);
  expect(answers.toSorted()).toEqual(asked.map((text) => `echo: ${text}`).toSorted());
  expect(asked).toEqual(expect.arrayContaining(words));
  for (const prompt of prompts) expect(prompt).toMatch(/^Always first\./);
});
