import { expect, test } from 'vitest';
import { until } from '../support/until.js';
import { ECHO, runCli, startAgent } from './run-cli.js';

async function publishedKeys(url: string): Promise<readonly string[]> {
  const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as {
    readonly keys: readonly { readonly kid: string }[];
  };
  return keys.map(({ kid }) => kid);
}

test('a key that is made while the agent runs signs its card soon, and the one before it is still published', async () => {
  await using agent = await startAgent();
  const { url, directory } = agent;
  const keys = (...words: readonly string[]) => runCli(['keys', ...words, '--workspace', directory], ECHO);
  expect((await keys('list')).stderr).toContain(
    'no keys: the first one is made when the agent card or the key set is read',
  );
  const [before = ''] = await publishedKeys(url);
  const { stdout } = await keys('rotate');
  const [after = ''] = stdout.split(' ');
  expect(stdout).toMatch(/^\S{43} signs from now on/);
  await until('the agent publishes it', async () => (await publishedKeys(url)).includes(after), 30_000);
  expect(await publishedKeys(url)).toEqual([after, before]);
  const card = (await (await fetch(`${url}/.well-known/agent-card.json`)).json()) as {
    readonly signatures: readonly { readonly protected: string }[];
  };
  expect(Buffer.from(card.signatures[0]?.protected ?? '', 'base64url').toString()).toContain(after);
  const listed = (await keys('list')).stdout.trim().split('\n');
  expect(listed.map((line) => line.split(' ')[0])).toEqual([after, before]);
  const json = (await keys('list', '--json')).stdout.trim().split('\n');
  expect(json.map((line) => JSON.parse(line))).toMatchObject([
    { id: after, state: 'signs' },
    { id: before, state: 'retired', verifiedUntil: expect.any(String) },
  ]);
  expect(json.join()).not.toContain('"d"');
  expect(await keys('turn')).toMatchObject({ code: 2, stderr: expect.stringContaining('list, rotate') });
});
