import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBreakingProxy } from './breaking-proxy.js';
import { ECHO, type RunningAgent, runCli, spawnCli, startAgent, writeTemplate } from './run-cli.js';

const TOKEN = 'a-token-for-tests-123';
async function runInShell(line: string, environment: Readonly<Record<string, string>> = {}) {
  await using shell = spawnCli([line], environment, { command: ['/bin/sh', '-c'], cwd: tmpdir() });
  return await shell.result;
}

describe('an agent without tokens', () => {
  let agent: RunningAgent;
  beforeAll(async () => {
    agent = await startAgent();
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
  });

  test('shows its first screen with commands that work as pasted', async () => {
    const [screen] = await agent.cli.seen(/Echo 1\.0\.0[\s\S]*Hello!'\n/);
    expect(screen.trim().split('\n').length).toBeLessThanOrEqual(10);
    expect(screen).toContain('Echo engine');
    expect(screen).toContain(`${agent.directory}/.molecule`);
    expect(screen).toContain('durable no - ');
    expect(screen).toContain('anonymous');

    const curl = await runInShell(/curl .*/.exec(screen)?.[0] ?? '');
    expect(JSON.parse(curl.stdout)).toMatchObject({
      result: { task: { status: { state: 'TASK_STATE_COMPLETED' }, artifacts: [{ parts: [{ text: 'Hello! ' }] }] } },
    });
    const send = await runInShell(/\S+ ?\S*cli\.js send .*/.exec(screen)?.[0] ?? '');
    expect(send).toMatchObject({ code: 0, stdout: 'Hello! \n' });
  });

  test('only the answer is on standard output; task and state are on standard error', async () => {
    const { code, stdout, stderr } = await runCli(['send', agent.url, 'one', 'two']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'one two \n' });
    expect(stderr).toMatch(/^task \S+ {2}context \S+ {2}TASK_STATE_COMPLETED$/m);
  });

  test.each([[], ['--json']])('a terminal gets no control sequence of an agent (%j)', async (...options: string[]) => {
    const hostile = '\u001b]0;title\u0007\u001b[2Jgone\rover\u009b31mred \u202etxt.exe end';
    const { code, stdout, stderr } = await runCli(['send', agent.url, ...options, '--', hostile]);
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(`${stdout}${stderr}`).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    if (options.length === 0)
      expect(stdout).toBe('\u241b]0;title\u2407\u241b[2Jgone\u240dover\ufffd31mred \ufffdtxt.exe end \n');
    else
      expect(
        stdout
          .split('\n')
          .map((line) => (line === '' ? '' : JSON.stringify(JSON.parse(line))))
          .join(),
      ).toContain('\\u001b]0;title');
  });

  test('a text that looks like an option is given after --', async () => {
    expect((await runCli(['send', agent.url, '--', '--help', 'me'])).stdout).toBe('--help me \n');
  });

  test('an id that looks like a number stays as it was typed', async () => {
    const { stderr } = await runCli(['send', agent.url, 'x', '--context', '0012']);
    expect(stderr).toContain('context 0012');
  });

  test('a failed task ends with 1 and its code', async () => {
    const { code, stdout, stderr } = await runCli(['send', agent.url, 'fail']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('ENGINE_AUTH: The provider refused the key.');
    expect(stderr).toContain('TASK_STATE_FAILED');
  });

  test.each([
    ['length', '(the answer was cut off: the model reached its limit of tokens)'],
    ['refusal', '(the model refused)'],
    ['content-filter', "(the answer is not whole: the provider's content filter withheld it, or a part of it)"],
    ['tool-limit', '(the answer may not be whole: the agent reached its limit of steps)'],
  ])('an answer that ended by %s says so beside it', async (reason, remark) => {
    const { code, stdout, stderr } = await runCli(['send', agent.url, `end ${reason}`]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'So far.\n' });
    expect(stderr.split('\n')).toContain(remark);
  });

  test('a complete answer has no remark', async () => {
    expect((await runCli(['send', agent.url, 'end stop'])).stderr).not.toContain('(');
  });

  test('a question ends with 3, and the printed command answers it', async () => {
    const asked = await runCli(['send', agent.url, 'ask']);
    expect(asked).toMatchObject({ code: 3, stdout: 'Red or blue?\n' });
    const line = /answer: (.*)/.exec(asked.stderr)?.[1]?.replace("'...'", 'blue') ?? '';
    expect(await runInShell(line)).toMatchObject({ code: 0, stdout: 'You chose blue\n' });
  });

  test.each([
    ['one', ['choices: Yes please, No']],
    ['both', ['choices of 1: Yes please, No', 'choices of 2: Yes please']],
  ])('a question is printed with what it offers: %s', async (requests, lines) => {
    const { code, stderr } = await runCli(['send', agent.url, `offer ${requests}`]);
    expect(code).toBe(3);
    expect(stderr.split('\n').filter((line) => line.startsWith('choices'))).toEqual(lines);
  });

  test('each artifact begins on a line of its own', async () => {
    expect((await runCli(['send', agent.url, 'report'])).stdout).toBe('Here it is.\nA report.\n');
  });

  test('--json prints one A2A event on each line', async () => {
    const { code, stdout } = await runCli(['send', agent.url, '--json', 'hello']);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(0);
    expect(events[0]).toHaveProperty('task.id');
    expect(events.at(-1)).toMatchObject({ statusUpdate: { status: { state: 'TASK_STATE_COMPLETED' } } });
  });

  test('a missing task is an error of one line', async () => {
    const { code, stderr } = await runCli(['send', agent.url, 'x', '--task', 'none']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'AGENT_REFUSED: Task not found: none\n' });
  });
});

