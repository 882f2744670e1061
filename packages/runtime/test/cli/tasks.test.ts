import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningAgent, runCli, spawnCli, startAgent } from './run-cli.js';

const TOKEN = 'a-token-for-tests-123';

async function runInShell(line: string) {
  await using shell = spawnCli([line], { TOKEN }, { command: ['/bin/sh', '-c'], cwd: tmpdir() });
  return await shell.result;
}

/** Sends a long message, and presses Ctrl-C once the answer has begun. */
async function leave(agent: RunningAgent, words: readonly string[]) {
  await using client = spawnCli(['send', agent.url, '--token', TOKEN, 'slowly', ...words]);
  await client.seen(/^first /);
  client.process.kill('SIGINT');
  const result = await client.result;
  const line = (name: string) => new RegExp(`^ {2}${name}: (.*)$`, 'm').exec(result.stderr)?.[1] ?? '';
  return {
    ...result,
    id: /task (\S+) is still running/.exec(result.stderr)?.[1] ?? '',
    follow: line('follow'),
    cancel: line('cancel'),
  };
}

// With tokens: a printed command must contain the variable and not the token.
describe('a task whose sender has disconnected', () => {
  let agent: RunningAgent;
  beforeAll(async () => {
    agent = await startAgent({ MOLECULE_TOKENS: `me:${TOKEN}` });
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
  });

  test('continues after Ctrl-C, and the printed command reads its whole answer', async () => {
    const left = await leave(agent, ['first', 'second', 'third', 'fourth']);
    expect(left.code).toBe(130);
    expect(left.id).not.toBe('');
    expect(left.stderr).not.toContain(TOKEN);
    expect(await runInShell(left.follow)).toMatchObject({ code: 0, stdout: 'first second third fourth \n' });
    // Also after its end, when it cannot be canceled any more.
    expect(await runInShell(left.follow)).toMatchObject({ code: 0, stdout: 'first second third fourth \n' });
    const refused = await runInShell(left.cancel);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^AGENT_REFUSED: [^\n]+\n$/) });
  });

  test('is canceled by the printed command, and listed', async () => {
    const left = await leave(agent, ['first', ...Array<string>(200).fill('more')]);
    const canceled = await runInShell(left.cancel);
    expect(canceled).toMatchObject({ code: 0, stdout: expect.stringContaining('TASK_STATE_CANCELED') });
    const { code, stdout } = await runCli(['task', agent.url], { MOLECULE_TOKEN: TOKEN });
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${left.id} .*TASK_STATE_CANCELED  slowly first more`, 'm'));
    const json = await runCli(['task', agent.url, '--json'], { MOLECULE_TOKEN: TOKEN });
    const ids = json.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(ids).toContain(left.id);
  });

  test('is answered by the command that is printed with its question', async () => {
    const asked = await runCli(['send', agent.url, '--token', TOKEN, 'ask']);
    const line = /answer: (.*)/.exec(asked.stderr)?.[1]?.replace("'...'", 'blue') ?? '';
    expect(line).not.toContain(TOKEN);
    expect(await runInShell(line)).toMatchObject({ code: 0, stdout: 'You chose blue\n' });
  });

  test('may have files', async () => {
    const file = join(agent.directory, 'a picture.png');
    const bytes = Buffer.from('89504e470d0a1a0a', 'hex');
    await writeFile(file, bytes);
    const { code, stdout } = await runCli(['send', agent.url, '--file', file, 'files'], { MOLECULE_TOKEN: TOKEN });
    expect(code).toBe(0);
    expect(stdout).toContain(`a picture.png image/png ${bytes.toString('base64')}`);
  });

  test('that does not exist is an error of one line', async () => {
    const { code, stderr } = await runCli(['task', agent.url, 'none'], { MOLECULE_TOKEN: TOKEN });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'AGENT_REFUSED: Task not found: none\n' });
  });
});
