import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startScriptedModel } from '@molecule/adapters/testing';
import { expect, test } from 'vitest';
import { processesWith } from './support/processes.js';
import { requestBodies } from './support/requests.js';
import { answerOf, controls, messageTurn, run, script } from './support/turns.js';
import { makeEngine, makeWorkspace } from './support/workspace.js';

const BASH = { permissions: { allow: ['Bash'] } };

test('a cancel ends Claude Code, its command and the command’s processes, and the conversation can continue', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config: BASH });
  const command = '(setsid sleep 7353 &) ; sleep 7353';
  const controller = new AbortController();
  const turn = messageTurn('c', script({ tool: 'Bash', input: { command } }, { text: 'too late' }));
  const ended = run(engine, turn, controller.signal);
  ended.catch(() => undefined);
  await expect.poll(() => processesWith('sleep 7353', workspace.root), { timeout: 20_000 }).not.toHaveLength(0);
  controller.abort({ code: 'canceled', message: 'The caller canceled the task.' });
  await expect(ended).rejects.toMatchObject({ code: 'canceled', message: 'The caller canceled the task.' });
  expect(await processesWith(workspace.root)).toEqual([]);
  expect(answerOf(await run(engine, messageTurn('c', script({ text: 'at your service' }))))).toBe('at your service');
});

test('a process waits for the next message of its conversation, and ends if none arrives', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const config = { idle_process_seconds: 1 };
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config });
  const programs = () => processesWith('claude-agent-sdk-', workspace.root);
  await run(engine, messageTurn('c', script({ text: 'one' })));
  const [first] = await programs();
  // Without it, a deferred call may run before a person is asked.
  expect(first).toContain('--await-initialize');
  await run(engine, messageTurn('c', script({ text: 'two' })));
  expect((await programs())[0]).toBe(first);
  await expect.poll(programs, { timeout: 20_000 }).toEqual([]);
  expect(answerOf(await run(engine, messageTurn('c', script({ text: 'turn $TURNS' }))))).toBe('turn 3');
});

test('an idle process that died is replaced', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint });
  await run(engine, messageTurn('c', script({ text: 'one' })));
  const [line] = await processesWith('claude-agent-sdk-', workspace.root);
  const id = Number(line?.split(' ')[0]);
  process.kill(id, 'SIGKILL');
  await expect.poll(() => isKnown(id), { timeout: 20_000 }).toBe(false);
  expect(answerOf(await run(engine, messageTurn('c', script({ text: 'turn $TURNS' }))))).toBe('turn 2');
});

test('at the process limit an idle process is ended; if all are busy, the turn waits and can be canceled', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const config = { ...BASH, max_processes: 1 };
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config });
  await run(engine, messageTurn('a', script({ text: 'one' })));
  await run(engine, messageTurn('b', script({ text: 'two' })));
  expect(await processesWith('claude-agent-sdk-', workspace.root)).toHaveLength(1);
  const busy = run(engine, messageTurn('a', script({ text: 'a b c d', chunkMs: 200 })));
  await expect.poll(() => requestBodies(model).length, { timeout: 20_000 }).toBe(3);
  const controller = new AbortController();
  const left = run(engine, messageTurn('c', script({ text: 'never' })), controller.signal);
  const patient = run(engine, messageTurn('b', script({ text: 'three' })));
  controller.abort({ code: 'canceled', message: 'gone' });
  await expect(left).rejects.toMatchObject({ code: 'canceled' });
  expect(answerOf(await busy)).toBe('a b c d');
  expect(answerOf(await patient)).toBe('three');
});

test('if the reader stops right after the start, no process keeps running', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint });
  for await (const event of engine.runTurn(messageTurn('c', script({ hang: true })), controls())) {
    if (event.type === 'started') break;
  }
  expect(await processesWith(workspace.root)).toEqual([]);
});

test('connects to no host but the model’s', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const asked: string[] = [];
  // Replaces the internet: it receives every connection that is not to the model's address.
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  proxy.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const environment = {
    PATH: process.env['PATH'],
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: 'key-of-the-operator',
    HTTP_PROXY: url,
    HTTPS_PROXY: url,
    NO_PROXY: '127.0.0.1',
    DATABASE_URL: 'secret-of-the-runtime',
  };
  const step = { tool: 'Bash', input: { command: 'echo "[$DATABASE_URL$ANTHROPIC_API_KEY]"' } };
  {
    await using engine = await makeEngine(workspace, { environment, config: BASH });
    expect(answerOf(await run(engine, messageTurn('c', script(step, { text: 'saw $TOOL' }))))).toContain('saw []');
  }
  proxy.close();
  expect(asked).toEqual([]);
  expect(requestBodies(model)[0]?.model).toBe('claude-sonnet-4-5');
  expect(model.requests[0]?.headers['x-api-key']).toBe('key-of-the-operator');
});

/** False after the process has ended and this process has received its exit. */
function isKnown(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}
