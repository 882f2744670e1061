import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { expect, test } from 'vitest';
import { answerOf, begin, cancelTask, connect, send } from '../support/a2a-client.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { startTestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { team } from '../team/delegation/team-process.js';
import { calling, toolAdapter } from '../team/delegation/tool-adapter.js';

async function mcpClient(url: string, token: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
  await client.connect(transport as Parameters<Client['connect']>[0]);
  return client;
}

test('an engine can call every tool over MCP, with a token that belongs to one turn and ends with it', async () => {
  const member = playAdapter();
  await using peer = await startTestRuntime({ adapter: member.adapter });
  const lead = toolAdapter();
  const config = `name: Lead\nruntime: play\n${team(['helper', peer.url])}`;
  await using parent = await startTestRuntime({ adapter: lead.adapter, config });
  const { tools } = lead.context();
  const client = await connect(parent.url);
  const running = await begin(client, play({ gate: 'never' }), { contextId: 'c 1' });
  await until('the first to run', () => lead.turns.length === 1);
  await begin(client, play({ gate: 'never' }), { contextId: 'c 2' });
  await until('both to run', () => lead.turns.length === 2);
  const [mcp, other] = lead.turns.map((turn) => turn.mcp);
  if (!mcp || !other) throw new Error('There is no MCP server.');
  expect(other.token).not.toBe(mcp.token);

  // The address names another context; only the token counts.
  const mcpTools = await mcpClient(`${mcp.url}?context=${encodeURIComponent('c 2')}`, mcp.token);
  const listed = await mcpTools.listTools();
  expect(listed.tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  const wrong = await mcpTools.callTool({ name: 'delegate_task', arguments: {} });
  expect(wrong).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('workspace_id') }] });
  const task = play({ gate: 'never' });
  const call = mcpTools.callTool({ name: 'delegate_task', arguments: { workspace_id: 'helper', task } });
  await until('the peer to work', () => member.turns[0]?.running);
  // The call belongs to the turn of its token: with that turn it is canceled.
  await cancelTask(client, running.id);
  expect(await call).toMatchObject({ isError: true });
  await until('the peer to stop', () => member.turns[0]?.aborted);
  await mcpTools.close();

  for (const authorization of [undefined, 'Bearer wrong', `Basic ${other.token}`, other.token, `Bearer ${mcp.token}`]) {
    const response = await fetch(mcp.url, { method: 'POST', headers: authorization ? { authorization } : {} });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      error: { code: 'TOOL_TURN_ENDED', message: expect.stringContaining('This turn does not run') },
    });
  }
});

test('a tool of the runtime refuses a call for a turn that does not run', async () => {
  const { adapter, context, turns, gates } = toolAdapter();
  const config = 'name: Named\nruntime: play\ntools: [recall_memory]\n';
  await using runtime = await startTestRuntime({ adapter, config });
  const client = await connect(runtime.url);
  const task = await begin(client, play({ gate: 'go' }), { contextId: 'here' });
  await until('it runs', () => turns[0]?.running);
  const [tool] = context().tools;
  const call = (taskId: string, contextId: string) =>
    tool?.execute({}, { taskId, contextId, signal: new AbortController().signal });
  expect(await call(task.id, 'here')).toEqual({ memories: [] });
  for (const [taskId, contextId] of [
    [task.id, 'elsewhere'],
    ['unknown', 'here'],
    ['', ''],
  ] as const) {
    await expect(call(taskId, contextId)).rejects.toMatchObject({ code: 'TOOL_TURN_ENDED' });
  }
  gates.open('go');
  await until('it ended', () => turns[0]?.running === false);
  await expect(call(task.id, 'here')).rejects.toMatchObject({ code: 'TOOL_TURN_ENDED' });
});

test('an agent without a team gets no tools unless its configuration names them', async () => {
  const alone = toolAdapter();
  await using _runtime = await startTestRuntime({ adapter: alone.adapter });
  expect(alone.context()).toMatchObject({ tools: [] });
  expect(alone.context().mcp).toBeUndefined();
  const named = toolAdapter();
  const config = 'name: Named\nruntime: play\ntools: [commit_memory, recall_memory, request_approval]\n';
  await using runtime = await startTestRuntime({ adapter: named.adapter, config });
  const client = await connect(runtime.url);
  const call = async (tool: string, input: object) =>
    JSON.parse(answerOf(await send(client, calling(tool, input as never)))) as unknown;
  await call('commit_memory', { content: 'The door is red', namespace: 'house' });
  await call('commit_memory', { content: 'The roof is red' });
  expect(await call('recall_memory', { query: 'RED' })).toMatchObject({
    memories: [{ content: 'The roof is red' }, { content: 'The door is red', scope: 'LOCAL' }],
  });
  expect(await call('recall_memory', { query: 'red', namespace: 'house' })).toMatchObject({
    memories: [{ content: 'The door is red' }],
  });
  expect(await call('request_approval', { action: 'Paint it' })).toMatchObject({ approved: false, decided: false });
  await using again = await runtime.restart();
  const after = answerOf(await send(await connect(again.url), calling('recall_memory', {})));
  expect(JSON.parse(after)).toMatchObject({ memories: [{}, {}] });
});
