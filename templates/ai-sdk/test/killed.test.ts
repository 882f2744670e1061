import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { startRuntimeProcess } from '@molecule/runtime/testing';
import { expect, it } from 'vitest';
import { script } from './support/bench.js';
import { seenText } from './support/seen-text.js';

it('killed in the middle of the third of five model calls, it makes that call again and no other, and no text is withdrawn', async () => {
  await using model = await startScriptedModel({ strict: true });
  await using state = await stateDirectory();
  const words = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ');
  const first = await serve(state.path, model);
  const { id } = await first.client.begin(
    script(
      { text: 'First.', tool: 'current_time' },
      { tool: 'give_document', input: { title: 'Report', markdown: '# All is well' } },
      { text: words, tool: 'current_time', chunkMs: 30 },
      { tool: 'current_time' },
      { text: 'Done.' },
    ),
  );
  const seen: string[] = [];
  for await (const text of seenText(first.url, id)) {
    seen.push(text);
    if (text.includes('word9')) break;
  }
  await first.kill('SIGKILL');
  expect(played(model)).toEqual([0, 1, 2]);

  await using second = await serve(state.path, model);
  for await (const text of seenText(second.url, id)) seen.push(text);
  const task = await second.client.waitFor(id, 'completed');
  const answer = `First.\n\n${words}\n\nDone.`;
  expect(played(model)).toEqual([0, 1, 2, 2, 3, 4]);
  expect(task.text).toContain(answer);
  expect(seen.at(-1)).toBe(answer);
  expect(seen.filter((text) => !answer.startsWith(text))).toEqual([]);
  const lengths = seen.map((text) => text.length);
  expect(lengths).toEqual(lengths.toSorted((one, other) => one - other));
});

it('killed while a person is asked, it continues in another process with the answer, and calls the approved tool once', async () => {
  await using model = await startScriptedModel({ strict: true });
  await using state = await stateDirectory();
  const first = await serve(state.path, model);
  const call = { tool: 'save_note', input: { name: 'meter', text: '1234' } };
  const asked = await first.client.send(script({ text: 'Gladly.', ...call }, { text: 'The note says: $TOOL' }));
  expect(asked).toMatchObject({ state: 'input-required', text: expect.stringContaining('approval to call save_note') });
  await first.kill('SIGKILL');

  await using second = await serve(state.path, model);
  const task = await second.client.send('approve', { taskId: asked.id, contextId: asked.contextId });
  expect(task).toMatchObject({
    state: 'completed',
    text: expect.stringContaining('The note says: Saved as meter.md.'),
  });
  expect(played(model)).toEqual([0, 1]);
});

/** Which steps of the script the model has played. */
function played({ requests }: ScriptedModel) {
  return requests.flatMap(({ step }) => step ?? []);
}

function serve(stateDir: string, model: ScriptedModel) {
  return startRuntimeProcess({
    directory: fileURLToPath(new URL('..', import.meta.url)),
    environment: {
      PATH: process.env['PATH'],
      MOLECULE_STATE_DIR: stateDir,
      MOLECULE_MODEL: 'openai:scripted',
      OPENAI_API_KEY: 'scripted',
      OPENAI_BASE_URL: `${model.url}/v1`,
    },
  });
}

async function stateDirectory(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'ai-sdk-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}
