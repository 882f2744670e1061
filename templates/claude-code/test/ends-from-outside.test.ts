// If Claude Code is ended from outside, without a cancel, the turn is never reported as canceled, and continues where it was.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineError, TurnEvent } from '@molecule/adapters';
import { startScriptedModel } from '@molecule/adapters/testing';
import { expect, test } from 'vitest';
import { processesWith } from './support/processes.js';
import { answerOf, continueTurn, controls, messageTurn, run, script } from './support/turns.js';
import { makeEngine, makeWorkspace } from './support/workspace.js';

const CONFIG = { max_retries: 0, permissions: { allow: ['Bash'] } };

test.each([
  ['SIGTERM', 'claude-agent-sdk-', 'text'],
  ['SIGKILL', 'claude-agent-sdk-', 'text'],
  ['SIGINT', 'claude-agent-sdk-', 'text'],
  ['SIGTERM', 'claude-agent-sdk-', 'tool'],
  // As systemd stops a service: each of its processes, including the commands.
  ['SIGTERM', '', 'tool'],
] as const)('%s to the processes of "%s" in the middle of a %s: the turn continues', async (signal, which, what) => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config: CONFIG });
  const text = { text: 'one two three four five six seven eight', chunkMs: 200 };
  const tool = { tool: 'Bash', input: { command: 'echo x >> begun; test $(wc -l < begun) -gt 1 || sleep 7359' } };
  const steps = what === 'text' ? [text] : [tool, { text: 'done' }];
  const turn = messageTurn('c', script(...steps));
  const isTime = async (events: readonly TurnEvent[]) =>
    what === 'text'
      ? events.some((event) => event.type === 'text-delta' && event.text.startsWith('three'))
      : existsSync(join(workspace.workDir, 'begun')) && (await processesWith('sleep 7359', workspace.root)).length > 0;
  const events: TurnEvent[] = [];
  const ended = (async () => {
    for await (const event of engine.runTurn(turn, controls())) events.push(event);
  })().then(
    () => undefined,
    (error: EngineError) => error,
  );
  while (!(await isTime(events))) await delay(20);
  const targets = await processesWith(which, workspace.root);
  for (const line of targets) process.kill(Number.parseInt(line, 10), signal);
  expect(await ended).toMatchObject({ code: 'engine-died', retryable: true });
  expect(await processesWith('sleep 7359', workspace.root)).toEqual([]);
  // Claude Code treats SIGINT as a person's interruption, and keeps the text: the model continues after it.
  if (signal === 'SIGINT') return;
  const answer = what === 'text' ? text.text : 'done';
  expect(answerOf(await run(engine, continueTurn(turn)))).toBe(answer);
});
