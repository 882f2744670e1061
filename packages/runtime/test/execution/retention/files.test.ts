import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { connect, getTask, send, stateOf, text } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';

const FILE: Part = {
  content: { $case: 'raw', value: Buffer.from('the bytes') },
  filename: 'a.bin',
  mediaType: 'application/octet-stream',
  metadata: undefined,
};

it('deletes the files of old tasks before the tasks, and says so at their address', async () => {
  await using runtime = await startTestRuntime({
    adapter: playAdapter().adapter,
    environment: { MOLECULE_RETENTION_FILES: '3s' },
  });
  const client = await connect(runtime.url);
  const ended = await send(client, '', { parts: [text('look'), FILE] });
  const waiting = await send(client, '', { parts: [text(play({ ask: 'Which?' })), FILE] });
  const addressOf = (task: typeof ended) => {
    const content = task.history[0]?.parts[1]?.content;
    return content?.$case === 'url' ? content.value : '';
  };
  expect((await fetch(addressOf(ended))).status).toBe(200);
  const inbox = join(runtime.directory, '.molecule', 'work', 'inbox');
  expect(await readdir(inbox)).toHaveLength(2);
  const gone = async () => (await fetch(addressOf(ended))).status === 410;
  await until('the file of the ended task is deleted', gone, 20_000);
  expect(await (await fetch(addressOf(ended))).text()).toContain('FILE_DELETED');
  expect(await readdir(inbox)).toHaveLength(1);
  const after = await getTask(client, ended.id);
  expect([stateOf(after), addressOf(after)]).toEqual(['completed', addressOf(ended)]);
  expect((await fetch(addressOf(waiting))).status).toBe(200);
});

it('deletes the working directory of a conversation with it, if it has one of its own', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({
    adapter,
    config: `name: Test\nruntime: ${adapter.name}\nwork_dir: context\n`,
    environment: { MOLECULE_RETENTION_CONVERSATIONS: '3s' },
  });
  const client = await connect(runtime.url);
  await send(client, '', { parts: [text('look'), FILE], contextId: 'ended' });
  await send(client, play({ ask: 'Which?' }), { contextId: 'open' });
  const contexts = join(runtime.directory, '.molecule', 'contexts');
  const [owner = ''] = await readdir(contexts);
  expect(await readdir(join(contexts, owner))).toHaveLength(2);
  await until('one is deleted', async () => (await readdir(join(contexts, owner))).length === 1, 20_000);
});