describe('an agent with tokens', () => {
  let agent: RunningAgent;
  beforeAll(async () => {
    agent = await startAgent({ MOLECULE_TOKENS: `me:${TOKEN}`, LOG_LEVEL: 'debug' });
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
  });

  test('has commands on its first screen that work with $TOKEN', async () => {
    const [screen] = await agent.cli.seen(/Echo 1\.0\.0[\s\S]*Hello!'\n/);
    const curl = await runInShell(/curl .*/.exec(screen)?.[0] ?? '', { TOKEN });
    expect(curl.stdout).toContain('TASK_STATE_COMPLETED');
    const send = await runInShell(/\S+ ?\S*cli\.js send .*/.exec(screen)?.[0] ?? '', { TOKEN });
    expect(send).toMatchObject({ code: 0, stdout: 'Hello! \n' });
  });

  test('accepts MOLECULE_TOKEN, and refuses clients without it', async () => {
    expect(await runCli(['send', agent.url, 'hi'], { MOLECULE_TOKEN: TOKEN })).toMatchObject({ code: 0 });
    const refused = await runCli(['send', agent.url, 'hi']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^AGENT_REFUSED: .*send "Authorization: Bearer <token>"/);
  });

  test('never writes the token', async () => {
    agent.cli.process.kill('SIGTERM');
    const { stdout, stderr } = await agent.cli.result;
    expect(stdout + stderr).not.toContain(TOKEN);
  });
});

test('with MOLECULE_LOG_FORMAT=json every line is JSON, including the readiness, a slow start and the stop', async () => {
  await using directory = await writeTemplate();
  // Longer than the 2 s after which a start reports its progress.
  const environment = { ...ECHO, MOLECULE_LOG_FORMAT: 'json', ECHO_STARTS_MS: '2500' };
  await using cli = spawnCli(['start', directory.path], environment);
  await cli.seen(/"message":"ready"/);
  cli.process.kill('SIGTERM');
  const { stdout, stderr } = await cli.result;
  expect(stdout).toBe('');
  const lines = stderr.trim().split('\n');
  const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
  expect(messages).toContainEqual(expect.stringMatching(/^starting Echo: \d+ s so far/));
  expect(messages).toContainEqual(expect.stringMatching(/^stopping: no tasks in flight/));
  expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
    expect.objectContaining({ message: 'ready', url: expect.stringMatching(/^http:/) }),
  );
});

test('with MOLECULE_LOG_FORMAT=json a failed start is reported in JSON with its code', async () => {
  const { code, stdout, stderr } = await runCli(['start', '/nonexistent-workspace'], { MOLECULE_LOG_FORMAT: 'json' });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(JSON.parse(stderr)).toMatchObject({ level: 'error', code: 'CONFIG_NOT_FOUND' });
});

test('an unreachable agent is an error of one line', async () => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const { code, stderr } = await runCli(['send', `http://127.0.0.1:${port}`, 'x']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^AGENT_UNREACHABLE: .*ECONNREFUSED.*\n$/);
});

test('a token is not sent to another server that a card names', async () => {
  const seen: (string | undefined)[] = [];
  const thief = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.end('{}');
  });
  const card = createServer((_request, response) => {
    const { port } = thief.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    response.setHeader('Content-Type', 'application/json');
    response.end(
      JSON.stringify({
        name: 'x',
        supportedInterfaces: [{ url, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
        capabilities: { streaming: true },
        skills: [],
      }),
    );
  });
  for (const server of [thief, card]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = card.address() as AddressInfo;
    const { code, stderr } = await runCli(['send', `http://127.0.0.1:${port}`, 'x', '--token', TOKEN]);
    expect(code).toBe(1);
    expect(stderr).toContain('AGENT_ELSEWHERE');
    expect(seen).toEqual([]);
  } finally {
    thief.close();
    card.close();
  }
});

test('an answer is complete even if the connection breaks during it', async () => {
  await using agent = await startAgent();
  await using proxy = await startBreakingProxy(agent.url, 'word2');
  const words = Array.from({ length: 12 }, (_, index) => `word${index}`);
  const { code, stdout } = await runCli(['send', proxy.url, 'slowly', ...words]);
  expect(proxy.broken()).toBe(1);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${words.join(' ')} \n` });
});
