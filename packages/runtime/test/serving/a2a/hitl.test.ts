import type { Message, Task } from '@a2a-js/sdk';
import type { InputRequest, JsonObject, TurnEvent } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import {
  BINDINGS,
  type ClientOptions,
  connect,
  getTask,
  sending,
  stateOf,
  WITH_GRPC,
} from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { codeIn, rpc, wireMessage } from '../../support/wire.js';

const URI = 'https://kagent.dev/extensions/hitl/v1';
const CHOICES = [
  { id: 'deny', label: 'Deny', means: 'reject' },
  { id: 'allow', label: 'Allow', means: 'approve' },
] as const;
const approval = (requestId: string, name: string, input: JsonObject): InputRequest => ({
  requestId,
  request: 'approval',
  prompt: `May I call ${name}?`,
  choices: CHOICES,
  tool: { name, input },
});
const question = (requestId: string, prompt: string, ...labels: string[]): InputRequest => ({
  requestId,
  request: 'question',
  prompt,
  choices: labels.map((label) => ({ id: label.toLowerCase(), label })),
});
const asking = (first: InputRequest, ...also: InputRequest[]) =>
  play({ event: { type: 'input-required', ...first, also } satisfies TurnEvent });

const CALLS = [
  approval('a-1', 'delete_file', { path: '/tmp/old' }),
  approval('a-2', 'restart', { name: 'api' }),
] as const;

/** A client that asks for the extension, on every request. */
async function hitlClient(url: string, options: ClientOptions) {
  const client = await connect(url, options);
  const header = options.version === '0.3' ? 'X-A2A-Extensions' : 'A2A-Extensions';
  const wanting = { serviceParameters: { [header]: URI } };
  return {
    async send(text: string, payload?: JsonObject, taskId = ''): Promise<Task> {
      const request = sending(text, { taskId, ...(payload && { metadata: { [URI]: payload } }) });
      const message = { ...(request.message as Message), extensions: payload ? [URI] : [] };
      return (await client.sendMessage({ ...request, message }, wanting)) as Task;
    },
    get: (id: string) => client.getTask({ tenant: '', id, historyLength: undefined }, wanting),
    stream: (text: string) => client.sendMessageStream(sending(text), wanting),
  };
}

function payloadOf({ status }: Task): unknown {
  const { extensions = [], metadata } = status?.message ?? {};
  return extensions.includes(URI) ? metadata?.[URI] : undefined;
}

