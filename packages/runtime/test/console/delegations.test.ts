import { expect, it } from 'vitest';
import { TestClient } from '../../src/testing/test-client.js';
import { startConsoleRuntime } from '../support/console-package.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { startTestRuntime } from '../support/test-runtime.js';
import { team } from '../team/delegation/team-process.js';
import { calling, toolAdapter } from '../team/delegation/tool-adapter.js';

const MIDDLE = 'middle-token-0123456789';
const LAST = 'last-token-0123456789';

interface Detail {
  readonly delegations: readonly object[];
}

function withToken(config: string): string {
  return config.replaceAll(' }', ', token_env: PEER_TOKEN }');
}

it('shows what a task has delegated, and what the peers have delegated in turn', async () => {
  await using last = await startConsoleRuntime({
    adapter: playAdapter().adapter,
    environment: { MOLECULE_TOKENS: `middle:${LAST}` },
  });
  await using middle = await startConsoleRuntime({
    adapter: toolAdapter().adapter,
    config: `name: Middle\nruntime: play\n${withToken(team(['last', last.runtime.url]))}`,
    environment: { MOLECULE_TOKENS: `first:${MIDDLE}`, PEER_TOKEN: LAST },
  });
  await using first = await startConsoleRuntime({
    adapter: toolAdapter().adapter,
    config: `name: First\nruntime: play\n${withToken(team(['middle', middle.runtime.url]))}`,
    environment: { PEER_TOKEN: MIDDLE },
  });
  const inner = calling('delegate_task', { workspace_id: 'last', task: play({ say: 'done at last' }) });
  const { id } = await first.runtime.client.send(calling('delegate_task', { workspace_id: 'middle', task: inner }));
  const innermost = {
    peer: { id: 'last', name: 'last', url: last.runtime.url },
    mode: 'wait',
    state: 'completed',
    answer: 'done at last',
    attempts: 1,
    children: [],
  };
  const whole = await first.get<Detail>(`tasks/${id}`);
  expect(whole.delegations).toMatchObject([
    { peer: { id: 'middle' }, state: 'completed', remoteTask: expect.any(String), children: [innermost] },
  ]);
  const shallow = await first.get<Detail>(`tasks/${id}?depth=0`);
  expect(shallow.delegations).toHaveLength(1);
  expect(shallow.delegations[0]).not.toHaveProperty('children');
  expect((await fetch(`${first.api}/tasks/${id}?depth=4`)).status).toBe(400);
  expect(JSON.stringify(whole)).not.toContain(MIDDLE);
  const [{ remoteTask }] = whole.delegations as readonly [{ readonly remoteTask: string }];
  const foreign = await fetch(`${middle.api}/tasks/${remoteTask}`);
  expect(foreign.status).toBe(401);
  expect(await new TestClient(middle.runtime.url, MIDDLE).task(remoteTask)).toMatchObject({ state: 'completed' });
});

it('says why it does not know what a peer has delegated', async () => {
  await using peer = await startTestRuntime({ adapter: playAdapter().adapter });
  await using lead = await startConsoleRuntime({
    adapter: toolAdapter().adapter,
    config: `name: Lead\nruntime: play\n${team(['helper', peer.url])}`,
  });
  const { id } = await lead.runtime.client.send(calling('delegate_task', { workspace_id: 'helper', task: 'hello' }));
  const noConsole = await lead.get<Detail>(`tasks/${id}`);
  expect(noConsole.delegations).toMatchObject([
    { state: 'completed', childrenError: expect.stringContaining('no console') },
  ]);
  await peer.shutdown();
  const away = await lead.get<Detail>(`tasks/${id}`);
  expect(away.delegations).toMatchObject([{ childrenError: expect.stringMatching(/could not be asked|address/) }]);
});
