import { readFile, rm, writeFile } from 'node:fs/promises';
import type { Part } from '@a2a-js/sdk';
import { defineAgent, EngineError } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { answerOf, connect, send, stateOf, text } from '../../support/a2a-client.js';
import { startTestRuntime } from '../../support/test-runtime.js';

const photo = (content: string): Part => ({
  content: { $case: 'raw', value: Buffer.from(content) },
  mediaType: 'text/plain',
  filename: 'photo.txt',
  metadata: undefined,
});

it('the files of an answer are in the working directory, in each attempt as the agent has left them', async () => {
  const found: string[] = [];
  let attempts = 0;
  const adapter = defineAgent({
    name: 'play',
    async run(_turn, { ask }) {
      const first = await ask({ prompt: 'A photo?' });
      const second = await ask({ prompt: 'Another one?' });
      const [file] = first.files ?? [];
      const path = file?.path ?? '';
      found.push(await readFile(path, 'utf8'));
      attempts++;
      if (attempts === 1) await writeFile(path, 'changed');
      if (attempts === 2) await rm(path);
      if (attempts < 3) throw new EngineError('engine-died', 'The engine has died.');
      return `${file?.name} ${file?.mediaType}, then ${second.text} with ${second.files?.length ?? 'no'} files`;
    },
  });
  await using runtime = await startTestRuntime({ adapter, environment: { MOLECULE_RETRY_INITIAL: '1ms' } });
  const client = await connect(runtime.url);
  const asked = await send(client, 'hi');
  expect(stateOf(asked)).toBe('input_required');
  await send(client, '', { taskId: asked.id, parts: [text('here'), photo('a cat')] });
  const done = await send(client, 'no more', { taskId: asked.id });
  expect(answerOf(done)).toBe('photo.txt text/plain, then no more with no files');
  expect(found).toEqual(['a cat', 'changed', 'a cat']);
});

it('a file of the message stays as the agent has left it before a question', async () => {
  const found: string[] = [];
  const adapter = defineAgent({
    name: 'play',
    async run({ parts }, { step, ask }) {
      const path = parts.flatMap((part) => (part.kind === 'file' ? [part.path ?? ''] : []))[0] ?? '';
      found.push(await readFile(path, 'utf8'));
      await step('change', () => writeFile(path, 'changed'));
      await ask({ prompt: 'Go on?' });
      return readFile(path, 'utf8');
    },
  });
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, '', { parts: [text('look'), photo('a cat')] });
  expect(answerOf(await send(client, 'yes', { taskId: asked.id }))).toBe('changed');
  expect(found).toEqual(['a cat', 'changed']);
});
