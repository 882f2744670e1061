import { readFileSync } from 'node:fs';
import { silentLogger } from '@molecule/adapters';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import * as temporal from '@temporalio/worker';
import { beforeAll, expect, inject, test } from 'vitest';
import { installNativeRuntime } from '../src/link/native-runtime.js';

/** If changed workflow code does not match a recorded history, running workflows of the older version cannot continue. */
const HISTORIES = ['completed', 'agent-error', 'canceled', 'handed-over', 'still-running'];

beforeAll(() => installNativeRuntime(temporal, silentLogger));

function options(): temporal.ReplayWorkerOptions {
  return { workflowBundle: { codePath: inject('workflowBundlePath') } };
}

function recorded(name: string): string {
  return readFileSync(new URL(`./histories/${name}.json`, import.meta.url), 'utf8');
}

test.each(HISTORIES)('the shipped workflow replays what an earlier version recorded: %s', async (name) => {
  await temporal.Worker.runReplayHistory(options(), historyFromJSON(JSON.parse(recorded(name))));
});

test('a history that does not match the workflow is detected', async () => {
  const other = recorded('completed').replaceAll('"llm_call"', '"another_call"');
  await expect(temporal.Worker.runReplayHistory(options(), historyFromJSON(JSON.parse(other)))).rejects.toThrow();
});
