import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type Message,
  AGENT_CARD_PATH as SDK_CARD_PATH,
  SendMessageRequest,
  type StreamResponse,
  type Task,
  TaskState,
} from '@a2a-js/sdk';
import { LegacyJsonRpcTransportHandler, LegacyRestTransportHandler } from '@a2a-js/sdk/compat/v0_3/server';
import { TaskNotFoundError } from '@a2a-js/sdk/errors';
import * as sdkServer from '@a2a-js/sdk/server';
import { type A2ARequestHandler, JsonRpcTransportHandler, ServerCallContext } from '@a2a-js/sdk/server';
import { describe, expect, it } from 'vitest';
import { partialHandler } from '../../../src/serving/sdk/numbered-stream.js';
import { AGENT_CARD_PATH } from '../../../src/support/network/agent-card-path.js';

/** The version against which `src/serving/sdk` was written. */
const CHECKED = '1.3.0';

const current = new ServerCallContext({ requestedVersion: '1.0' });
const legacy = new ServerCallContext({ requestedVersion: '0.3' });

it(`the installed A2A SDK is the one that src/serving/sdk was checked against`, () => {
  const require = createRequire(import.meta.url);
  const file = require.resolve('@a2a-js/sdk').replace(/dist\/.*$/, 'package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  expect(
    version,
    `The A2A SDK is ${version}; src/serving/sdk was checked against ${CHECKED}. Run the tests of this file: each names a behaviour of the SDK that the adapter relies on or makes up for. Change the adapter where one fails or is no longer needed, run test/serving and test/conformance, then set CHECKED.`,
  ).toBe(CHECKED);
});

describe('the adapter relies on this: the SDK', () => {
  it.each([
    [
      'JSON-RPC of 1.0',
      (handler: A2ARequestHandler) => stream(new JsonRpcTransportHandler(handler), 'SubscribeToTask'),
    ],
    [
      'JSON-RPC of 0.3',
      (handler: A2ARequestHandler) => stream(new LegacyJsonRpcTransportHandler(handler), 'tasks/resubscribe'),
    ],
    ['REST of 0.3', (handler: A2ARequestHandler) => new LegacyRestTransportHandler(handler).resubscribe('t', legacy)],
  ])('translates one event of a stream at a time, and reads the next one only on request: %s', async (_name, open) => {
    const read: string[] = [];
    async function* events(): AsyncGenerator<StreamResponse, void, undefined> {
      for (const name of ['one', 'two', 'three']) {
        read.push(name);
        yield statusUpdate(TaskState.TASK_STATE_WORKING);
      }
    }
    // The handler has only these operations, like the adapter's: a stream of the SDK uses no others.
    const translated = await open(
      partialHandler({
        getAgentCard: async () => ({ capabilities: { streaming: true } }) as never,
        resubscribe: events,
      }),
    );
    for (const expected of [['one'], ['one', 'two'], ['one', 'two', 'three']]) {
      expect((await translated.next()).done).toBe(false);
      expect(read).toEqual(expected);
    }
    expect((await translated.next()).done).toBe(true);
  });

  it('translates a task for 0.3 in the answer of `getTask`, and uses no other operation', async () => {
    const transport = new LegacyRestTransportHandler(partialHandler({ getTask: async () => TASK }));
    expect(await transport.getTask('t', legacy)).toMatchObject({ kind: 'task', id: 't', status: { state: 'working' } });
  });

  it('keeps the state of a call context, and one object for the whole call', async () => {
    const context = new ServerCallContext({ requestedVersion: '1.0', state: new Map([['key', 'value']]) });
    let seen: ServerCallContext | undefined;
    const handler = partialHandler({
      getTask: async (_request, given) => {
        seen = given;
        return TASK;
      },
    });
    await new JsonRpcTransportHandler(handler).handle(rpc('GetTask', { id: 't', tenant: 'a' }), context);
    expect(seen).toBe(context);
    expect(seen?.state.get('key')).toBe('value');
  });

  it('serves the card at the path of our constant', () => {
    expect(AGENT_CARD_PATH).toBe(`/${SDK_CARD_PATH}`);
  });
});