describe.each(BINDINGS)('on $binding $version', (binding) => {
  it('several calls are approved and rejected with reasons', async () => {
    const { adapter, turns } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
    const client = await hitlClient(runtime.url, binding);
    const steps = asking(...CALLS);
    const asked = await client.send(steps);
    const expected = {
      type: 'tool_approval_request',
      hint: '1. May I call delete_file?\n2. May I call restart?',
      tools: [
        { id: 'a-1', call_id: 'a-1', name: 'delete_file', args: { path: '/tmp/old' } },
        { id: 'a-2', call_id: 'a-2', name: 'restart', args: { name: 'api' } },
      ],
    };
    expect(payloadOf(asked)).toEqual(expected);
    expect(payloadOf(await client.get(asked.id))).toEqual(expected);
    let streamed: unknown;
    for await (const { payload } of client.stream(steps)) {
      if (payload?.$case === 'statusUpdate') streamed = payload.value.status?.message?.metadata?.[URI];
    }
    expect(streamed).toEqual(expected);
    expect(payloadOf(await getTask(await connect(runtime.url, binding), asked.id))).toBeUndefined();
    const approvals = [
      { id: 'a-1', approved: false, rejection_reason: 'It is still used.' },
      { id: 'a-2', approved: true },
    ];
    const done = await client.send('Decided', { type: 'tool_approval_response', approvals }, asked.id);
    expect(stateOf(done)).toBe('completed');
    const { turn } = turns.find((played) => played.turn.kind === 'answer') ?? {};
    expect(
      turn?.kind === 'answer' && turn.answers?.map(({ requestId, choice, text }) => [requestId, choice, text]),
    ).toEqual([
      ['a-1', 'deny', 'It is still used.'],
      ['a-2', 'allow', 'Approve'],
    ]);
  });

  it('questions are answered in their order, after the calls that are asked with them', async () => {
    const { adapter, turns } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
    const client = await hitlClient(runtime.url, binding);
    const asked = await client.send(
      asking(question('q-1', 'Which database?', 'PostgreSQL', 'SQLite'), CALLS[1], question('q-2', 'What else?')),
    );
    expect(payloadOf(asked)).toMatchObject({ type: 'tool_approval_request', tools: [{ id: 'a-2' }] });
    const approvals = [{ id: 'a-2', approved: true }];
    const rest = await client.send('Decided', { type: 'tool_approval_response', approvals }, asked.id);
    expect(payloadOf(rest)).toEqual({
      type: 'ask_user_request',
      id: 'q-1',
      questions: [
        { question: 'Which database?', choices: ['PostgreSQL', 'SQLite'], multiple: false },
        { question: 'What else?', choices: [], multiple: false },
      ],
    });
    const answers = [{ answer: ['SQLite'] }, { answer: ['backups', 'logs'] }];
    const done = await client.send('', { type: 'ask_user_response', id: 'q-1', answers }, asked.id);
    expect(stateOf(done)).toBe('completed');
    const { turn } = turns.find((played) => played.turn.kind === 'answer') ?? {};
    expect(
      turn?.kind === 'answer' && turn.answers?.map(({ requestId, choice, text }) => [requestId, choice, text]),
    ).toEqual([
      ['q-1', 'sqlite', 'SQLite'],
      ['a-2', 'allow', 'Approve'],
      ['q-2', undefined, 'backups, logs'],
    ]);
  });
});

it('a response that leaves a call out, or names one twice, decides nothing', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await hitlClient(runtime.url, {});
  const asked = await client.send(asking(...CALLS));
  const yes = (id: string) => ({ id, approved: true });
  const wrong: readonly JsonObject[] = [
    { type: 'tool_approval_response', approvals: [yes('a-1')] },
    { type: 'tool_approval_response', approvals: [yes('a-1'), yes('a-1')] },
    { type: 'tool_approval_response', approvals: [yes('a-1'), yes('a-2'), yes('a-3')] },
    { type: 'tool_approval_response', approvals: [yes('a-1'), { id: 'a-2', approved: 'yes' }] },
    { type: 'tool_approval_response' },
    { type: 'ask_user_response', id: 'a-1', answers: [{ answer: ['x'] }] },
    { type: 'something' },
  ];
  for (const payload of wrong) {
    const message = wireMessage('ok', { taskId: asked.id, extensions: [URI], metadata: { [URI]: payload } });
    const { body } = await rpc(runtime.url, 'SendMessage', message);
    expect(codeIn(body), JSON.stringify(payload)).toBe('HITL_RESPONSE_INVALID');
  }
  expect(payloadOf(await client.get(asked.id))).toEqual(payloadOf(asked));
  expect(turns).toHaveLength(1);
});

it('the card declares the extension, and an answer says that it is active if the client asked for it', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const card = (await (await fetch(`${runtime.url}/.well-known/agent-card.json`)).json()) as {
    readonly capabilities: { readonly extensions: readonly { readonly uri: string; readonly required?: boolean }[] };
  };
  expect(card.capabilities.extensions.map(({ uri, required = false }) => [uri, required])).toContainEqual([URI, false]);
  const list = (headers: Record<string, string>) =>
    fetch(`${runtime.url}/tasks`, { headers: { 'A2A-Version': '1.0', ...headers } });
  const active = await list({ 'A2A-Extensions': `https://example.com/other/v1, ${URI}` });
  expect(active.headers.get('a2a-extensions')).toBe(URI);
  expect((await list({})).headers.get('a2a-extensions')).toBeNull();
});
