import { expect, it } from 'vitest';
import { spawnCli } from '../../cli/run-cli.js';
import { answerOf, begin, connect, send } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { team } from '../../team/delegation/team-process.js';
import { calling, toolAdapter } from '../../team/delegation/tool-adapter.js';

/** A server with one slot, which a turn holds until the gate `go` is opened. */
async function fullServer() {
  const { adapter, gates, turns } = playAdapter();
  const environment = { MOLECULE_MAX_TURNS: '1', MOLECULE_MAX_QUEUE: '0' };
  const runtime = await startTestRuntime({ adapter, environment });
  const client = await connect(runtime.url);
  // From a turn that has ended, the server knows that one takes no time.
  await send(client, 'first');
  await begin(client, play({ gate: 'go' }));
  const refused = async () => {
    const response = await fetch(`${runtime.url}/readyz`);
    return ((await response.json()) as { readonly turns: { readonly refused: number } }).turns.refused;
  };
  return { url: runtime.url, gates, turns, refused, [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose]() };
}

it('a delegation to a peer whose queue is full waits until there is room, within its first attempt', async () => {
  await using peer = await fullServer();
  const lead = toolAdapter();
  const config = `name: Lead\nruntime: play\ndelegation: { retry_attempts: 1, timeout: 30 }\n${team(['helper', peer.url, 'sums'])}`;
  await using parent = await startTestRuntime({ adapter: lead.adapter, config });
  const answer = send(await connect(parent.url), calling('delegate_task', { workspace_id: 'helper', task: 'hello' }));
  await until('the peer has refused it', async () => (await peer.refused()) > 0);
  peer.gates.open('go');
  expect(JSON.parse(answerOf(await answer))).toMatchObject({ status: 'completed', answer: 'echo: hello' });
});

it('molecule send says that it waits, and sends the message again', async () => {
  await using agent = await fullServer();
  await using command = spawnCli(['send', agent.url, 'hello']);
  await command.seen(/The agent has no room for the message now\. It is sent again in 1 s\./);
  agent.gates.open('go');
  expect(await command.result).toMatchObject({ code: 0, stdout: expect.stringContaining('echo: hello') });
  expect(agent.turns).toHaveLength(3);
});
