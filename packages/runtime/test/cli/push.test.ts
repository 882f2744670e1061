import { expect, test, vi } from 'vitest';
import { until } from '../support/until.js';
import { openWebhook } from '../support/webhook.js';
import { rpc, wireMessage } from '../support/wire.js';
import { ECHO, runCli, startAgent } from './run-cli.js';

// The test starts processes, which is slow on a busy machine, and the waits between tries become longer meanwhile.
vi.setConfig({ testTimeout: 180_000 });

test('a receiver that refuses is in the list until it accepts, without what only its caller should know', async () => {
  await using webhook = await openWebhook();
  await using agent = await startAgent({ MOLECULE_PUSH_ALLOW: '127.0.0.1' });
  const list = async (...words: readonly string[]) => {
    const { stdout } = await runCli(['push', 'list', '--workspace', agent.directory, ...words], ECHO);
    return stdout.split('\n').filter((line) => line !== '');
  };
  expect(await list()).toEqual([]);
  webhook.answerWith(500);
  const authentication = { scheme: 'Bearer', credentials: 'only-for-the-receiver' };
  const configuration = { taskPushNotificationConfig: { url: `${webhook.url}/secret-path`, authentication } };
  const { body } = await rpc(agent.url, 'SendMessage', { ...wireMessage('hello'), configuration });
  const { id } = (body.result as { readonly task: { readonly id: string } }).task;
  const json = await until('the failure is in the list', async () => (await list('--failing', '--json'))[0], 30_000);
  expect(JSON.parse(json)).toMatchObject({
    taskId: id,
    owner: 'anonymous',
    receiver: `http://127.0.0.1:${webhook.port}`,
    state: 'failing',
    behind: 3,
    lastError: 'the receiver answered 500',
    nextTry: expect.any(String),
  });
  const [heading, line] = await list('--task', id);
  expect(heading).toMatch(/^TASK +STATE +BEHIND +OWNER +RECEIVER +LAST ERROR$/);
  expect(line).toMatch(
    new RegExp(`^${id}  failing +3  anonymous +http://127\\.0\\.0\\.1:\\d+ +the receiver answered 500$`),
  );
  expect([json, line].join()).not.toMatch(/secret-path|only-for-the-receiver/);
  webhook.answerWith(200);
  await until('all is delivered', async () => (await list('--json'))[0]?.includes('"state":"done"'), 120_000);
  expect(await list('--failing')).toEqual([]);
});