describe('the adapter makes up for this: the SDK', () => {
  it.each([
    ['1.0', new JsonRpcTransportHandler(throwing(new TypeError('x is not a function'))), 'GetTask', current],
    ['0.3', new LegacyJsonRpcTransportHandler(throwing(new TypeError('x is not a function'))), 'tasks/get', legacy],
  ])(
    'answers an exception with its text, as an internal error, in JSON-RPC of %s',
    async (_name, transport, method, context) => {
      const answer = await transport.handle(rpc(method, { id: 't' }), context);
      expect(answer).toMatchObject({ error: { code: -32603, message: 'x is not a function' } });
    },
  );

  it.each([
    ['1.0', new JsonRpcTransportHandler(partialHandler({})), 'GetTask', current],
    ['0.3', new LegacyJsonRpcTransportHandler(partialHandler({})), 'tasks/get', legacy],
  ])('refuses parameters without a stable code, in JSON-RPC of %s', async (_name, transport, method, context) => {
    const answer = await transport.handle(rpc(method, []), context);
    expect(answer).toMatchObject({ error: { code: -32602 } });
    expect(JSON.stringify(answer)).not.toContain('"metadata"');
  });

  it('drops the stable code of an error in 0.3, unless it is of a JSON-RPC class', () => {
    const error = new TaskNotFoundError({ message: 'no', metadata: { code: 'TASK_NOT_FOUND' } });
    expect(LegacyJsonRpcTransportHandler.mapToLegacyJSONRPCError(error)).toEqual({ code: -32001, message: 'no' });
  });

  it('does not mark a 0.3 event as the last one if the task waits for an answer', async () => {
    async function* events(): AsyncGenerator<StreamResponse, void, undefined> {
      yield statusUpdate(TaskState.TASK_STATE_INPUT_REQUIRED);
      yield statusUpdate(TaskState.TASK_STATE_COMPLETED);
    }
    const handler = partialHandler({
      getAgentCard: async () => ({ capabilities: { streaming: true } }) as never,
      resubscribe: events,
    });
    const translated = await new LegacyRestTransportHandler(handler).resubscribe('t', legacy);
    expect((await translated.next()).value).toMatchObject({ final: false, status: { state: 'input-required' } });
    expect((await translated.next()).value).toMatchObject({ final: true, status: { state: 'completed' } });
  });

  it('exports no REST transport of 1.0 without Express', () => {
    expect(Object.keys(sdkServer)).not.toContain('RestTransportHandler');
  });

  it('drops fields of a message that the protocol does not have, such as `history`', () => {
    const read = SendMessageRequest.fromJSON({
      message: { messageId: 'm', history: ['earlier'] },
      history: ['earlier'],
    });
    expect(JSON.stringify(read)).not.toContain('earlier');
  });

  it('turns values of a wrong type into text', () => {
    const { message } = SendMessageRequest.fromJSON({ message: { messageId: {} } });
    expect(message?.messageId).toBe('[object Object]');
  });

  it('reads the parts of a 0.3 message by their `kind` only', async () => {
    let read: Message | undefined;
    const handler = partialHandler({
      sendMessage: async ({ message }) => {
        read = message;
        return TASK;
      },
    });
    const message = { kind: 'message', messageId: 'm', role: 'user', parts: [{ text: 'hello' }] };
    await new LegacyJsonRpcTransportHandler(handler).handle(rpc('message/send', { message }), legacy);
    expect(JSON.stringify(read ?? {})).not.toContain('hello');
  });
});

const TASK: Task = {
  id: 't',
  contextId: 'c',
  status: { state: TaskState.TASK_STATE_WORKING, message: undefined, timestamp: undefined },
  artifacts: [],
  history: [],
  metadata: undefined,
};

function statusUpdate(state: TaskState): StreamResponse {
  const status = { state, message: undefined, timestamp: undefined };
  return { payload: { $case: 'statusUpdate', value: { taskId: 't', contextId: 'c', status, metadata: undefined } } };
}

function throwing(error: Error): A2ARequestHandler {
  return partialHandler({ getTask: () => Promise.reject(error) });
}

function rpc(method: string, params: unknown): Record<string, unknown> {
  return { jsonrpc: '2.0', id: 1, method, params };
}

async function stream(
  transport: JsonRpcTransportHandler | LegacyJsonRpcTransportHandler,
  method: string,
): Promise<AsyncGenerator<unknown, void, undefined>> {
  const context = transport instanceof JsonRpcTransportHandler ? current : legacy;
  return (await transport.handle(rpc(method, { id: 't' }), context)) as AsyncGenerator<unknown, void, undefined>;
}
