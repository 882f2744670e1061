import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type StreamResponse, TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { connect } from '../../src/cli/agent/connect.js';
import { createTextView } from '../../src/cli/agent/text-view.js';

const HOSTILE = "x'; touch /tmp/owned #\u001b[2J";

it('a printed command runs nothing that an agent has put into an id', () => {
  let stderr = '';
  const host = {
    stdout: { write: () => true },
    stderr: {
      write: (text: string) => {
        stderr += text;
        return true;
      },
    },
  };
  const agent = { url: 'http://127.0.0.1:1', command: 'molecule', withToken: false };
  const view = createTextView({ agent, host, continues: false });
  const status = { state: TaskState.TASK_STATE_INPUT_REQUIRED, message: undefined, timestamp: undefined };
  const task = { id: HOSTILE, contextId: HOSTILE, status, artifacts: [], history: [], metadata: undefined };
  view.show({ payload: { $case: 'task', value: task } } as StreamResponse);
  view.end();
  expect(stderr).toContain(`molecule send http://127.0.0.1:1 --task 'x'\\''; touch /tmp/owned #\u241b[2J' '...'`);
});

it('a foreign address on a card is a single word of the printed command', async () => {
  const server = createServer((_request, response) => {
    const url = 'http://elsewhere/$(touch /tmp/owned)';
    const card = { name: 'a', protocolVersion: '0.3.0', url, version: '1', preferredTransport: 'JSONRPC' };
    response.setHeader('Content-Type', 'application/json');
    response.end(
      JSON.stringify({
        ...card,
        capabilities: {},
        skills: [],
        supportedInterfaces: [{ url, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
      }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    await expect(connect(`http://127.0.0.1:${port}`, 'secret')).rejects.toThrow(
      "molecule send 'http://elsewhere/$(touch /tmp/owned)'",
    );
  } finally {
    server.close();
  }
});
