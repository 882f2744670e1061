import { readdirSync, readFileSync } from 'node:fs';
import { silentLogger } from '@molecule/adapters';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import * as temporal from '@temporalio/worker';
import { beforeAll, expect, inject, test } from 'vitest';
import { installNativeRuntime } from '../src/link/native-runtime.js';

const DIRECTORY = new URL('./histories/', import.meta.url);
const KINDS = ['agent-error', 'canceled', 'completed', 'handed-over', 'still-running'];

/** If changed workflow code does not match a recorded history, running workflows of that version cannot continue. */
const RELEASES = readdirSync(DIRECTORY).filter((name) => /^\d+\.\d+$/.test(name));
const HISTORIES = RELEASES.flatMap((minor) => KINDS.map((kind) => `${minor}/${kind}`));

beforeAll(() => installNativeRuntime(temporal, silentLogger));

function options(): temporal.ReplayWorkerOptions {
  return { workflowBundle: { codePath: inject('workflowBundlePath') } };
}

function recorded(name: string): string {
  return readFileSync(new URL(`${name}.json`, DIRECTORY), 'utf8');
}

test.each(HISTORIES)('the shipped workflow replays what a release has recorded: %s', async (name) => {
  await temporal.Worker.runReplayHistory(options(), historyFromJSON(JSON.parse(recorded(name))));
});

test('a history that does not match the workflow is detected', async () => {
  const other = recorded('0.1/completed').replaceAll('"llm_call"', '"another_call"');
  await expect(temporal.Worker.runReplayHistory(options(), historyFromJSON(JSON.parse(other)))).rejects.toThrow();
});

test('a release has its histories: run npm run record-release', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const changesets = readdirSync(new URL('../../../.changeset/', import.meta.url)).filter((name) =>
    name.endsWith('.md'),
  );
  const minor = version.split('.').slice(0, 2).join('.');
  // While changesets wait for the next version, the present one is no release.
  expect(changesets.length > 0 || RELEASES.includes(minor)).toBe(true);
});
